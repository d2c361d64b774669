/** Where the access to a stack's cluster is kept. */
import { join, resolve } from "node:path";
import type { Settings } from "./settings.ts";
import type { ClusterType } from "./schema/cluster.ts";

type Where = (root: string, stack: string) => string;

/** The cluster that runs on this machine for the stack: its kubeconfig is there once it was started. */
const simulated: Where = (root, stack) => join(root, ".quint", "clusters", stack, "kubeconfig");
/** A cluster that the program makes: its kubeconfig is written there after `up`, readable by its owner only. */
const made: Where = (root, stack) => join(root, ".quint", "kubeconfigs", stack);

const places: Readonly<Record<Exclude<ClusterType, "existing">, Where>> = {
  simulated,
  embedded: simulated,
  oke: made,
  eks: made,
  kind: made,
};

/** The project's own folder. */
const projectFolder = resolve(import.meta.dirname, "..");

/** Path of a stack's kubeconfig; that of an existing cluster is relative to the project's folder. */
export function kubeconfigOf(
  { stack, cluster }: Pick<Settings, "stack" | "cluster">,
  root = projectFolder,
): string {
  return cluster.type === "existing" ? resolve(root, cluster.kubeconfig) : places[cluster.type](root, stack);
}

/** Folder of this machine that the nodes of a stack's kind cluster share. */
export function sharedFolderOf({ stack }: Pick<Settings, "stack">, root = projectFolder): string {
  return join(root, ".quint", "kind", stack, "shared");
}
