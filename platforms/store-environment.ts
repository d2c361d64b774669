/** How the seeds' services are told where their stores are: one set of variables for each kind, credentials by name. */
import type {
  EnvironmentValue,
  kafkaConnection,
  neo4jConnection,
  objectStoreConnection,
  postgresqlConnection,
  rabbitmqConnection,
  valkeyConnection,
} from "./model/index.ts";

type Environment = Readonly<Record<string, EnvironmentValue>>;

/** @param connection of an owner or a reader. */
export function databaseEnvironment(
  connection: Omit<ReturnType<typeof postgresqlConnection>, "readOnlyHost">,
): Environment {
  return {
    DATABASE_HOST: connection.host,
    DATABASE_PORT: String(connection.port),
    DATABASE_NAME: connection.database,
    DATABASE_USER: connection.username,
    DATABASE_PASSWORD: connection.password,
  };
}

export function cacheEnvironment(connection: ReturnType<typeof valkeyConnection>): Environment {
  return {
    REDIS_HOST: connection.host,
    REDIS_PORT: String(connection.port),
    REDIS_PASSWORD: connection.password,
  };
}

export function queueEnvironment(connection: ReturnType<typeof rabbitmqConnection>): Environment {
  return {
    RABBITMQ_HOST: connection.host,
    RABBITMQ_PORT: String(connection.port),
    RABBITMQ_USER: connection.username,
    RABBITMQ_PASSWORD: connection.password,
  };
}

export function bucketEnvironment(
  connection: ReturnType<typeof objectStoreConnection>,
  bucket: string,
): Environment {
  return {
    S3_ENDPOINT: connection.endpoint,
    S3_REGION: connection.region,
    S3_BUCKET: bucket,
    S3_ACCESS_KEY: connection.accessKey,
    S3_SECRET_KEY: connection.secretKey,
  };
}

export function streamEnvironment(connection: ReturnType<typeof kafkaConnection>): Environment {
  return {
    KAFKA_BOOTSTRAP_SERVERS: connection.bootstrap,
    KAFKA_SECURITY_PROTOCOL: connection.securityProtocol,
    KAFKA_SASL_MECHANISM: connection.mechanism,
    KAFKA_USERNAME: connection.username,
    KAFKA_PASSWORD: connection.password,
    // The certificate itself, in PEM.
    KAFKA_CA: connection.authority,
  };
}

export function graphEnvironment(connection: ReturnType<typeof neo4jConnection>): Environment {
  return { NEO4J_URI: connection.uri, NEO4J_USER: connection.username, NEO4J_PASSWORD: connection.password };
}
