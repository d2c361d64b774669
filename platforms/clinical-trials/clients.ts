/** How the platform's workloads are told of its data services. */
import {
  kafkaConnection,
  objectStoreConnection,
  valkeyConnection,
  type EnvironmentValue,
  type Mount,
} from "../model/index.ts";
import { cache, kafka, objectStore } from "./infrastructure.ts";
import type { ClinicalStack } from "./stack.ts";

type Environment = Readonly<Record<string, EnvironmentValue>>;

const authorityPath = "/etc/kafka/authority";

/** Kafka, as a user of its own. */
export function kafkaClient(stack: ClinicalStack, user: string): { env: Environment; mounts: Mount[] } {
  const connection = kafkaConnection(kafka(stack), user);
  return {
    env: {
      KAFKA_BOOTSTRAP_SERVERS: connection.bootstrap,
      KAFKA_SECURITY_PROTOCOL: connection.securityProtocol,
      KAFKA_SASL_MECHANISM: connection.mechanism,
      KAFKA_USERNAME: connection.username,
      KAFKA_PASSWORD: connection.password,
      KAFKA_CA_FILE: `${authorityPath}/${connection.authority.key}`,
    },
    mounts: [{ kind: "secret", secret: connection.authority.secret, path: authorityPath }],
  };
}

/** The cache, and its sentinels where it is replicated. */
export function cacheClient(stack: ClinicalStack): Environment {
  const { sentinel, uri } = valkeyConnection(cache(stack));
  return {
    CACHE_URL: uri,
    ...(sentinel === undefined
      ? {}
      : { CACHE_SENTINELS: `${sentinel.host}:${sentinel.port}`, CACHE_SENTINEL_MASTER: sentinel.master }),
  };
}

/** The object store, as a user of its own, by the variables that S3 clients read. */
export function objectStoreClient(stack: ClinicalStack, user: string): Environment {
  const { accessKey, endpoint, region, secretKey } = objectStoreConnection(objectStore(stack), user);
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKey,
    AWS_SECRET_ACCESS_KEY: secretKey,
  };
}
