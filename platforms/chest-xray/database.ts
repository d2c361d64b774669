/** Where a copy keeps its data: a PostgreSQL of its own in the cluster, or a server outside it. */
import type { ChestXrayColor, ChestXraySettings } from "../../config/index.ts";
import { baseBackups } from "../backup-schedules.ts";
import {
  postgresqlConnection,
  type Egress,
  type EnvironmentValue,
  type PostgresqlSpec,
  type SecretSpec,
} from "../model/index.ts";
import { server, shortNameOf, type ChestXrayStack } from "./stack.ts";

export interface Database {
  /** `postgresql://host:port/name`, without user and password: it stands in a ConfigMap. */
  readonly url: string;
  readonly username: EnvironmentValue;
  readonly password: EnvironmentValue;
  readonly services: readonly PostgresqlSpec[];
  readonly secrets: readonly SecretSpec[];
  readonly egress: readonly Egress[];
}

const port = 5432;
const name = "predictions";

export function databaseOf(stack: ChestXrayStack, color: ChestXrayColor): Database {
  const { external } = stack.chestXray.database;
  return external === undefined ? managed(stack) : outside(stack, external, color);
}

type External = NonNullable<ChestXraySettings["database"]["external"]>;

function managed({ settings }: ChestXrayStack): Database {
  const postgresql: PostgresqlSpec = {
    kind: "postgresql",
    name: "chest-xray-db",
    purpose: "Predictions and their feedback",
    callers: [
      { kind: "workload", workload: server, port: "postgresql" },
      { kind: "monitoring", port: "metrics" },
    ],
    priorityClass: "critical-priority",
    rotation: 1,
    version: 17,
    databases: [name],
    size: settings.sizes.chestXray.postgresql,
    backup: baseBackups,
  };
  const { host, username, password } = postgresqlConnection(postgresql, name);
  return { url: urlOf(host), username, password, services: [postgresql], secrets: [], egress: [] };
}

function outside(stack: ChestXrayStack, external: External, color: ChestXrayColor): Database {
  const hostOf = (which: ChestXrayColor | "backup") =>
    external[which] ?? `${shortNameOf(stack)}-postgres-${which}.internal`;
  const secret = "database-credentials";
  return {
    url: urlOf(hostOf(external.useBackup ? "backup" : color)),
    username: { secret, key: "username" },
    password: { secret, key: "password" },
    services: [],
    secrets: [
      {
        name: secret,
        purpose: "User of the database outside the cluster",
        rotation: 1,
        keys: { username: { kind: "password", length: 16 }, password: { kind: "password", length: 32 } },
        existing: true,
      },
    ],
    egress: external.cidrs.map((cidr): Egress => ({ kind: "cidr", cidr, ports: [port] })),
  };
}

function urlOf(host: string): string {
  return `postgresql://${host}:${port}/${name}?sslmode=require`;
}
