/**
 * AI code review (seed 002): a stable, an experimental and a quarantined version side by side over shared stores. Of the
 * seed's six namespaces four are here; monitoring and ingress are the cluster's own.
 */
import type { CodeReviewSettings, Settings } from "../../config/index.ts";
import { backupsOf } from "../backup-schedules.ts";
import { withDashboards } from "../dashboards/standard.ts";
import type { NamespaceSpec, Platform, ProjectSpec } from "../model/index.ts";
import { dashboardsCalled, observability } from "./observability.ts";
import { infrastructureNamespace, versionNames, versions, type CodeReviewStack } from "./stack.ts";
import { stores } from "./stores.ts";
import { namespace, versionOf } from "./version.ts";

export function codeReview(settings: Settings, own: CodeReviewSettings): Platform {
  const stack: CodeReviewStack = { settings, codeReview: own };
  const shared = stores(stack);
  const page: Platform = {
    name: "code-review",
    description: "AI code review: stable, experimental and quarantined versions",
    namespaces: [...versionNames.map((version) => namespace(stack, version)), infrastructure(stack)],
    applications: [
      {
        name: "infrastructure",
        namespace: infrastructureNamespace,
        configs: [],
        secrets: [],
        claims: [],
        data: Object.values(shared),
        workloads: [],
        routes: [],
      },
      ...versionNames.map((version) => versionOf(stack, shared, version)),
      observability(),
    ],
    projects: [project(stack)],
    backups: backupsOf(settings, [
      infrastructureNamespace,
      ...versionNames.map((version) => versions[version].namespace),
    ]),
  };
  return withDashboards(page, { application: "observability", called: dashboardsCalled });
}

/** Where the stores are. Those that speak for themselves are outside the mesh, pod by pod. */
function infrastructure({ settings }: CodeReviewStack): NamespaceSpec {
  return {
    name: infrastructureNamespace,
    labels: { environment: settings.environment },
    podSecurity: "restricted",
    injected: true,
    size: settings.sizes.codeReview.namespaces.infrastructure,
    access: [{ group: "quint:code-review-admins", role: "admin" }],
  };
}

/** Argo CD's project (seed 002, "deploy-staging", "deploy-production": "Environment approval required"). */
function project({ settings: { environment } }: CodeReviewStack): ProjectSpec {
  const production = environment === "production";
  return {
    name: `code-review-${environment}`,
    description: `AI code review, ${environment}`,
    automated: !production,
    roles: [
      { name: "admin", purpose: "Full access", right: "admin", groups: ["quint:code-review-admins"] },
      { name: "developer", purpose: "Deploys", right: "sync", groups: ["quint:code-review-developers"] },
    ],
    ...(production ? { approvers: ["quint:code-review-admins"] } : {}),
    reportOrphans: false,
  };
}
