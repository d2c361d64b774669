/** The plan of a platform's drill: its stores, where their backups lie, and what may be lost. */
import type { DrillPlanInput } from "../../services/recovery/plan.ts";
import {
  databaseSecret,
  dataPorts,
  dumpFiles,
  mirrorFolders,
  recorderOf,
  storeBackupsOf,
  storeLabel,
  type BackupsSpec,
  type Platform,
  type StoreBackup,
} from "../model/index.ts";
import { longestPause } from "../recovery.ts";

type PlannedStore = DrillPlanInput["stores"][number];

const hour = 3_600;
/** A backup takes its time, and the next one may be late. */
const slackHours = 1;
/** A base backup that is not whole after two hours has failed. */
const settleSeconds = 2 * hour;

/** Folder of a recorder's password in the pod. */
export const passwordFolder = (store: string): string => `/secrets/${store}`;

/** The plan, without the bucket: it is the cluster's. */
export function drillPlanOf(platform: Platform, backups: BackupsSpec): DrillPlanInput {
  return {
    version: 1,
    platform: platform.name,
    timeObjectiveSeconds: backups.timeObjectiveHours * hour,
    settleSeconds,
    stores: storeBackupsOf(platform).map((backup) => planned(platform, backup, backups)),
  };
}

/** What a log protects is as young as the objective says; a copy made on a schedule, as the schedule lets it be. */
function ageSeconds({ kind, schedule }: StoreBackup, { pointObjectiveHours }: BackupsSpec): number {
  const pause = longestPause(schedule) ?? 0;
  const hours = kind === "postgresql" ? 0 : pause + slackHours;
  return Math.max(pointObjectiveHours, hours) * hour;
}

function planned(platform: Platform, backup: StoreBackup, backups: BackupsSpec): PlannedStore {
  const { store, namespace } = backup;
  const name = storeLabel(platform, backup);
  const common = { name, namespace, ageSeconds: ageSeconds(backup, backups) };
  switch (backup.kind) {
    case "postgresql":
      return {
        ...common,
        kind: "postgresql",
        folder: backup.folder,
        server: {
          host: `${store}-rw.${namespace}`,
          port: dataPorts.postgresql.postgresql,
          user: recorderOf(platform, backup),
          database: backup.databases[0] ?? "postgres",
          passwordFile: `${passwordFolder(name)}/password`,
          encrypted: true,
        },
      };
    case "valkey":
    case "neo4j":
    case "kafka":
      return { ...common, kind: backup.kind, folder: backup.folder, file: dumpFiles[backup.kind] };
    case "object-store":
      return {
        ...common,
        kind: "object-store",
        folder: backup.folder,
        current: mirrorFolders.current,
        buckets: [...backup.buckets],
      };
    case "volumes":
      return {
        ...common,
        kind: "volumes",
        claims: [...backup.claims],
        veleroSchedule: `${platform.name}-${backup.veleroSchedule}`,
      };
  }
}

/** Name of the Secret with a recorder's password. */
export function recorderSecret(platform: Platform, of: Pick<StoreBackup, "store" | "namespace">): string {
  return databaseSecret({ name: of.store }, recorderOf(platform, of));
}
