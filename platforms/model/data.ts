/**
 * Data services as plain data: what a platform stores, streams and decides with. `components/data/` turns each into its
 * operator's or chart's resources; `connection.ts` says, from the same data, how a workload reaches it.
 */
import type {
  AirflowSize,
  KafkaSize,
  ObjectStoreSize,
  SparkApplicationSize,
  StoreSize,
} from "../../config/index.ts";
import type { BackupSpec, DumpSpec, RecoverySpec } from "./backup.ts";
import type {
  Caller,
  DisruptionSpec,
  EnvironmentValue,
  PriorityClassName,
  WorkloadSpec,
} from "./workload.ts";

interface DataService {
  /** Name of the service and first part of the names of all its objects. */
  readonly name: string;
  /** What it is for: shown by `status` and before a deletion. */
  readonly purpose: string;
  /** Who may connect; the ports' names are those of `connection.ts`. NetworkPolicies are made from nothing else. */
  readonly callers: readonly Caller[];
  readonly priorityClass: PriorityClassName;
  /** How hard its pods are kept apart; default `required`. */
  readonly spread?: WorkloadSpec["spread"];
  /** Raise by one to have its generated passwords made anew. */
  readonly rotation: number;
  /** Other namespaces that callers are in -> Secrets of the service that are copied there, name and keys the same. */
  readonly copiesOfSecrets?: Readonly<Record<string, readonly string[]>>;
}

/** A bucket in an object store of the same namespace, and the user of it who writes there. */
export interface ArchiveSpec {
  readonly store: string;
  readonly bucket: string;
  readonly user: string;
}

/** PostgreSQL (CloudNativePG). Each database has an owner of its own name and a Secret `<name>-<database>`. */
export interface PostgresqlSpec extends DataService {
  readonly kind: "postgresql";
  /** Major version. */
  readonly version: 17;
  readonly databases: readonly string[];
  /** Users who read everything and write nothing; each has a Secret `<name>-<reader>` with the keys of an owner's. */
  readonly readers?: readonly { readonly name: string; readonly database: string }[];
  /** User who reads and locks everything, to record what backups hold; Secret `<name>-<user>`. Left out: there is none. */
  readonly recorder?: string;
  readonly size: StoreSize;
  /** Settings of the server, e.g. `max_connections`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Base backups; the write-ahead log is archived all the time where the cluster has an object store. */
  readonly backup?: BackupSpec;
  /** What it begins with where it is made; left out: empty databases. */
  readonly recoverFrom?: RecoverySpec;
  /** Whether it may be lost with all that it holds: it has neither archive nor base backups. Left out: not so. */
  readonly throwAway?: boolean;
  /** Where both go on a cluster that brings no object store; left out: nowhere. */
  readonly archive?: ArchiveSpec;
}

/** A cache that speaks Redis' protocol (Valkey); replicas above one run with Sentinel. */
export interface ValkeySpec extends DataService {
  readonly kind: "valkey";
  readonly size: StoreSize;
  /** What to do when memory is full, in Valkey's words. */
  readonly evictionPolicy: "noeviction" | "allkeys-lru" | "volatile-lru";
  /** Dumps; left out: what it holds can be made anew. */
  readonly backup?: DumpSpec;
}

export interface KafkaTopic {
  readonly name: string;
  readonly partitions: number;
  readonly retentionHours: number;
}

export interface KafkaUser {
  readonly name: string;
  readonly produces: readonly string[];
  readonly consumes: readonly { readonly topic: string; readonly group: string }[];
  /** Whether it sees what topics and groups there are, and how far these have read, without reading itself. */
  readonly observes?: boolean;
}

/** Kafka in KRaft mode (Strimzi): TLS, SCRAM users with ACLs, a Secret named as each user. */
export interface KafkaSpec extends DataService {
  readonly kind: "kafka";
  readonly size: KafkaSize;
  readonly topics: readonly KafkaTopic[];
  readonly users: readonly KafkaUser[];
  /** Dumps of what its topics are and how far each group has read; messages of those topics alone that `archive` names. */
  readonly backup?: DumpSpec & { readonly archive?: readonly string[] };
}

export interface Bucket {
  readonly name: string;
  readonly versioned: boolean;
  /** Days after which objects (or their old versions, where versioned) are deleted; left out: kept. */
  readonly expireDays?: number;
}

export interface BucketUser {
  readonly name: string;
  readonly access: Readonly<Record<string, "read" | "write">>;
}

/** S3: the cluster's own object store where it has one and the stack says so, else SeaweedFS in the cluster. */
export interface ObjectStoreSpec extends DataService {
  readonly kind: "object-store";
  readonly size: ObjectStoreSize;
  /** Made, with users and lifecycle, by a set-up job. */
  readonly buckets: readonly Bucket[];
  /** Each has a Secret `<name>-<user>` with `access-key` and `secret-key`. */
  readonly users: readonly BucketUser[];
  /** Buckets that are copied to the bucket for backups; what is changed or deleted meanwhile is kept there for so long. */
  readonly mirror?: DumpSpec & { readonly buckets: readonly string[] };
}

/** RabbitMQ (cluster operator), one virtual host and administrator. */
export interface RabbitmqSpec extends DataService {
  readonly kind: "rabbitmq";
  readonly size: StoreSize;
}

/** Neo4j, Community Edition: one instance. */
export interface Neo4jSpec extends DataService {
  readonly kind: "neo4j";
  readonly size: StoreSize;
  /** Dumps of the graph. */
  readonly backup?: DumpSpec;
}

/** Open Policy Agent as a service, with its policies as files. */
export interface OpaSpec extends DataService {
  readonly kind: "opa";
  readonly size: StoreSize;
  /** File name (`review.rego`, `data.json`) -> text. */
  readonly policies: Readonly<Record<string, string>>;
}

/** A Spark application (kubeflow's operator): always on, or on a schedule. */
export interface SparkApplicationSpec extends DataService {
  readonly kind: "spark-application";
  readonly image: string;
  /** Address of the main file inside the image, e.g. `local:///opt/app/stream.py`. */
  readonly mainFile: string;
  readonly arguments?: readonly string[];
  readonly env: Readonly<Record<string, EnvironmentValue>>;
  readonly size: SparkApplicationSize;
  /** Five-field cron, UTC; left out: a stream that is restarted whenever it ends. */
  readonly schedule?: string;
}

/** Airflow 3 (its own chart) with database, broker and secrets of the platform. */
export interface AirflowSpec extends DataService {
  readonly kind: "airflow";
  readonly size: AirflowSize;
  readonly image: string;
  /** Name of the PostgreSQL service and its database. */
  readonly database: { readonly service: string; readonly database: string };
  /** Name of the Valkey service that carries its tasks. */
  readonly broker: string;
  /** What a drain may take of its workers at a time; left out: one. */
  readonly workerDisruption?: DisruptionSpec;
  readonly env: Readonly<Record<string, EnvironmentValue>>;
}

export type DataServiceSpec =
  | PostgresqlSpec
  | ValkeySpec
  | KafkaSpec
  | ObjectStoreSpec
  | RabbitmqSpec
  | Neo4jSpec
  | OpaSpec
  | SparkApplicationSpec
  | AirflowSpec;
