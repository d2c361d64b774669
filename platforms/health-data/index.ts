/** Health data AI (seed 003): a health API, the ETL engine behind it, and a WebAuthn stack, in one namespace. */
import type { HealthDataSettings, Settings } from "../../config/index.ts";
import { backupsOf } from "../backup-schedules.ts";
import { withDashboards } from "../dashboards/standard.ts";
import type {
  ApplicationSpec,
  Platform,
  ProjectSpec,
  RouteSpec,
  SecretSpec,
  WorkloadSpec,
} from "../model/index.ts";
import { infrastructure, serversOf } from "./infrastructure.ts";
import { ofPullRequest, previewOf, previewsOf } from "./previews.ts";
import { hostsOf, ports, Servers } from "./servers.ts";

export function healthData(settings: Settings, healthData: HealthDataSettings): Platform {
  const { domain, environment } = settings;
  const own = project(settings, healthData);
  const namespace = `health-platform-${environment}`;
  const page: Platform = {
    ...platformIn(settings, healthData, { namespace, domain: `health-data.${domain}` }),
    projects: [own],
    backups: backupsOf(settings, [namespace]),
  };
  const platform = withDashboards(page, { application: "infrastructure" });
  if (healthData.previews === undefined) return platform;
  const copy = platformIn(...ofPullRequest(settings, healthData), previewOf(domain));
  return { ...platform, previews: previewsOf(healthData.previews, own, copy) };
}

/** Where a copy of the platform is: the environment's own, or a pull request's. */
interface Place {
  readonly namespace: string;
  /** Domain that its hosts are under. */
  readonly domain: string;
}

function platformIn(
  settings: Settings,
  healthData: HealthDataSettings,
  { namespace, domain }: Place,
): Platform {
  const { environment, sizes } = settings;
  const stores = infrastructure(sizes.healthData, serversOf(healthData));
  const servers = new Servers(settings, healthData, stores, domain);
  const hosts = hostsOf(domain);
  const application = (
    name: string,
    workloads: readonly WorkloadSpec[],
    rest: Partial<ApplicationSpec> = {},
  ): ApplicationSpec => ({
    name,
    namespace,
    configs: [],
    secrets: [],
    claims: [],
    workloads,
    routes: [],
    ...rest,
  });

  const optional: Record<HealthDataSettings["applications"][number], ApplicationSpec> = {
    "etl-engine": application("etl-engine", [servers.etlEngine()], {
      dependsOn: ["infrastructure"],
      claims: [
        {
          name: "etl-deduplication",
          size: sizes.healthData.deduplication,
          accessMode: "ReadWriteOnce",
          purpose: "What the ETL engine has seen",
        },
      ],
    }),
    "webauthn-stack": application("webauthn-stack", [servers.webauthnServer(), servers.webauthnExample()], {
      dependsOn: ["infrastructure"],
      secrets: [signingKey("webauthn-server", "Signs the tokens that a passkey buys")],
      routes: [
        route("webauthn-server", hosts.auth, ports["webauthn-server"].port),
        route("webauthn-example-service", hosts.example, ports["webauthn-example-service"].port),
      ],
    }),
  };
  return {
    name: "health-data",
    description: "Health data AI: health API, ETL narrative engine and WebAuthn stack",
    namespaces: [
      {
        name: namespace,
        labels: { "app.kubernetes.io/name": "health-platform", environment },
        podSecurity: "restricted",
        injected: true,
        size: sizes.healthData.namespace,
        // Seed 003, "AppProject": "developer (read-only), admin (full access)".
        access: [
          { group: "quint:health-data-developers", role: "view" },
          { group: "quint:health-data-admins", role: "admin" },
        ],
      },
    ],
    applications: [
      application("infrastructure", [], { data: Object.values(stores) }),
      application("health-api", [servers.healthApi()], {
        // The name of the seed's command: `argocd app sync health-api-production`.
        deliveryName: `health-api-${environment}`,
        dependsOn: ["infrastructure"],
        objectives: [
          {
            // The seed has "SLO-based alerting" without a figure; 99.9 % is what seed 000 promises of the same data.
            name: "health-api-availability",
            description: "Availability 99.9 %",
            measured: { workload: "health-api", namespaces: [namespace] },
            indicator: { kind: "errors" },
            target: 0.999,
          },
        ],
        secrets: [signingKey("health-api", "Signs the tokens of the health API")],
        // Uploads of health records are large and slow.
        routes: [
          { ...route("health-api", hosts.api, ports["health-api"].port, 120), access: { maxBody: "50Mi" } },
        ],
      }),
      ...healthData.applications.map((name) => optional[name]),
    ],
  };
}

/** Argo CD's project (seed 003, "AppProject", "Environment Strategy"). */
function project({ environment }: Settings, { timeZone }: HealthDataSettings): ProjectSpec {
  const production = environment === "production";
  return {
    name: `health-data-${environment}`,
    description: `Health platform, ${environment}`,
    automated: !production,
    // "No deployments Mon-Fri 8am-5pm": not even by hand, but for an administrator's emergency.
    ...(production
      ? { windows: [{ kind: "deny", schedule: "0 8 * * 1-5", hours: 9, timeZone, manualSync: true }] }
      : {}),
    roles: [
      { name: "developer", purpose: "Read-only", right: "view", groups: ["quint:health-data-developers"] },
      { name: "admin", purpose: "Full access", right: "admin", groups: ["quint:health-data-admins"] },
    ],
    reportOrphans: false,
    // "Cluster resource whitelist": namespaces, which Pulumi owns here and Argo CD may look at.
    clusterResources: ["/Namespace"],
  };
}

function signingKey(name: string, purpose: string): SecretSpec {
  return { name, purpose, rotation: 1, keys: { "signing-key": { kind: "key", length: 32 } } };
}

function route(name: string, host: string, port: number, timeoutSeconds = 30): RouteSpec {
  return { name, host, rules: [{ prefix: "/", service: name, port, timeoutSeconds }] };
}
