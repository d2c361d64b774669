/** The public host, whose requests the two copies share (seed 004, "Blue-Green Deployment"), and what watches it. */
import type { ApplicationSpec } from "../model/index.ts";
import { alerts, recordings } from "./alerts.ts";
import { dashboards } from "./dashboards.ts";
import { objectives } from "./objectives.ts";
import { colors, namespaceOf, publicHost, server, type ChestXrayStack } from "./stack.ts";

/**
 * An application of its own, so that a deployment of one copy never moves traffic. It is in blue's namespace, where
 * the seed looks for it (`kubectl get virtualservice -n production-blue`).
 */
export function traffic(stack: ChestXrayStack): ApplicationSpec {
  return {
    name: "traffic",
    namespace: namespaceOf(stack, "blue"),
    configs: [],
    secrets: [],
    claims: [],
    workloads: [],
    routes: [
      {
        name: "chest-xray-public",
        host: publicHost(stack),
        // An image of 20 MB, with room.
        access: { maxBody: "32Mi" },
        rules: [
          {
            prefix: "/",
            service: server,
            port: 8000,
            weights: colors.map((color) => ({
              namespace: namespaceOf(stack, color),
              weight: stack.chestXray.traffic[color],
            })),
            timeoutSeconds: 30,
          },
        ],
      },
    ],
    dashboards: dashboards(stack),
    alerts: alerts(stack),
    recordings: recordings(stack),
    objectives: objectives(stack),
  };
}
