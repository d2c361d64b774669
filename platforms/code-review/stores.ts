/** The shared stores (seed 002, "platform-infrastructure"), and which version may use what of them. */
import type { CodeReviewService, CodeReviewVersion } from "../../config/index.ts";
import { baseBackups, dailyDump, dailyMirror } from "../backup-schedules.ts";
import {
  dataPorts,
  type Caller,
  type DataServiceSpec,
  type KafkaSpec,
  type KafkaUser,
  type Neo4jSpec,
  type ObjectStoreSpec,
  type OpaSpec,
  type PostgresqlSpec,
  type ValkeySpec,
} from "../model/index.ts";
import { reviewPolicies } from "./policies.ts";
import {
  deployedIn,
  infrastructureNamespace,
  versionNames,
  versions,
  type CodeReviewStack,
} from "./stack.ts";

export type Store = "postgresql" | "cache" | "neo4j" | "objectStore" | "kafka" | "opa";

/** What each service needs. */
const needs: Record<CodeReviewService, readonly Store[]> = {
  "auth-service": ["postgresql", "cache"],
  "analysis-service": ["postgresql", "cache", "objectStore", "kafka", "opa"],
  "ai-orchestrator": ["postgresql", "cache", "neo4j", "objectStore", "kafka", "opa"],
  "project-service": ["postgresql", "cache"],
  "version-control-service": ["postgresql", "objectStore"],
  "comparison-service": ["postgresql", "cache"],
  "provider-service": ["postgresql", "cache"],
  frontend: [],
};

/** What each version is let near: quarantine reads one database, and nothing that it could write to. */
const open: Record<CodeReviewVersion, readonly Store[]> = {
  stable: ["postgresql", "cache", "neo4j", "objectStore", "kafka", "opa"],
  experiment: ["postgresql", "cache", "neo4j", "objectStore", "kafka", "opa"],
  quarantine: ["postgresql"],
};

/** The stores that a service of a version uses. */
export function storesOf(version: CodeReviewVersion, service: CodeReviewService): readonly Store[] {
  return needs[service].filter((store) => open[version].includes(store));
}

/** Versions that write: each has a database, a Kafka user and a bucket of its own. */
const writers = ["stable", "experiment"] as const;
export type Writer = (typeof writers)[number];

export interface Stores {
  readonly postgresql: PostgresqlSpec;
  readonly cache: ValkeySpec;
  readonly neo4j: Neo4jSpec;
  readonly objectStore: ObjectStoreSpec;
  readonly kafka: KafkaSpec;
  readonly opa: OpaSpec;
}

export function stores(stack: CodeReviewStack): Stores {
  const sizes = stack.settings.sizes.codeReview;
  const common = (store: Store, kind: DataServiceSpec["kind"], port: string) =>
    ({
      callers: callersOf(stack, store, kind, port),
      priorityClass: "critical-priority",
      rotation: stack.codeReview.rotation,
    }) as const;
  return {
    postgresql: {
      ...common("postgresql", "postgresql", "postgresql"),
      kind: "postgresql",
      name: "postgresql",
      purpose: "Users, projects and reviews of each version",
      version: 17,
      databases: [...writers],
      readers: [{ name: "quarantine", database: "experiment" }],
      copiesOfSecrets: {
        [versions.stable.namespace]: ["postgresql-stable"],
        [versions.experiment.namespace]: ["postgresql-experiment"],
        [versions.quarantine.namespace]: ["postgresql-quarantine"],
      },
      size: sizes.postgresql,
      backup: baseBackups,
    },
    cache: {
      ...common("cache", "valkey", "valkey"),
      kind: "valkey",
      name: "cache",
      purpose: "Sessions and results of analyses",
      copiesOfSecrets: forWriters(() => ["cache"]),
      size: sizes.cache,
      evictionPolicy: "allkeys-lru",
    },
    neo4j: {
      ...common("neo4j", "neo4j", "bolt"),
      kind: "neo4j",
      name: "neo4j",
      purpose: "Graph of the code under review",
      copiesOfSecrets: forWriters(() => ["neo4j"]),
      size: sizes.neo4j,
      backup: dailyDump,
    },
    objectStore: {
      ...common("objectStore", "object-store", "s3"),
      kind: "object-store",
      name: "objects",
      purpose: "Snapshots of repositories, and reports",
      copiesOfSecrets: forWriters((version) => [`objects-${version}`]),
      size: sizes.objectStore,
      buckets: writers.map((version) => ({ name: `${version}-artifacts`, versioned: true, expireDays: 90 })),
      users: writers.map((version) => ({
        name: version,
        access: { [`${version}-artifacts`]: "write" as const },
      })),
      mirror: { ...dailyMirror, buckets: writers.map((version) => `${version}-artifacts`) },
    },
    kafka: {
      ...common("kafka", "kafka", "kafka"),
      kind: "kafka",
      name: "kafka",
      copiesOfSecrets: forWriters((version) => [kafkaUser(version), "kafka-cluster-ca-cert"]),
      purpose: "Reviews that wait, and their results",
      size: sizes.kafka,
      topics: writers.flatMap((version) =>
        ["requests", "results"].map((topic) => ({
          name: `${version}.review-${topic}`,
          partitions: sizes.kafka.brokers.replicas * 2,
          retentionHours: 168,
        })),
      ),
      users: writers.map((version): KafkaUser => ({
        name: kafkaUser(version),
        produces: [`${version}.review-requests`, `${version}.review-results`],
        consumes: ["requests", "results"].map((topic) => ({
          topic: `${version}.review-${topic}`,
          group: `${version}-reviewers`,
        })),
      })),
      backup: dailyDump,
    },
    opa: {
      ...common("opa", "opa", "http"),
      kind: "opa",
      name: "opa",
      purpose: "Decides which reviews may pass",
      size: sizes.opa,
      policies: reviewPolicies,
    },
  };
}

/** Name of a version's user, and of the Secret with its password. */
export function kafkaUser(version: Writer): string {
  return `kafka-${version}`;
}

function forWriters(
  secrets: (version: Writer) => readonly string[],
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(writers.map((version) => [versions[version].namespace, secrets(version)]));
}

/**
 * Those who run and need the store; and, as the seed's policy of this namespace says ("Full internal communication"),
 * everything in the infrastructure namespace: a declared wildcard.
 */
function callersOf(
  stack: CodeReviewStack,
  store: Store,
  kind: DataServiceSpec["kind"],
  port: string,
): Caller[] {
  return [
    ...versionNames.flatMap((version) =>
      deployedIn(stack, version)
        .filter(({ service }) => storesOf(version, service).includes(store))
        .map(({ service }): Caller => ({
          kind: "workload",
          workload: service,
          namespace: versions[version].namespace,
          port,
        })),
    ),
    { kind: "namespace", namespace: infrastructureNamespace, port },
    ...("metrics" in dataPorts[kind] ? [{ kind: "monitoring", port: "metrics" } as const] : []),
  ];
}
