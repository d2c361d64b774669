/** Who may do what in Argo CD: the six roles of the clinical seed ("Projects with RBAC"), by group of the provider. */
import type { Environment } from "../../config/schema/settings.ts";

/** What a role may do with applications; projects narrow it further. */
type Grant = "everything" | "deploy" | "view";

const groups = {
  "platform-admins": "Full access",
  sre: "Staging deployer and production viewer",
  developers: "Full access in development",
  "release-managers": "Production deployer",
  qa: "Staging viewer",
  compliance: "Production viewer, for audits",
} as const;
type Role = keyof typeof groups;

const grants: Record<Environment, Record<Role, Grant | undefined>> = {
  dev: {
    "platform-admins": "everything",
    sre: "deploy",
    developers: "everything",
    "release-managers": "view",
    qa: "view",
    compliance: undefined,
  },
  staging: {
    "platform-admins": "everything",
    sre: "deploy",
    developers: "view",
    "release-managers": "deploy",
    qa: "view",
    compliance: undefined,
  },
  production: {
    "platform-admins": "everything",
    sre: "view",
    developers: undefined,
    "release-managers": "deploy",
    qa: undefined,
    compliance: "view",
  },
};

const policies: Record<Grant, readonly (readonly [resource: string, action: string])[]> = {
  everything: [
    ["applications", "*"],
    ["applicationsets", "get"],
    ["logs", "get"],
    ["projects", "get"],
    ["repositories", "get"],
    ["clusters", "get"],
  ],
  deploy: [
    ["applications", "get"],
    ["applications", "sync"],
    ["applications", "action/*"],
    ["logs", "get"],
    ["projects", "get"],
    ["clusters", "get"],
  ],
  view: [
    ["applications", "get"],
    ["logs", "get"],
    ["projects", "get"],
  ],
};

/** Argo CD's `policy.csv` of an environment. Whoever is in none of the groups sees nothing. */
export function argoCdRoles(environment: Environment): string {
  const lines = (Object.keys(groups) as Role[]).flatMap((role) => {
    const grant = grants[environment][role];
    if (grant === undefined) return [];
    // The administrators' role is Argo CD's own: it also manages repositories, clusters and accounts.
    if (role === "platform-admins") return [`g, quint:${role}, role:admin`];
    return [
      ...policies[grant].map(
        ([resource, action]) => `p, role:${role}, ${resource}, ${action}, ${scope(resource)}, allow`,
      ),
      `g, quint:${role}, role:${role}`,
    ];
  });
  return `${lines.join("\n")}\n`;
}

/** Objects of an application's kind are named `project/name`, others by name alone. */
function scope(resource: string): string {
  return ["applications", "applicationsets", "logs"].includes(resource) ? "*/*" : "*";
}
