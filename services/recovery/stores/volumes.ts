/**
 * Volumes of workloads, as Velero copies them: the newest backup of the schedule is restored into the namespace that the
 * drill runs in, claims alone, and removed again. Kopia holds every block against its hash as it reads it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Part, Parts } from "../contents.ts";
import { RecoveryFailure } from "../failure.ts";
import { inCluster, type InCluster } from "../kubernetes.ts";
import type { PlannedStoreOf } from "../plan.ts";
import type { Restored, StoreContext, StoreRecovery } from "./store.ts";

type Store = PlannedStoreOf<"volumes">;

const velero = { group: "velero.io", version: "v1", namespace: "velero" } as const;
const ownLabel = "quint.dev/restore-drill";
const lookAgain = 2_000;

interface VeleroBackup {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly phase?: string; readonly startTimestamp?: string };
}
interface VeleroRestore {
  readonly status?: {
    readonly phase?: string;
    readonly errors?: number;
    readonly failureReason?: string;
    readonly validationErrors?: readonly string[];
  };
}
interface Upload {
  readonly spec: { readonly sourcePVC?: string; readonly sourceNamespace?: string };
  readonly status?: { readonly progress?: { readonly totalBytes?: number } };
}

export const volumes: StoreRecovery<Store> = {
  restore: async (store, context) => {
    const cluster = await inCluster();
    if (cluster === undefined)
      throw new RecoveryFailure("volumes are restored by Velero, in a cluster; here there is none");
    return restoreVolumes(cluster, store, context);
  },
};

/** @param cluster that the drill runs in. */
export async function restoreVolumes(
  cluster: InCluster,
  store: Store,
  context: StoreContext,
): Promise<Restored> {
  const backup = await newestBackup(cluster, store);
  const { name } = backup.metadata;
  const recorded = await uploadsOf(cluster, name, store);
  const restore = `${cluster.namespace}-${name}`.slice(0, 63);
  // Of a run that was killed: Velero brings back nothing that is there.
  await removeRestored(cluster, store, restore);
  await noneLeft(cluster, store, restore, context);
  const began = performance.now();
  try {
    await makeRestore(cluster, store, name, restore);
    await ended(cluster, restore, context);
    const restored = await restoredClaims(cluster, store, restore, context);
    return {
      backup: name,
      newest: new Date(backup.status?.startTimestamp ?? 0),
      seconds: (performance.now() - began) / 1000,
      recorded,
      restored,
      skipped: "content of the files: compared by Velero's data mover as it reads them, and by size here",
    };
  } finally {
    await removeRestored(cluster, store, restore);
  }
}

async function newestBackup({ custom }: InCluster, { veleroSchedule }: Store): Promise<VeleroBackup> {
  const { items } = (await custom.listNamespacedCustomObject({
    ...velero,
    plural: "backups",
    labelSelector: `velero.io/schedule-name=${veleroSchedule}`,
  })) as { items: VeleroBackup[] };
  const started = ({ status }: VeleroBackup): string => status?.startTimestamp ?? "";
  const [newest] = items
    .filter(({ status }) => !["New", "InProgress", "Queued", "ReadyToStart"].includes(status?.phase ?? "New"))
    .sort((one, other) => started(other).localeCompare(started(one)));
  if (newest === undefined)
    throw new RecoveryFailure(`there is no backup of Velero's schedule ${veleroSchedule}`);
  if (newest.status?.phase !== "Completed") {
    throw new RecoveryFailure(
      `the backup ${newest.metadata.name} is half-written: Velero ended it as ${newest.status?.phase ?? "nothing"}`,
    );
  }
  return newest;
}

/** Bytes of each claim, as the backup has them. */
async function uploadsOf({ custom }: InCluster, backup: string, store: Store): Promise<Parts> {
  const { items } = (await custom.listNamespacedCustomObject({
    ...velero,
    version: "v2alpha1",
    plural: "datauploads",
    labelSelector: `velero.io/backup-name=${backup}`,
  })) as { items: Upload[] };
  const claims = new Set(store.claims);
  const found = items.flatMap(({ spec, status }): [string, Part][] =>
    // Copies of a platform have claims of one name in several namespaces.
    spec.sourcePVC !== undefined && claims.has(spec.sourcePVC) && spec.sourceNamespace === store.namespace
      ? [[spec.sourcePVC, partOf(status?.progress?.totalBytes ?? 0)]]
      : [],
  );
  const missing = store.claims.filter((claim) => !found.some(([name]) => name === claim));
  if (missing.length > 0) {
    throw new RecoveryFailure(
      `the backup ${backup} has no snapshot of ${missing.join(", ")}: files that were copied without one come back only ` +
        "with their pods, which a drill does not start. Name a class of snapshots in quint:cluster.storageClasses, or " +
        "look by `quint restore --to NAMESPACE`",
    );
  }
  return Object.fromEntries(found);
}

