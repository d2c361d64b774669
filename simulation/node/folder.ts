/**
 * Where a real node keeps its things: `node/` in its cluster's folder. Inside the node's own mount namespace the
 * same folder is `/run/quint`, so that its configuration names short paths that are the same in every clone
 * (a socket's path may have 107 characters).
 */
import { join } from "node:path";

/** The node's folder as the node itself sees it. */
export const insideFolder = "/run/quint";

/** Files and folders below the node's folder. */
const nodeFiles = {
  plan: "plan.json",
  state: "state.json",
  machine: "machine.json",
  /** Held by the node's supervisor as long as it lives. */
  lock: "supervisor.lock",
  /** Held by whoever starts or stops the node. */
  startLock: "start.lock",
  pki: "pki",
  configuration: "etc",
  containerd: "containerd",
  kubelet: "kubelet",
  podLogs: "pod-logs",
  volumes: "volumes",
} as const;
export type NodeFile = keyof typeof nodeFiles;

/** Path of one of them on the machine. */
export function nodePath(clusterFolder: string, file?: NodeFile): string {
  return file === undefined ? join(clusterFolder, "node") : join(clusterFolder, "node", nodeFiles[file]);
}

/** Path of one of them inside the node. */
export function insidePath(file: NodeFile, ...rest: readonly string[]): string {
  return join(insideFolder, nodeFiles[file], ...rest);
}

/** containerd's socket, inside the node. On its `/run`, which is memory and goes with the node. */
export const containerdSocket = "/run/containerd.sock";
