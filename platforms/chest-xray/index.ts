/** Chest X-ray MLOps (seed 004): pneumonia detection in two copies, blue and green, that traffic is switched between. */
import type { ChestXraySettings, Settings } from "../../config/index.ts";
import { backupsOf } from "../backup-schedules.ts";
import { withDashboards } from "../dashboards/standard.ts";
import type { Platform, ProjectRole, ProjectSpec } from "../model/index.ts";
import { copy, namespace } from "./copy.ts";
import { dashboardsCalled } from "./dashboards.ts";
import { colors, namespaceOf, type ChestXrayStack } from "./stack.ts";
import { traffic } from "./traffic.ts";

export function chestXray(settings: Settings, own: ChestXraySettings): Platform {
  const stack: ChestXrayStack = { settings, chestXray: own };
  const page: Platform = {
    name: "chest-xray",
    description: "Chest X-ray MLOps: pneumonia detection, blue and green",
    namespaces: colors.map((color) => namespace(stack, color)),
    applications: [...colors.map((color) => copy(stack, color)), traffic(stack)],
    projects: [project(stack)],
    backups: backupsOf(
      settings,
      colors.map((color) => namespaceOf(stack, color)),
    ),
  };
  return withDashboards(page, { application: "traffic", called: dashboardsCalled });
}

/** Argo CD's project (seed 004, "ArgoCD Configuration"). */
function project({ settings: { environment }, chestXray }: ChestXrayStack): ProjectSpec {
  const role = (name: string, right: ProjectRole["right"], group: string, purpose: string): ProjectRole => ({
    name: `${environment}-${name}`,
    purpose,
    right,
    groups: [`quint:chest-xray-${group}`],
  });
  const production = environment === "production";
  return {
    name: `chest-xray-${environment}`,
    description: `Chest X-ray MLOps, ${environment}: blue and green`,
    automated: true,
    // "Allowed: business hours (9 AM - 5 PM, weekdays). Denied: nights, weekends (except emergency)".
    ...(production
      ? {
          windows: [{ schedule: "0 9 * * 1-5", hours: 8, timeZone: chestXray.timeZone, manualSync: true }],
          // "Manual Approval Gate".
          approvers: [
            "quint:chest-xray-admins",
            "quint:chest-xray-ml-leads",
            "quint:chest-xray-product-owners",
          ],
        }
      : {}),
    roles: [
      role("admin", "admin", "admins", "Full access (DevOps team)"),
      role("developer", "sync", "developers", "Deploys and syncs"),
      role("viewer", "view", "viewers", "Read-only (stakeholders)"),
    ],
    reportOrphans: false,
    sync: { retries: 5, history: 10, foregroundPruning: true },
  };
}
