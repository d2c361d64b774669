/** What a node of Amazon Linux 2023 is told when it starts; EKS adds the rest. */
import type { GrowingPool } from "../../../config/schema/cluster-pools.ts";

const boundary = "//";

/**
 * User data in base64: the number of pods, which EKS would otherwise work out from the addresses of an instance type
 * without prefixes. (EKS documentation, "Customize managed nodes with launch templates".)
 */
export function nodeUserData({ maxPods }: Pick<GrowingPool, "maxPods">): string {
  const nodeConfig = [
    "apiVersion: node.eks.aws/v1alpha1",
    "kind: NodeConfig",
    "spec:",
    "  kubelet:",
    "    config:",
    `      maxPods: ${maxPods}`,
  ];
  const parts = [
    "MIME-Version: 1.0",
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    "",
    `--${boundary}`,
    "Content-Type: application/node.eks.aws",
    "",
    ...nodeConfig,
    "",
    `--${boundary}--`,
    "",
  ];
  return Buffer.from(parts.join("\n"), "utf8").toString("base64");
}
