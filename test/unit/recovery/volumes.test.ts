/** Volumes in a drill: what Velero is asked for, what is compared, and that nothing of it stays. */
import assert from "node:assert/strict";
import type { InCluster } from "../../../services/recovery/kubernetes.ts";
import { restoreVolumes } from "../../../services/recovery/stores/volumes.ts";
import type { StoreContext } from "../../../services/recovery/stores/store.ts";

const store = {
  kind: "volumes" as const,
  name: "shop",
  namespace: "production-blue",
  ageSeconds: 3_600,
  claims: ["models"],
  veleroSchedule: "shop-daily",
};
const missing = Object.assign(new Error("not found"), { code: 404 });
const upload = (sourceNamespace: string, totalBytes: number) => ({
  spec: { sourcePVC: "models", sourceNamespace },
  status: { progress: { totalBytes } },
});

/** A cluster whose Velero restores at once, in which a killed drill may have left its claim and its Restore. */
function cluster({ left = false, bytes = 7 }: { readonly left?: boolean; readonly bytes?: number } = {}) {
  const claims = new Set(left ? ["models"] : []);
  const restores = new Set(left ? ["drill-shop-daily-1"] : []);
  const asked: object[] = [];
  const gone = (all: Set<string>, name: string) =>
    all.delete(name) ? Promise.resolve({}) : Promise.reject(missing);
  const objects: Record<string, readonly object[]> = {
    backups: [
      {
        metadata: { name: "shop-daily-1" },
        status: { phase: "Completed", startTimestamp: "2026-11-22T02:00:00Z" },
      },
      {
        metadata: { name: "shop-daily-2" },
        status: { phase: "InProgress", startTimestamp: "2026-11-22T03:00:00Z" },
      },
    ],
    datauploads: [upload("production-blue", 7), upload("production-green", 9)],
    datadownloads: [
      { spec: { targetVolume: { pvc: "models" } }, status: { progress: { totalBytes: bytes } } },
    ],
  };
  const custom = {
    listNamespacedCustomObject: ({ plural }: { plural: string }) =>
      Promise.resolve({ items: objects[plural] }),
    createNamespacedCustomObject: ({ body }: { body: { metadata: { name: string }; spec: object } }) => {
      assert.deepEqual([...claims, ...restores], [], "Velero restores nothing that is there");
      asked.push(body.spec);
      restores.add(body.metadata.name);
      claims.add("models");
      return Promise.resolve(body);
    },
    getNamespacedCustomObject: ({ name }: { name: string }) =>
      restores.has(name) ? Promise.resolve({ status: { phase: "Completed" } }) : Promise.reject(missing),
    deleteNamespacedCustomObject: ({ name }: { name: string }) => gone(restores, name),
  };
  const core = {
    listNamespacedPersistentVolumeClaim: () =>
      Promise.resolve({ items: [...claims].map((name) => ({ metadata: { name } })) }),
    deleteNamespacedPersistentVolumeClaim: ({ name }: { name: string }) => gone(claims, name),
  };
  return {
    within: { namespace: "drill", custom, core } as unknown as InCluster,
    asked,
    left: () => [...claims, ...restores],
  };
}

const context = { signal: new AbortController().signal, report: () => undefined } as unknown as StoreContext;

describe("volumes in a drill", () => {
  for (const [what, left] of [
    ["in a clean namespace", false],
    ["after a drill that was killed", true],
  ] as const)
    it(`come back from the newest whole copy ${what}, and go again`, async () => {
      const made = cluster({ left });
      const { backup, recorded, restored } = await restoreVolumes(made.within, store, context);
      assert.equal(backup, "shop-daily-1");
      // Green's claim of the same name is another.
      assert.deepEqual(recorded, { models: { count: 7, hash: "bytes" } });
      assert.deepEqual(restored, recorded);
      assert.deepEqual(made.asked, [
        {
          backupName: "shop-daily-1",
          includedNamespaces: ["production-blue"],
          includedResources: ["persistentvolumeclaims", "persistentvolumes"],
          namespaceMapping: { "production-blue": "drill" },
          existingResourcePolicy: "none",
        },
      ]);
      assert.deepEqual(made.left(), []);
    });

  it("are not what was recorded where fewer bytes come back", async () => {
    const { recorded, restored } = await restoreVolumes(cluster({ bytes: 3 }).within, store, context);
    assert.notDeepEqual(restored, recorded);
  });
});
