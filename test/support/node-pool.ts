/** A pool of four arm64 nodes over three zones, unless it is told otherwise. */
import type { NodePool } from "../../config/schema/cluster.ts";

export const nodePool = (over: Partial<NodePool> = {}): NodePool => ({
  name: "arm",
  architecture: "arm64",
  count: 4,
  cpu: 4,
  memoryGiB: 24,
  diskGiB: 100,
  instanceType: "VM.Standard.A1.Flex",
  zones: ["ad-1", "ad-2", "ad-3"],
  labels: {},
  taints: [],
  maxPods: 110,
  ...over,
});
