/** The servers of health-data (seed 003, "Multi-Architecture Docker Images"), each as data for one stack. */
import type { HealthDataSettings, HealthDataWorkload, Settings } from "../../config/index.ts";
import {
  objectStoreConnection,
  postgresqlConnection,
  rabbitmqConnection,
  valkeyConnection,
  type WorkloadSpec,
} from "../model/index.ts";
import { ownService, type OwnServiceArgs } from "../own-service.ts";
import {
  bucketEnvironment,
  cacheEnvironment,
  databaseEnvironment,
  queueEnvironment,
} from "../store-environment.ts";
import type { Infrastructure } from "./infrastructure.ts";

/** Ports of the servers. */
export const ports = {
  "health-api": { name: "http", port: 8000 },
  // The engine answers to nobody but the monitoring: its one port is its metrics'.
  "etl-engine": { name: "metrics", port: 8004 },
  "webauthn-server": { name: "http", port: 8080 },
  "webauthn-example-service": { name: "http", port: 8000 },
} as const satisfies Record<HealthDataWorkload, { name: string; port: number }>;

export interface Hosts {
  readonly api: string;
  readonly auth: string;
  readonly example: string;
}

/** Where users reach the servers. */
export function hostsOf(domain: string): Hosts {
  return { api: `api.${domain}`, auth: `auth.${domain}`, example: `example.${domain}` };
}

export class Servers {
  private readonly settings: Settings;
  private readonly healthData: HealthDataSettings;
  private readonly stores: Infrastructure;
  private readonly domain: string;

  /** @param domain that the hosts are under. */
  constructor(settings: Settings, healthData: HealthDataSettings, stores: Infrastructure, domain: string) {
    this.settings = settings;
    this.healthData = healthData;
    this.stores = stores;
    this.domain = domain;
  }

  /** Takes uploads, keeps them in the object store, and queues them for the engine. */
  healthApi(): WorkloadSpec {
    const webauthn = this.healthData.applications.includes("webauthn-stack");
    return this.server("health-api", "api", {
      health: "/health",
      env: {
        ...databaseEnvironment(postgresqlConnection(this.stores.postgresql, "health")),
        ...cacheEnvironment(valkeyConnection(this.stores.cache)),
        ...queueEnvironment(rabbitmqConnection(this.stores.rabbitmq)),
        ...bucketEnvironment(objectStoreConnection(this.stores.objectStore, "health-api"), "health-data"),
        SECRET_KEY: { secret: "health-api", key: "signing-key" },
        ...(webauthn
          ? { WEBAUTHN_SERVER_URL: `http://webauthn-server:${ports["webauthn-server"].port}` }
          : {}),
      },
      callers: [
        { kind: "gateway" },
        ...(webauthn ? [{ kind: "workload", workload: "webauthn-example-service" } as const] : []),
      ],
    });
  }

  /** Turns health records into narratives. Its volume remembers what it has seen (seed: "Persistent volume support for deduplication"). */
  etlEngine(): WorkloadSpec {
    return this.server("etl-engine", "etl", {
      // Seed: "Metrics endpoint health checks".
      health: "/metrics",
      strategy: "recreate",
      env: {
        ...queueEnvironment(rabbitmqConnection(this.stores.rabbitmq)),
        ...bucketEnvironment(objectStoreConnection(this.stores.objectStore, "etl-engine"), "health-data"),
        S3_NARRATIVES_BUCKET: "narratives",
        METRICS_PORT: String(ports["etl-engine"].port),
        DEDUPLICATION_PATH: "/data/deduplication.db",
      },
      mounts: [{ kind: "claim", claim: "etl-deduplication", path: "/data", readOnly: false }],
      callers: [],
    });
  }

  /** Registers and checks passkeys. */
  webauthnServer(): WorkloadSpec {
    const { example } = hostsOf(this.domain);
    return this.server("webauthn-server", "authentication", {
      health: "/health",
      env: {
        ...databaseEnvironment(postgresqlConnection(this.stores.postgresql, "webauthn")),
        ...cacheEnvironment(valkeyConnection(this.stores.cache)),
        // A passkey is good for this name and what is under it.
        WEBAUTHN_RP_ID: this.domain,
        WEBAUTHN_ORIGINS: `https://${example}`,
        JWT_SIGNING_KEY: { secret: "webauthn-server", key: "signing-key" },
      },
      callers: [
        { kind: "gateway" },
        { kind: "workload", workload: "health-api" },
        { kind: "workload", workload: "webauthn-example-service" },
      ],
    });
  }

  /** Shows how a service of one's own uses them. */
  webauthnExample(): WorkloadSpec {
    return this.server("webauthn-example-service", "example", {
      health: "/health",
      env: {
        WEBAUTHN_SERVER_URL: `http://webauthn-server:${ports["webauthn-server"].port}`,
        HEALTH_API_URL: `http://health-api:${ports["health-api"].port}`,
      },
      callers: [{ kind: "gateway" }],
    });
  }

  /** Images are multi-arch (seed: "arm64 + amd64"), and the Ampere nodes are the cheaper ones: arm64 where there is room. */
  private server(
    name: HealthDataWorkload,
    component: string,
    args: Pick<OwnServiceArgs, "health" | "env" | "callers"> &
      Partial<Pick<OwnServiceArgs, "mounts" | "strategy">>,
  ): WorkloadSpec {
    return ownService(this.settings, {
      name,
      component,
      port: ports[name],
      startupSeconds: 120,
      size: this.settings.sizes.healthData.services[name],
      override: this.healthData.workloads[name],
      scrapeSeconds: 30,
      priorityClass: name === "webauthn-example-service" ? "low-priority" : "high-priority",
      prefersArchitecture: "arm64",
      ...args,
    });
  }
}
