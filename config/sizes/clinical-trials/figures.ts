/** What the environments of the clinical-trials platform have in common. */
import type { ContainerLimits } from "../types.ts";

/** Seed 000, "Resource Management", LimitRanges. */
export const seedLimits: ContainerLimits = {
  containerDefault: { cpu: "100m", memory: "256Mi" },
  containerDefaultRequest: { cpu: "100m", memory: "256Mi" },
  containerMax: { cpu: "8", memory: "32Gi" },
  podMax: { cpu: "16", memory: "64Gi" },
};
