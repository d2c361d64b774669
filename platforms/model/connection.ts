/**
 * How a workload reaches a data service of its platform, as pure data: names of hosts, ports and Secrets follow from the
 * specification alone, so a platform can write them into its workloads' environment before anything exists.
 */
import type {
  AirflowSpec,
  KafkaSpec,
  KafkaUser,
  Neo4jSpec,
  ObjectStoreSpec,
  OpaSpec,
  PostgresqlSpec,
  RabbitmqSpec,
  ValkeySpec,
} from "./data.ts";

/** Ports of every kind of data service, by the names that callers use. */
export const dataPorts = {
  postgresql: { postgresql: 5432, metrics: 9187 },
  valkey: { valkey: 6379, sentinel: 26379, metrics: 9121 },
  kafka: { kafka: 9093, metrics: 9404 },
  "object-store": { s3: 8333, metrics: 9327 },
  rabbitmq: { amqp: 5672, management: 15672, metrics: 15692 },
  neo4j: { bolt: 7687, http: 7474 },
  opa: { http: 8181, metrics: 8282 },
  "spark-application": { metrics: 8090 },
  airflow: { http: 8080, metrics: 9102 },
} as const;

/** Name of an object for something whose own name may have characters that objects' names may not: `a_b` -> `a-b`. */
export function objectName(...parts: readonly string[]): string {
  return parts
    .join("-")
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]/g, "-");
}

/** Host of a Service: by its name alone from its own namespace, `name.namespace` from another. */
function hostOf(service: string, namespace: string | undefined): string {
  return namespace === undefined ? service : `${service}.${namespace}`;
}

/** Name of the Secret of a database's owner, or of a reader. */
export function databaseSecret(spec: Pick<PostgresqlSpec, "name">, user: string): string {
  return objectName(spec.name, user);
}

/** The Service of the standbys, or of the primary where there are none. */
export function readOnlyService(spec: PostgresqlSpec): string {
  return spec.size.replicas > 1 ? `${spec.name}-ro` : `${spec.name}-rw`;
}

/**
 * A database of a PostgreSQL service, as its owner. `uri` carries user, password, host and database.
 *
 * @param namespace of the service, for a caller in another one; here and below.
 */
export function postgresqlConnection(spec: PostgresqlSpec, database: string, namespace?: string) {
  if (!spec.databases.includes(database)) {
    throw new Error(
      `PostgreSQL "${spec.name}" has no database "${database}" (its databases: ${spec.databases.join(", ")})`,
    );
  }
  const secret = databaseSecret(spec, database);
  return {
    host: hostOf(`${spec.name}-rw`, namespace),
    readOnlyHost: hostOf(readOnlyService(spec), namespace),
    port: dataPorts.postgresql.postgresql,
    database,
    username: { secret, key: "username" },
    password: { secret, key: "password" },
    /** `postgresql://user:password@host.namespace:5432/database?sslmode=require` */
    uri: { secret, key: "uri" },
  } as const;
}

/** A database of a PostgreSQL service, as one of its readers. */
export function postgresqlReaderConnection(spec: PostgresqlSpec, reader: string, namespace?: string) {
  const found = spec.readers?.find(({ name }) => name === reader);
  if (found === undefined) {
    const names = spec.readers?.map(({ name }) => name).join(", ") ?? "none";
    throw new Error(`PostgreSQL "${spec.name}" has no reader "${reader}" (its readers: ${names})`);
  }
  const secret = databaseSecret(spec, reader);
  return {
    host: hostOf(readOnlyService(spec), namespace),
    port: dataPorts.postgresql.postgresql,
    database: found.database,
    username: { secret, key: "username" },
    password: { secret, key: "password" },
    uri: { secret, key: "uri" },
  } as const;
}

/** Where the server is that takes writes. Replicated, `<name>` leads to any copy, and a proxy knows the master. */
export function valkeyHost(spec: ValkeySpec): string {
  return spec.size.replicas > 1 ? `${spec.name}-master` : spec.name;
}

/** A cache. A client that speaks to Sentinel reads from the copies as well. */
export function valkeyConnection(spec: ValkeySpec, namespace?: string) {
  return {
    host: hostOf(valkeyHost(spec), namespace),
    port: dataPorts.valkey.valkey,
    sentinel:
      spec.size.replicas > 1
        ? {
            host: hostOf(`${spec.name}-sentinel`, namespace),
            port: dataPorts.valkey.sentinel,
            master: spec.name,
          }
        : undefined,
    password: { secret: spec.name, key: "password" },
    /** `redis://:password@host.namespace:6379/0` */
    uri: { secret: spec.name, key: "uri" },
  } as const;
}

/** Kafka, as one of its users: SASL_SSL with SCRAM-SHA-512. */
export function kafkaConnection(spec: KafkaSpec, user: KafkaUser["name"], namespace?: string) {
  if (!spec.users.some(({ name }) => name === user)) {
    throw new Error(
      `Kafka "${spec.name}" has no user "${user}" (its users: ${spec.users.map(({ name }) => name).join(", ")})`,
    );
  }
  return {
    bootstrap: `${hostOf(`${spec.name}-kafka-bootstrap`, namespace)}:${String(dataPorts.kafka.kafka)}`,
    securityProtocol: "SASL_SSL",
    mechanism: "SCRAM-SHA-512",
    username: user,
    password: { secret: user, key: "password" },
    /** Certificate of the authority that signed the brokers' certificates. */
    authority: { secret: `${spec.name}-cluster-ca-cert`, key: "ca.crt" },
  } as const;
}

export function objectStoreEndpoint({ name }: Pick<ObjectStoreSpec, "name">, namespace?: string): string {
  return `http://${hostOf(name, namespace)}:${String(dataPorts["object-store"].s3)}`;
}

/** An object store, as one of its users. */
export function objectStoreConnection(spec: ObjectStoreSpec, user: string, namespace?: string) {
  if (!spec.users.some(({ name }) => name === user)) {
    throw new Error(
      `object store "${spec.name}" has no user "${user}" (its users: ${spec.users.map(({ name }) => name).join(", ")})`,
    );
  }
  const secret = `${spec.name}-${user}`;
  return {
    endpoint: objectStoreEndpoint(spec, namespace),
    region: "us-east-1",
    accessKey: { secret, key: "access-key" },
    secretKey: { secret, key: "secret-key" },
  } as const;
}

export function rabbitmqConnection(spec: RabbitmqSpec, namespace?: string) {
  return {
    host: hostOf(spec.name, namespace),
    port: dataPorts.rabbitmq.amqp,
    username: { secret: spec.name, key: "username" },
    password: { secret: spec.name, key: "password" },
    /** `amqp://user:password@host.namespace:5672/` */
    uri: { secret: spec.name, key: "uri" },
  } as const;
}

/** The user that every Neo4j begins with. */
export const neo4jUser = "neo4j";

export function neo4jConnection(spec: Neo4jSpec, namespace?: string) {
  return {
    uri: `bolt://${hostOf(spec.name, namespace)}:${String(dataPorts.neo4j.bolt)}`,
    username: neo4jUser,
    password: { secret: spec.name, key: "password" },
  } as const;
}

export function opaConnection(spec: OpaSpec, namespace?: string) {
  return { url: `http://${hostOf(spec.name, namespace)}:${String(dataPorts.opa.http)}` } as const;
}

export function airflowConnection(spec: AirflowSpec) {
  return { service: `${spec.name}-api-server`, port: dataPorts.airflow.http } as const;
}
