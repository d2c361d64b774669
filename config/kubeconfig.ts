/** Where the access to a stack's cluster is kept. */
import { dirname, join, resolve } from "node:path";
import type { Settings } from "./settings.ts";

const projectFolder = dirname(import.meta.dirname);

/**
 * Path of a stack's kubeconfig: that of the settings, relative to the project folder, or of the cluster that runs on
 * this machine for the stack (there once the cluster was started).
 */
export function kubeconfigOf({ stack, cluster }: Pick<Settings, "stack" | "cluster">): string {
  return cluster.type === "existing"
    ? resolve(projectFolder, cluster.kubeconfig)
    : join(projectFolder, ".quint", "clusters", stack, "kubeconfig");
}
