/** What health-data keeps and sends: PostgreSQL, cache, object store and RabbitMQ (seed 003, "Applications - Development"). */
import { healthDataApplications, type HealthDataSizes, type HealthDataSettings } from "../../config/index.ts";
import { baseBackups, dailyMirror } from "../backup-schedules.ts";
import type { Caller, ObjectStoreSpec, PostgresqlSpec, RabbitmqSpec, ValkeySpec } from "../model/index.ts";

/** The four stores. Every caller is one of the platform's own servers. */
export interface Infrastructure {
  readonly postgresql: PostgresqlSpec;
  readonly cache: ValkeySpec;
  readonly objectStore: ObjectStoreSpec;
  readonly rabbitmq: RabbitmqSpec;
}

/** Servers that use each store. */
const users = {
  postgresql: ["health-api", "webauthn-server"],
  cache: ["health-api", "webauthn-server"],
  objectStore: ["health-api", "etl-engine"],
  rabbitmq: ["health-api", "etl-engine"],
} as const;

/** @param servers that the stack runs: a store lets in no one who is not there. */
export function infrastructure(sizes: HealthDataSizes, servers: ReadonlySet<string>): Infrastructure {
  const callers = (store: keyof typeof users, port: string): Caller[] => [
    ...users[store]
      .filter((workload) => servers.has(workload))
      .map((workload): Caller => ({ kind: "workload", workload, port })),
    { kind: "monitoring", port: "metrics" },
  ];
  const common = { priorityClass: "critical-priority", rotation: 1 } as const;
  return {
    postgresql: {
      ...common,
      kind: "postgresql",
      name: "health-postgresql",
      purpose: "Uploads and their state; registered passkeys",
      callers: callers("postgresql", "postgresql"),
      version: 17,
      databases: ["health", "webauthn"],
      size: sizes.postgresql,
      backup: baseBackups,
    },
    cache: {
      ...common,
      kind: "valkey",
      name: "health-cache",
      purpose: "Rate limits, sessions and open WebAuthn challenges",
      callers: callers("cache", "valkey"),
      size: sizes.cache,
      evictionPolicy: "volatile-lru",
    },
    objectStore: {
      ...common,
      kind: "object-store",
      name: "health-objects",
      purpose: "Health records as uploaded, and the narratives made of them",
      callers: callers("objectStore", "s3"),
      size: sizes.objectStore,
      buckets: [
        { name: "health-data", versioned: true },
        { name: "narratives", versioned: false },
      ],
      users: [
        { name: "health-api", access: { "health-data": "write", narratives: "read" } },
        { name: "etl-engine", access: { "health-data": "read", narratives: "write" } },
      ],
      mirror: { ...dailyMirror, buckets: ["health-data", "narratives"] },
    },
    rabbitmq: {
      ...common,
      kind: "rabbitmq",
      name: "health-rabbitmq",
      purpose: "Uploads that wait for the ETL engine",
      callers: callers("rabbitmq", "amqp"),
      size: sizes.rabbitmq,
    },
  };
}

/** The servers of a stack. */
export function serversOf({ applications }: HealthDataSettings): ReadonlySet<string> {
  return new Set(["health-api", ...applications.flatMap((name) => healthDataApplications[name])]);
}
