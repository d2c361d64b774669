/** Work that ends: once at each deployment, or on a schedule. */
import type { Architecture, Resources } from "../../config/index.ts";
import type { Container, Egress, Identity, PriorityClassName } from "./workload.ts";

export type JobStep = Pick<Container, "image" | "command" | "args" | "env" | "mounts"> & {
  readonly name: string;
};

export interface JobSpec {
  readonly name: string;
  /** Role in the platform (`app.kubernetes.io/component`), e.g. `training`. */
  readonly component: string;
  readonly container: Pick<Container, "image" | "command" | "args" | "env" | "envFromConfigs" | "mounts">;
  /** Containers that run before it, one after the other; each must succeed. They are as big as it. */
  readonly before?: readonly JobStep[];
  readonly resources: Resources;
  /** Left out: runs once, again whenever its description changes. */
  readonly schedule?: {
    /** Five-field cron. */
    readonly cron: string;
    /** Name of a time zone, e.g. `Etc/UTC`. */
    readonly timeZone: string;
    /** What happens when the last run is still going. */
    readonly concurrency: "Forbid" | "Replace";
    /** Declared but not started by itself. */
    readonly suspended?: boolean;
  };
  /** Whether a deployment waits until it has succeeded; default: it goes on. Of a scheduled one nothing is awaited. */
  readonly awaited?: boolean;
  /** Pods that may fail before the job does. */
  readonly retries: number;
  /** The whole job is stopped after so long. */
  readonly deadlineSeconds: number;
  readonly identity: Identity;
  readonly egress?: readonly Egress[];
  readonly priorityClass: PriorityClassName;
  readonly runAs: { readonly user: number; readonly group: number };
  readonly architectures: readonly Architecture[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
}
