/** `plan.json`: everything a node is started from. Written by `prepareRealNode`, read by the supervisor and inside the node. */
import { readFileSync } from "node:fs";
import type { ImageArchive } from "../images/ensure.ts";
import type { RealChoice } from "../../config/schema/real-choice.ts";
import { nodePath } from "./folder.ts";
import type { NodeLink } from "./link.ts";

export interface NodePlan {
  /** Changes when this file changes its meaning. */
  readonly layout: 1;
  readonly choice: RealChoice;
  readonly link: NodeLink;
  /** Name of the node's control groups. */
  readonly group: string;
  /** Port of the API server on 127.0.0.1. */
  readonly apiServer: number;
  /** Folder of the unpacked packages. */
  readonly packages: string;
  /** Paths of the programs. */
  readonly programs: Readonly<Record<"kubelet" | "kube-proxy" | "coredns" | "runc" | "pause", string>>;
  readonly iptables: "nft" | "legacy";
  readonly snapshotter: "overlayfs" | "native";
  /** Whether this user may lower `oom_score_adj` (needs CAP_SYS_RESOURCE). */
  readonly mayLowerOomScore: boolean;
  readonly pauseReference: string;
  /** Images that pods may name, the pause image among them. */
  readonly images: readonly ImageArchive[];
}

/** The node's plan, or `undefined` when the cluster has no real node. */
export function readPlan(clusterFolder: string): NodePlan | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(nodePath(clusterFolder, "plan"), "utf8"));
    return isPlan(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

function isPlan(read: unknown): read is NodePlan {
  return typeof read === "object" && read !== null && "layout" in read && read.layout === 1;
}
