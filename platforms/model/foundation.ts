/** The foundation as plain data: namespaces, add-ons in order, their pods, and what the stack says of them. */
import type { Architecture, Environment } from "../../config/index.ts";
import type { AddOnName } from "../../config/catalog/add-ons.ts";
import type { FoundationPriority, PodKind, PodService } from "../../config/catalog/chart.ts";
import type { FoundationChartName, PodNameOf } from "../../config/catalog/charts.ts";
import type { ChartSource, Mirrors, Values } from "../../config/catalog/mirror.ts";
import type { FoundationSettings } from "../../config/schema/foundation.ts";
import type { Resources } from "../../config/sizes/types.ts";
import type { PreviewsSpec } from "./delivery.ts";
import type { NamespaceSpec } from "./namespace.ts";
import type { DashboardSpec, RuleGroupSpec } from "./platform.ts";
import type { GatewaySpec, RouteSpec } from "./route.ts";

export type { AddOnName } from "../../config/catalog/add-ons.ts";
export type { FoundationChartName } from "../../config/catalog/charts.ts";

/** A pod of the foundation, as `chart/pod` of the catalog. */
export type FoundationPodRef = {
  [Chart in FoundationChartName]: `${Chart}/${PodNameOf<Chart>}`;
}[FoundationChartName];

/** Who may open connections to a pod of the foundation. */
export type FoundationPeer =
  /** Anyone: the API server calls webhooks from addresses that no policy can name. */
  | "anyone"
  /** Every pod of the cluster. */
  | "cluster"
  /** The ingress gateway. */
  | "gateway"
  /** The cluster's Prometheus. */
  | "monitoring"
  /** Pods of its own kind: peers of a cluster. */
  | "peers"
  | FoundationPodRef;

export interface FoundationCaller {
  readonly from: FoundationPeer;
  readonly ports: readonly number[];
  /** Left out: TCP alone. */
  readonly protocols?: readonly ("TCP" | "UDP")[];
}

/** What a pod calls that is not a pod of the foundation. */
export interface FoundationEgress {
  readonly to:
    | "api-server"
    /** Where pods get their identity in the cloud, on clusters whose pods have one. */
    | "cloud-identity"
    | "cluster"
    | "internet"
    | "everywhere";
  /** Left out: all. */
  readonly ports?: readonly number[];
}

/** One object that makes pods: what it takes of the cluster, and who may reach it. */
export interface FootprintSpec {
  readonly chart: FoundationChartName;
  /** Key of the catalog and of the sizes table. */
  readonly pod: string;
  readonly kind: PodKind;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: readonly {
    readonly name: string;
    readonly image: string;
    readonly resources: Resources;
  }[];
  /** Pods; of a daemon set, one a node. */
  readonly replicas: number;
  readonly maxReplicas?: number;
  /** Volume of each replica. */
  readonly storage?: string;
  readonly priority: FoundationPriority;
  readonly services: readonly PodService[];
  readonly spread: "required" | "preferred";
  readonly callers: readonly FoundationCaller[];
  readonly egress: readonly FoundationEgress[];
  /** Architectures that all its images are published for. */
  readonly architectures: readonly Architecture[];
}

/** One Helm release. */
export interface ReleaseSpec {
  readonly chart: FoundationChartName;
  readonly release: string;
  readonly namespace: string;
  readonly source: ChartSource;
  /** The values that name its images. */
  readonly images: Values;
  readonly pods: readonly FootprintSpec[];
}

export interface AddOnSpec {
  readonly name: AddOnName;
  readonly purpose: string;
  /** Add-ons of the stack that must be there first. */
  readonly needs: readonly AddOnName[];
  /** Who asked for it: `always`, a platform, a setting, another add-on. */
  readonly askedBy: readonly string[];
  readonly releases: readonly ReleaseSpec[];
  /** Alerts on it, and on what it does for platforms. */
  readonly rules: readonly RuleGroupSpec[];
}

/** Hosts of the foundation's own tools. */
export interface FoundationHosts {
  readonly argoCd: string;
  readonly grafana: string;
  readonly prometheus: string;
}

/** What the stack says of its add-ons. */
export interface FoundationOptions {
  readonly environment: Environment;
  readonly stack: string;
  /** Who made the cluster: `kind`, `oke`, ... */
  readonly clusterType: string;
  readonly hosts: FoundationHosts;
  readonly mirrors: Mirrors;
  readonly certificates: {
    readonly issuer: "self-signed" | "letsencrypt-staging" | "letsencrypt";
    readonly email?: string | undefined;
    readonly route53?: { readonly region: string; readonly hostedZone?: string | undefined } | undefined;
  };
  readonly oidc: FoundationSettings["oidc"];
  /** Whether a route of the stack asks for a login: the mesh must know whom to ask then. */
  readonly login: boolean;
  readonly notifications: FoundationSettings["notifications"];
  readonly alerting: FoundationSettings["alerting"];
  /** Namespaces of each platform: what is known of one is told to its people. */
  readonly platformNamespaces: Readonly<Record<string, readonly string[]>>;
  readonly secretStores: FoundationSettings["secretStores"];
  readonly backups: FoundationSettings["backups"];
  /** Argo CD makes them in namespaces of their own. */
  readonly previews: readonly Pick<PreviewsSpec, "namespace" | "pullRequests">[];
  /** What happens to a change that breaks a rule. */
  readonly guardrails: NonNullable<FoundationSettings["guardrails"]>;
  /** Services that the stack opens past the gateway, as `namespace/name`. */
  readonly exposed: readonly string[];
  readonly tracing: {
    /** Traces that the mesh begins, in percent of the requests. */
    readonly offeredPercent: number;
    /** Of those that neither failed nor were slow, kept, in percent. */
    readonly samplingPercent: number;
    readonly slowMilliseconds: number;
  };
  readonly retention: {
    readonly metricsDays: number;
    readonly logDays: number;
    readonly traceDays: number;
  };
  /** Dashboards of the cluster itself. */
  readonly dashboards: readonly DashboardSpec[];
  /** What the mesh adds to a pod. */
  readonly sidecar: Resources;
}

/** The way to a tool of the foundation. */
export interface FoundationRoute {
  readonly addOn: AddOnName;
  readonly namespace: string;
  readonly spec: RouteSpec;
}

export interface FoundationSpec {
  readonly namespaces: readonly NamespaceSpec[];
  /** In the order of installation. */
  readonly addOns: readonly AddOnSpec[];
  /** None on a stack without the gateway. */
  readonly routes: readonly FoundationRoute[];
  readonly options: FoundationOptions;
}

/** The gateway that routes are on. */
export function gatewayOf({ addOns }: FoundationSpec): GatewaySpec {
  const gateway = addOns
    .flatMap(({ releases }) => releases.flatMap(({ pods }) => pods))
    .find(({ chart, pod }) => chart === "istio-gateway" && pod === "gateway");
  return { minReplicas: gateway?.replicas ?? 1 };
}
