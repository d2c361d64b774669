/** The backup before a delivery: as the platform's own schedule makes it, and waited for. */
import assert from "node:assert/strict";
import type { Client } from "../../../automation/cluster/access.ts";
import { backUp } from "../../../automation/delivery/backup.ts";
import { copyBefore } from "../../../automation/recovery/copies.ts";
import type { BackupsSpec } from "../../../platforms/model/index.ts";

const backups: BackupsSpec = {
  timeObjectiveHours: 4,
  pointObjectiveHours: 1,
  schedules: [{ name: "daily", schedule: "0 2 * * *", retentionDays: 30, namespaces: ["shop"] }],
  verification: "0 4 * * 0",
};

interface BackupBody {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: object;
}

/** Velero that has made the backup at once, and has the schedules that are given. */
function velero(schedules: Readonly<Record<string, object>>, phase = "Completed") {
  const created: BackupBody[] = [];
  const custom = {
    createNamespacedCustomObject: ({ body }: { body: BackupBody }) => {
      created.push(body);
      return Promise.resolve({});
    },
    getNamespacedCustomObject: ({ plural, name }: { plural: string; name: string }) => {
      if (plural === "backups") return Promise.resolve({ status: { phase } });
      const spec = schedules[name];
      return spec === undefined
        ? Promise.reject(Object.assign(new Error("not found"), { code: 404 }))
        : Promise.resolve({ spec });
    },
  };
  return { created, client: { custom } as unknown as Client };
}
const make = ({ client }: { client: Client }) =>
  backUp(client, { name: "store", backups }, "store-20261121", () => undefined);

describe("the backup before a delivery", () => {
  it("brings to rest and copies what the schedule does, and is kept for two weeks", async () => {
    const template = { ttl: "720h0m0s", resourcePolicy: { kind: "configmap", name: "store-volumes" } };
    const cluster = velero({ "store-daily": { template } });
    assert.equal(await make(cluster), "store-20261121");
    assert.deepEqual(
      cluster.created.map(({ spec }) => spec),
      [{ ...template, includedNamespaces: ["shop"], ttl: "336h0m0s" }],
    );
  });

  it("is a copy of the platform's, which a restore finds", async () => {
    const cluster = velero({});
    await make(cluster);
    const { metadata } = cluster.created[0]!;
    const listNamespacedCustomObject = ({ labelSelector }: { labelSelector: string }) => {
      const [label = "", value] = labelSelector.split("=");
      const status = { phase: "Completed", startTimestamp: "2026-11-21T10:00:00Z" };
      const items = metadata.labels[label] === value ? [{ metadata, status }] : [];
      return Promise.resolve({ items });
    };
    const client = { custom: { listNamespacedCustomObject } } as unknown as Client;
    assert.equal(await copyBefore(client, "store", new Date("2026-11-21T10:05:00Z")), "store-20261121");
  });

  it("copies the namespaces where there is no schedule yet", async () => {
    const cluster = velero({});
    await make(cluster);
    assert.deepEqual(cluster.created[0]?.spec, { includedNamespaces: ["shop"], ttl: "336h0m0s" });
  });

  it("stops the delivery where it failed", async () => {
    await assert.rejects(
      make(velero({}, "PartiallyFailed")),
      /ended as PartiallyFailed.*Nothing was changed/,
    );
  });
});