const partOf = (bytes: number): Part => ({ count: bytes, hash: "bytes" });

async function makeRestore(
  { custom, namespace }: InCluster,
  store: Store,
  backupName: string,
  name: string,
): Promise<void> {
  await custom.createNamespacedCustomObject({
    ...velero,
    plural: "restores",
    body: {
      apiVersion: `${velero.group}/${velero.version}`,
      kind: "Restore",
      metadata: { name, labels: { [ownLabel]: namespace } },
      spec: {
        backupName,
        includedNamespaces: [store.namespace],
        includedResources: ["persistentvolumeclaims", "persistentvolumes"],
        namespaceMapping: { [store.namespace]: namespace },
        existingResourcePolicy: "none",
      },
    },
  });
}

async function ended({ custom }: InCluster, name: string, { signal, report }: StoreContext): Promise<void> {
  for (;;) {
    const { status = {} } = (await custom.getNamespacedCustomObject({
      ...velero,
      plural: "restores",
      name,
    })) as VeleroRestore;
    const { phase = "New", errors = 0, failureReason, validationErrors = [] } = status;
    if (phase === "Completed" && errors === 0) return;
    if (phase === "Completed" || phase.includes("Failed")) {
      const why = [failureReason, ...validationErrors].filter((word) => word !== undefined).join("; ");
      throw new RecoveryFailure(
        `Velero ended the restore as ${phase}, with ${errors} errors${why && `: ${why}`}`,
      );
    }
    report(`restore ${name}: ${phase}`);
    await sleep(lookAgain, undefined, { signal });
  }
}

async function restoredClaims(
  { custom, core, namespace }: InCluster,
  store: Store,
  restore: string,
  { signal }: StoreContext,
): Promise<Parts> {
  signal.throwIfAborted();
  const { items: downloads } = (await custom.listNamespacedCustomObject({
    ...velero,
    version: "v2alpha1",
    plural: "datadownloads",
    labelSelector: `velero.io/restore-name=${restore}`,
  })) as { items: { spec: { targetVolume?: { pvc?: string } }; status?: Upload["status"] }[] };
  const { items: claims } = await core.listNamespacedPersistentVolumeClaim({ namespace });
  const there = new Set(claims.map(({ metadata }) => metadata?.name ?? ""));
  return Object.fromEntries(
    downloads.flatMap(({ spec, status }): [string, Part][] => {
      const claim = spec.targetVolume?.pvc ?? "";
      return store.claims.includes(claim) && there.has(claim)
        ? [[claim, partOf(status?.progress?.totalBytes ?? 0)]]
        : [];
    }),
  );
}

/** Also after a failure: the claims would keep their volumes. */
async function removeRestored({ custom, core, namespace }: InCluster, { claims }: Store, restore: string) {
  for (const name of claims)
    await core.deleteNamespacedPersistentVolumeClaim({ name, namespace }).catch(ignoreMissing);
  await custom
    .deleteNamespacedCustomObject({ ...velero, plural: "restores", name: restore })
    .catch(ignoreMissing);
}

/** Both go slowly: a claim waits for its pods, a Restore for what Velero keeps of it. */
async function noneLeft(
  { custom, core, namespace }: InCluster,
  { claims }: Store,
  restore: string,
  { signal, report }: StoreContext,
): Promise<void> {
  for (;;) {
    const { items } = await core.listNamespacedPersistentVolumeClaim({ namespace });
    const there = items.map(({ metadata }) => metadata?.name ?? "").filter((name) => claims.includes(name));
    const asked = await custom
      .getNamespacedCustomObject({ ...velero, plural: "restores", name: restore })
      .then(() => [restore], ignoreMissing);
    const left = [...there, ...(asked ?? [])];
    if (left.length === 0) return;
    report(`an earlier drill's ${left.join(", ")}: not gone yet`);
    await sleep(lookAgain, undefined, { signal });
  }
}

function ignoreMissing(error: unknown): undefined {
  if ((error as { code?: unknown }).code !== 404) throw error;
}
