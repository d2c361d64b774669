/** Level 1 (seed 000, "Data Ingestion"): the Clinical Data Gateway, Kafka's producer and consumer. */
import {
  postgresqlConnection,
  type ApplicationSpec,
  type RouteSpec,
  type SecretSpec,
  type WorkloadSpec,
} from "../model/index.ts";
import { cacheClient, kafkaClient, objectStoreClient } from "./clients.ts";
import { postgresql, topics } from "./infrastructure.ts";
import { gatewayCanary } from "./progressive.ts";
import { from, http, keepTwo, service } from "./service.ts";
import { environmentConfig, hostOf, namespaceOf, type ClinicalStack } from "./stack.ts";

const name = "data-ingestion";

export function ingestion(stack: ClinicalStack): ApplicationSpec {
  return {
    name,
    namespace: namespaceOf(stack),
    dependsOn: ["infrastructure"],
    configs: [environmentConfig(stack, name)],
    secrets: [gatewaySecret],
    claims: [],
    workloads: [clinicalGateway(stack), kafkaProducer(stack), kafkaConsumer(stack)],
    routes: [apiHost(stack)],
  };
}

/** What the gateway signs its tokens with. */
const gatewaySecret: SecretSpec = {
  name: "clinical-gateway-jwt",
  purpose: "Signs the tokens of the Clinical Data Gateway",
  rotation: 1,
  keys: { "signing-key": { kind: "key", length: 48 } },
};

/** REST API for clinical records: stores them, and hands them on as events. */
function clinicalGateway(stack: ClinicalStack): WorkloadSpec {
  const workload = service(stack, {
    name: "clinical-gateway",
    component: "api",
    application: name,
    env: {
      JWT_SIGNING_KEY: { secret: gatewaySecret.name, key: "signing-key" },
      DATABASE_URL: postgresqlConnection(postgresql(stack), "clinical").uri,
      ...cacheClient(stack),
      EVENTS_URL: `http://kafka-producer:${http.port}`,
    },
    callers: [{ kind: "gateway", port: "http" }],
    priorityClass: "high-priority",
    scrapeSeconds: 30,
  });
  return {
    ...workload,
    ...keepTwo(workload),
    // "DestinationRules": the gateway with load balancing.
    traffic: { loadBalancing: "least-request", maxConnections: 1000, maxPendingRequests: 200 },
    progressive: gatewayCanary,
  };
}

function kafkaProducer(stack: ClinicalStack): WorkloadSpec {
  const { env, mounts } = kafkaClient(stack, "kafka-producer");
  return service(stack, {
    name: "kafka-producer",
    component: "producer",
    application: name,
    env: { ...env, KAFKA_TOPIC: topics.clinicalEvents },
    mounts,
    callers: from("clinical-gateway"),
    priorityClass: "medium-priority",
  });
}

/** Writes events to the object store, and what it cannot read to the dead letters. */
function kafkaConsumer(stack: ClinicalStack): WorkloadSpec {
  const { env, mounts } = kafkaClient(stack, "kafka-consumer");
  return {
    ...service(stack, {
      name: "kafka-consumer",
      component: "consumer",
      application: name,
      env: {
        ...env,
        ...objectStoreClient(stack, "kafka-consumer"),
        KAFKA_TOPIC: topics.clinicalEvents,
        KAFKA_GROUP: "kafka-consumer",
        DEAD_LETTER_TOPIC: topics.deadLetters,
        BUCKET: "clinical-mlops",
      },
      mounts,
      callers: [],
      priorityClass: "medium-priority",
    }),
    // Nobody calls it.
    services: [],
  };
}

/** `api.clinical-mlops.<domain>` (seed 000, "Ingress Resources": 100 requests a second, bursts of 10 more, CORS). */
function apiHost(stack: ClinicalStack): RouteSpec {
  return {
    name: "clinical-gateway",
    host: hostOf(stack, "api"),
    rules: [{ prefix: "/", service: "clinical-gateway", port: http.port, timeoutSeconds: 30 }],
    access: {
      rateLimit: { requestsPerSecond: 100, burst: 110 },
      cors: {
        origins: stack.clinical.corsOrigins ?? [`https://clinical-mlops.${stack.settings.domain}`],
        methods: ["GET", "POST", "PUT", "DELETE"],
        headers: ["Authorization", "Content-Type"],
        maxAgeSeconds: 600,
      },
    },
  };
}
