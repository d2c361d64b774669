/**
 * The deployment metrics as series of the cluster's Prometheus. The history is with the engine, where nothing can scrape
 * it; so every delivery ends with writing its figures down as a rule that records them, and the dashboards show them.
 */
import { accessTo, connect, statusOf, type Client } from "../cluster/access.ts";
import { note } from "../console/terminal.ts";
import { messageOf } from "../exit.ts";
import { readUpdates } from "../session/history.ts";
import type { DeliveryContext } from "./context.ts";
import { auditTrail, deliveriesIn, type Delivery } from "./history.ts";
import { metricsOf } from "./metrics.ts";

const name = "quint-deliveries";
/** Where the cluster's Prometheus is; it reads rules in every namespace. */
const namespace = "platform-monitoring";

/** The figures as constants under their names. */
export function seriesRule(stack: string, deliveries: readonly Delivery[]) {
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: {
      name,
      namespace,
      labels: { "app.kubernetes.io/managed-by": "quint", "app.kubernetes.io/part-of": "foundation" },
    },
    spec: {
      groups: [
        {
          name,
          rules: metricsOf(stack, deliveries).flatMap((metric) =>
            metric.samples.map(({ labels, value }) => ({
              record: metric.name,
              expr: `vector(${value})`,
              labels: { ...labels },
            })),
          ),
        },
      ],
    },
  };
}

/** Writes them down; a delivery does not fail because its figures could not be shown. */
export async function publishSeries({ root, stack, settings, ofStack }: DeliveryContext): Promise<void> {
  if (settings.foundation.disable.includes("prometheus")) return;
  try {
    const updates = await readUpdates({ root, stack, overrides: ofStack });
    const client = await connect(accessTo(settings, root));
    await applyRule(client, seriesRule(stack, deliveriesIn(auditTrail(updates))));
  } catch (error) {
    note(`The deployment metrics on the dashboards stay as they were: ${messageOf(error)}`);
  }
}

/** Makes the rule, or brings it up to date; nothing on a cluster that has no monitoring yet. */
export async function applyRule(client: Client, rule: ReturnType<typeof seriesRule>): Promise<void> {
  const { PatchStrategy } = await import("@kubernetes/client-node");
  try {
    await client.objects.patch(rule, undefined, undefined, "quint", true, PatchStrategy.ServerSideApply);
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}
