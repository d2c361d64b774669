/** Who may do what (seed 000, "RBAC Roles" and "Projects with RBAC"): in the namespace, and through Argo CD. */
import type { Environment } from "../../config/index.ts";
import type { NamespaceSpec, ProjectRole, ProjectSpec, SyncWindowSpec } from "../model/index.ts";
import type { ClinicalStack } from "./stack.ts";

type Access = NamespaceSpec["access"];

const admins: Access[number] = { group: "quint:platform-admins", role: "admin" };
const viewer = (group: string): Access[number] => ({ group, role: "view" });

/**
 * Rights in the namespace. Those who deploy do it through Argo CD, and look here: `edit` would let them read the
 * Secrets of patients' data.
 */
const accessByEnvironment: Record<Environment, Access> = {
  dev: [admins, { group: "quint:developers", role: "admin" }, viewer("quint:sre")],
  staging: [admins, viewer("quint:sre"), viewer("quint:qa")],
  production: [admins, viewer("quint:sre"), viewer("quint:release-managers"), viewer("quint:compliance")],
};

export function accessOf({ settings }: ClinicalStack): Access {
  return accessByEnvironment[settings.environment];
}

const role = (name: string, group: string, right: ProjectRole["right"], purpose: string): ProjectRole => ({
  name,
  purpose,
  right,
  groups: [`quint:${group}`],
});
const breakGlass = role("break-glass", "platform-admins", "admin", "Emergencies, also outside the windows");

/** Argo CD's project of the environment. */
export function projectOf({ settings, clinical }: ClinicalStack): ProjectSpec {
  const window = (schedule: string, hours: number): SyncWindowSpec => ({
    schedule,
    hours,
    timeZone: clinical.timeZone,
    manualSync: true,
  });
  const projects: Record<Environment, Omit<ProjectSpec, "name">> = {
    dev: {
      description: "Unrestricted access, continuous deployment",
      automated: true,
      roles: [
        role("platform-admin", "platform-admins", "admin", "Full access"),
        role("developer", "developers", "admin", "Full access to dev"),
      ],
      reportOrphans: false,
    },
    staging: {
      description: "Weekday deployment windows, QA approval",
      automated: true,
      // The seed says weekdays; the hours are those in which someone looks.
      windows: [window("0 8 * * 1-5", 10)],
      roles: [
        role("platform-admin", "platform-admins", "admin", "Full access"),
        role("deployer", "sre", "sync", "Deploys to staging"),
        role("viewer", "qa", "view", "Looks at what it tests"),
      ],
      approvers: ["quint:qa"],
      reportOrphans: false,
    },
    production: {
      description: "Weekend maintenance windows, synced by hand",
      automated: false,
      // "Maintenance windows only (weekends 2-4 AM)".
      windows: [window("0 2 * * 6,0", 2)],
      roles: [
        breakGlass,
        role("release-manager", "release-managers", "sync", "Deploys to production"),
        role("viewer", "sre", "view", "Looks at production"),
        role("auditor", "compliance", "view", "Audits, read-only"),
      ],
      // "Orphaned resource protection".
      reportOrphans: true,
    },
  };
  return { name: `clinical-trials-${settings.environment}`, ...projects[settings.environment] };
}
