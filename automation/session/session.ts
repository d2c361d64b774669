/** A run on a stack, as what works in it sees it. `with-session.ts` opens one. */
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import type { Settings, StackOverrides } from "../../config/index.ts";
import type { ClusterAccess } from "../cluster/access.ts";
import type { EngineCommand } from "../engine/command.ts";
import type { RunLog } from "../engine/logs.ts";
import type { OperationKind, Outcome } from "../engine/operation.ts";
import type { Folders, WorkFolder } from "../paths.ts";
import type { ClusterNeed } from "./cluster.ts";

export interface SessionOptions {
  readonly root: string;
  readonly stack: string;
  readonly overrides: StackOverrides;
  /** What the run is for, e.g. `up`. */
  readonly command: string;
  /** `start` starts a simulated cluster that does not run, `running` refuses, `none` needs no cluster. */
  readonly cluster: ClusterNeed;
  /** Whether locks of living or unknown processes are left to the run, which is there to remove them. */
  readonly withLocks?: boolean;
}

/** An open run. */
export interface Session {
  readonly options: SessionOptions;
  readonly settings: Settings;
  /** How to reach the cluster. Throws where there is none, or none yet. */
  readonly access: ClusterAccess;
  /** The same; nothing where there is none, or none yet. */
  readonly accessIfThere: ClusterAccess | undefined;
  readonly engine: EngineCommand;
  readonly engineStack: Stack;
  readonly work: WorkFolder;
  readonly folders: Folders;
  readonly log: RunLog;
  /** What an earlier run was doing when it was killed, if one was. */
  readonly interrupted: string | undefined;
  /** Runs an operation of the engine. */
  readonly run: (kind: OperationKind, options?: RunOptions) => Promise<Outcome>;
}

export interface RunOptions {
  readonly onEvent?: (event: EngineEvent) => void;
  /** Resources that are neither changed nor deleted, by URN. */
  readonly exclude?: readonly string[];
  /** The only resources that are looked at, by URN; left out: all. */
  readonly target?: readonly string[];
  readonly clearPendingCreates?: boolean;
  /** Why, for the stack's history. */
  readonly message?: string;
}
