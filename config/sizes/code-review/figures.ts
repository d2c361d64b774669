/** Figures of seed 002 that hold in more than one environment. */
import { share } from "../share.ts";
import type { Autoscaling, ContainerLimits } from "../types.ts";

/** "Resource Requests/Limits". */
export const seedShares = {
  "auth-service": share("250m", "512Mi", "1000m", "2Gi"),
  "analysis-service": share("500m", "1Gi", "2000m", "4Gi"),
  "ai-orchestrator": share("1000m", "2Gi", "4000m", "8Gi"),
} as const;

/** "Horizontal Pod Autoscaling": double every 15 s, or so many pods; half each minute, after 5 quiet ones. */
export function seedScaling(pods?: number): Pick<Autoscaling, "scaleUp" | "scaleDown"> {
  return {
    scaleUp: {
      stabilizationWindowSeconds: 0,
      ...(pods === undefined ? {} : { selectPolicy: "Max" }),
      policies: [
        { type: "Percent", value: 100, periodSeconds: 15 },
        ...(pods === undefined ? [] : [{ type: "Pods", value: pods, periodSeconds: 15 } as const]),
      ],
    },
    scaleDown: {
      stabilizationWindowSeconds: 300,
      policies: [{ type: "Percent", value: 50, periodSeconds: 60 }],
    },
  };
}

/** The orchestrator is the biggest container: the seed limits it to 4 CPUs and 8Gi. */
export const limits: ContainerLimits = {
  containerDefault: { cpu: "500m", memory: "512Mi" },
  containerDefaultRequest: { cpu: "100m", memory: "128Mi" },
  containerMax: { cpu: "4", memory: "8Gi" },
};
