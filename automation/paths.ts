/** Where the command line keeps its things: everything under `.quint/` of the clone. */
import { join, resolve } from "node:path";

/** The clone that this file is part of. */
export const projectRoot = resolve(import.meta.dirname, "..");

export interface Folders {
  readonly root: string;
  /** `.quint/` itself. */
  readonly quint: string;
  /** The engine's home for stacks without a Pulumi account: no credentials of the user are read or changed. */
  readonly engineHome: string;
  readonly logs: string;
}

export function foldersOf(root: string): Folders {
  const quint = join(resolve(root), ".quint");
  return { root: resolve(root), quint, engineHome: join(quint, "pulumi-home"), logs: join(quint, "logs") };
}

/** Paths of one stack's runs. */
export interface WorkFolder {
  /** Copies of project and stack file, in which the engine works and writes. */
  readonly folder: string;
  /** Held by the one run that may work on the stack. */
  readonly claim: string;
  /** There while a run changes the stack; left behind by one that died. */
  readonly unfinished: string;
  /** Journal of a delivery that is under way. */
  readonly operation: string;
  /** Which cluster the state was last deployed to. */
  readonly lastCluster: string;
}

/**
 * Paths of a stack's runs. A stack that is tried on a simulated cluster in place of its own (`--cluster simulated`)
 * works apart from the real one: the two share nothing.
 */
export function workFolderOf(root: string, stack: string, simulated: boolean): WorkFolder {
  const folder = join(foldersOf(root).quint, "work", simulated ? `${stack}-simulated` : stack);
  return {
    folder,
    claim: `${folder}.lock`,
    unfinished: join(folder, "unfinished.json"),
    operation: join(folder, "operation.json"),
    lastCluster: join(folder, "last-cluster.json"),
  };
}
