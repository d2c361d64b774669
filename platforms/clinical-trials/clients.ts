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

/** Kafka, as a user of its own; the authority of its certificates is a file. */
export function kafkaClient(stack: ClinicalStack, user: string): { env: Environment; mounts: Mount[] } {
  const { authority } = kafkaConnection(kafka(stack), user);
  return {
    env: { ...kafkaUser(stack, user), KAFKA_CA_FILE: `${authorityPath}/${authority.key}` },
    mounts: [{ kind: "secret", secret: authority.secret, path: authorityPath }],
  };
}

/** The same for Spark, whose pods mount nothing: the authority is a variable, as text. */
export function kafkaSparkClient(stack: ClinicalStack, user: string): Environment {
  return { ...kafkaUser(stack, user), KAFKA_CA_CERTIFICATE: kafkaConnection(kafka(stack), user).authority };
}

function kafkaUser(stack: ClinicalStack, user: string): Environment {
  const connection = kafkaConnection(kafka(stack), user);
  return {
    KAFKA_BOOTSTRAP_SERVERS: connection.bootstrap,
    KAFKA_SECURITY_PROTOCOL: connection.securityProtocol,
    KAFKA_SASL_MECHANISM: connection.mechanism,
    KAFKA_USERNAME: connection.username,
    KAFKA_PASSWORD: connection.password,
  };
}

/** The cache: what writes and reads through the address of its master. */
export function cacheClient(stack: ClinicalStack): Environment {
  return { CACHE_URL: valkeyConnection(cache(stack)).uri };
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
