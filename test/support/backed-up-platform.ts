/** The platform of data services with a backup of every kind, and clusters with a bucket for them. */
import * as pulumi from "@pulumi/pulumi";
import type { ClusterFacts } from "../../components/index.ts";
import { withBackupUsers } from "../../platforms/backup-users.ts";
import type { BackupsSpec, Platform } from "../../platforms/model/index.ts";
import { store } from "./data-platform.ts";
import { at } from "./objects.ts";
import { facts } from "./test-platform.ts";

/** A cluster that came with a bucket. */
export const bucket = (
  credentials: NonNullable<ClusterFacts["objectStore"]>["credentials"],
): ClusterFacts => ({
  ...facts,
  objectStore: {
    kind: "oci",
    bucket: "backups",
    region: "eu-1",
    endpoint: "https://s3.example",
    credentials,
  },
});

/** Such a cluster, to whose bucket a key opens the way. */
export const bucketByKey = (): ClusterFacts =>
  bucket({
    how: "access-key",
    accessKeyId: pulumi.secret("the-id"),
    secretAccessKey: pulumi.secret("the-key"),
  });

/** Variables of a container: the value, or `key/name` of the Secret that has it. */
export function environmentOf(container: unknown): Map<string, string> {
  const variables = at(container, "env") as { name: string; value?: string; valueFrom?: unknown }[];
  return new Map(
    variables.map(({ name, value, valueFrom }) => [
      name,
      value ??
        Object.values(at(valueFrom, "secretKeyRef") as Record<string, string>)
          .sort()
          .join("/"),
    ]),
  );
}

/** Copies of its namespace, and of another one. */
export const backups: BackupsSpec = {
  timeObjectiveHours: 4,
  pointObjectiveHours: 1,
  schedules: [
    { name: "daily", schedule: "0 2 * * *", retentionDays: 30, namespaces: ["store"] },
    { name: "weekly", schedule: "0 5 * * 0", retentionDays: 90, namespaces: ["elsewhere"] },
  ],
  quiesce: [{ workload: "app", namespace: "store", before: ["app", "flush"], after: ["app", "resume"] }],
  verification: "0 4 * * 0",
};

/** The test platform with a backup of each kind of store. */
export function backedUp(): Platform {
  const platform = store((changed) => {
    for (const service of changed.applications.flatMap(({ data = [] }) => data)) {
      const { name } = service;
      if (service.kind === "valkey" && name === "cache")
        service.backup = { schedule: "20 * * * *", retentionDays: 7 };
      if (service.kind === "neo4j") service.backup = { schedule: "30 2 * * *", retentionDays: 30 };
      if (service.kind === "kafka" && name === "events")
        service.backup = { schedule: "30 2 * * *", retentionDays: 30, archive: ["orders.Placed_v1"] };
      if (service.kind === "object-store")
        service.mirror = { schedule: "0 3 * * *", retentionDays: 30, buckets: ["models"] };
    }
  });
  return withBackupUsers(platform, {
    cluster: { type: "simulated" },
    images: { recovery: "registry.example/recovery:v1" },
  });
}
