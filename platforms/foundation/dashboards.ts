/** Dashboards of the cluster itself: those whose series some add-on of the stack gives. */
import type { AddOnName } from "../../config/catalog/add-ons.ts";
import { backups } from "../dashboards/cluster/backups.ts";
import { capacity } from "../dashboards/cluster/capacity.ts";
import { cost } from "../dashboards/cluster/cost.ts";
import { deployments } from "../dashboards/cluster/deployments.ts";
import { mesh } from "../dashboards/cluster/mesh.ts";
import { pipeline } from "../dashboards/cluster/pipeline.ts";
import { promises } from "../dashboards/cluster/promises.ts";
import type { DashboardSpec } from "../model/index.ts";
import type { FoundationStack } from "./stack.ts";

/** None without Prometheus, whose Grafana shows them. */
export function dashboardsOf(
  { foundation }: Pick<FoundationStack, "foundation">,
  has: (addOn: AddOnName) => boolean,
): DashboardSpec[] {
  if (!has("prometheus")) return [];
  return [
    capacity(),
    cost(foundation.prices),
    deployments({ argoCd: has("argo-cd"), rollouts: has("argo-rollouts") }),
    pipeline(),
    promises(),
    ...(has("istio") ? [mesh()] : []),
    ...(has("velero") ? [backups()] : []),
  ];
}
