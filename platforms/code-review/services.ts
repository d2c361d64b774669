/** The services (seed 002, "Deployments (3)" and "build-images (7 services)"), as each version runs them. */
import type { CodeReviewService, CodeReviewVersion, WorkloadSize } from "../../config/index.ts";
import {
  kafkaConnection,
  neo4jConnection,
  objectStoreConnection,
  opaConnection,
  postgresqlConnection,
  postgresqlReaderConnection,
  valkeyConnection,
  type Egress,
  type EnvironmentValue,
  type WorkloadSpec,
} from "../model/index.ts";
import { ownService } from "../own-service.ts";
import {
  bucketEnvironment,
  cacheEnvironment,
  databaseEnvironment,
  graphEnvironment,
  streamEnvironment,
} from "../store-environment.ts";
import { infrastructureNamespace, type CodeReviewStack, type Deployed } from "./stack.ts";
import { kafkaUser, storesOf, type Store, type Stores, type Writer } from "./stores.ts";

type Environment = Readonly<Record<string, EnvironmentValue>>;

/** Seed 002, "Prometheus": "Metrics on port 8000", every 15 s. */
export const http = { name: "http", port: 8000 } as const;

/** Role in the platform, and the path under which the hosts lead there. */
export const services: Record<CodeReviewService, { readonly component: string; readonly path: string }> = {
  "auth-service": { component: "authentication", path: "/api/auth" },
  "analysis-service": { component: "analysis", path: "/api/analyze" },
  "ai-orchestrator": { component: "orchestration", path: "/api/orchestrate" },
  "project-service": { component: "projects", path: "/api/projects" },
  "version-control-service": { component: "version-control", path: "/api/repositories" },
  "comparison-service": { component: "comparison", path: "/api/compare" },
  "provider-service": { component: "providers", path: "/api/providers" },
  frontend: { component: "frontend", path: "/" },
};

/** Those that call AI providers outside. */
const callProviders: readonly CodeReviewService[] = ["ai-orchestrator", "provider-service"];

/** Secret with a version's own keys. */
export const serviceSecrets = "service-secrets";
/** Secret with the key that a provider has issued. */
export const providerCredentials = "provider-credentials";

export function serviceOf(
  stack: CodeReviewStack,
  stores: Stores,
  version: CodeReviewVersion,
  { service, image }: Deployed,
): WorkloadSpec {
  const { settings, codeReview } = stack;
  const replicas = version === "stable" ? codeReview.workloads[service]?.replicas : undefined;
  const release = codeReview.versions[version];
  return ownService(settings, {
    name: service,
    component: services[service].component,
    port: http,
    health: "/health",
    // "Startup Time": 10-30 seconds for a pod, 30-60 until it serves.
    startupSeconds: 60,
    // "Probes: Liveness (30s), Readiness (10s)".
    livenessSeconds: 30,
    readinessSeconds: 10,
    size: sizeOf(stack, version, service),
    override: { ...(image === undefined ? {} : { image }), ...(replicas === undefined ? {} : { replicas }) },
    settings: {
      // A release's image is that of every version that runs the release.
      ...(release === undefined ? {} : { image: ["releases", release, service] }),
      ...(version === "stable" ? { replicas: ["workloads", service, "replicas"] } : {}),
    },
    env: {
      PLATFORM_VERSION: version,
      READ_ONLY: String(version === "quarantine"),
      ...Object.fromEntries(
        storesOf(version, service).flatMap((store) =>
          Object.entries(storeEnvironment(stores, version, store)),
        ),
      ),
      ...secretEnvironment(stack, version, service),
    },
    callers: [{ kind: "gateway" }],
    egress: egressOf(stack, version, service),
    ...(service === "frontend" ? {} : { scrapeSeconds: 15 }),
    priorityClass: (
      { stable: "high-priority", experiment: "medium-priority", quarantine: "low-priority" } as const
    )[version],
    labels: { "platform-version": version },
    // "Node Selector: workload-type=compute".
    ...(service === "ai-orchestrator" ? { nodeSelector: { "workload-type": "compute" } } : {}),
  });
}

function sizeOf(
  { settings }: CodeReviewStack,
  version: CodeReviewVersion,
  service: CodeReviewService,
): WorkloadSize {
  const sizes = settings.sizes.codeReview[version];
  switch (service) {
    case "auth-service":
    case "analysis-service":
    case "ai-orchestrator":
      return sizes[service];
    default:
      return sizes.others;
  }
}

/** Seed 002, "Network Policies (5)": V1 may call anything (a declared wildcard), the others their stores. */
function egressOf(stack: CodeReviewStack, version: CodeReviewVersion, service: CodeReviewService): Egress[] {
  if (version === "experiment") {
    return [{ kind: "everywhere" }];
  }
  return usesProviders(stack, version) && callProviders.includes(service)
    ? stack.codeReview.providerCidrs.map((cidr) => ({ kind: "cidr", cidr, ports: [443] }))
    : [];
}

function secretEnvironment(
  stack: CodeReviewStack,
  version: CodeReviewVersion,
  service: CodeReviewService,
): Environment {
  return {
    SIGNING_KEY: { secret: serviceSecrets, key: "signing-key" },
    ...(usesProviders(stack, version) && callProviders.includes(service)
      ? { PROVIDER_API_KEY: { secret: providerCredentials, key: "api-key" } }
      : {}),
  };
}

/** Whether a version may call AI providers outside: stable alone, where the settings say which. */
export function usesProviders({ codeReview }: CodeReviewStack, version: CodeReviewVersion): boolean {
  return version === "stable" && codeReview.providerCidrs.length > 0;
}

/** A store as a version sees it: with its own user, and for quarantine one that cannot write. */
function storeEnvironment(stores: Stores, version: CodeReviewVersion, store: Store): Environment {
  const from = infrastructureNamespace;
  if (version === "quarantine") {
    if (store !== "postgresql") {
      throw new Error(`quarantine has no read-only way to the ${store}`);
    }
    return databaseEnvironment(postgresqlReaderConnection(stores.postgresql, "quarantine", from));
  }
  const writer: Writer = version;
  switch (store) {
    case "postgresql":
      return databaseEnvironment(postgresqlConnection(stores.postgresql, writer, from));
    case "cache":
      return cacheEnvironment(valkeyConnection(stores.cache, from));
    case "neo4j":
      return graphEnvironment(neo4jConnection(stores.neo4j, from));
    case "objectStore":
      return bucketEnvironment(
        objectStoreConnection(stores.objectStore, writer, from),
        `${writer}-artifacts`,
      );
    case "kafka":
      return {
        ...streamEnvironment(kafkaConnection(stores.kafka, kafkaUser(writer), from)),
        KAFKA_TOPIC_PREFIX: `${writer}.`,
      };
    case "opa":
      return { OPA_URL: opaConnection(stores.opa, from).url };
  }
}
