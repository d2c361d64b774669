/** How autoscalers move. */
import type { Autoscaling } from "./types.ts";

/**
 * Up fast: double, or two pods, every 30 s. Down slowly: at most half a minute's pods, after 5 quiet minutes. Figures
 * of seed 000, "HorizontalPodAutoscalers (5 HPAs)".
 */
export const upFastDownSlowly = {
  scaleUp: {
    stabilizationWindowSeconds: 0,
    selectPolicy: "Max",
    policies: [
      { type: "Percent", value: 100, periodSeconds: 30 },
      { type: "Pods", value: 2, periodSeconds: 30 },
    ],
  },
  scaleDown: {
    stabilizationWindowSeconds: 300,
    policies: [{ type: "Percent", value: 50, periodSeconds: 60 }],
  },
} as const satisfies Pick<Autoscaling, "scaleUp" | "scaleDown">;
