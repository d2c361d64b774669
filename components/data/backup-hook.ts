/** How a data service wants to be backed up: read by what makes backups, which is not here. */
import type { Labels } from "../labels.ts";

export type BackupHook =
  /** Its operator does it on a schedule; a backup before a deployment is asked for with such an object. */
  | {
      readonly how: "operator";
      readonly backup: { readonly apiVersion: string; readonly kind: string; readonly spec: object };
      readonly retentionDays: number;
    }
  /** Its volumes are, after a command that writes out what is only in memory. */
  | {
      readonly how: "volumes";
      readonly pods: Labels;
      readonly before?: { readonly container: string; readonly command: readonly string[] };
    }
  /** It has nothing that could be lost. */
  | { readonly how: "none"; readonly reason: string };
