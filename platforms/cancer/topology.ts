/** How the four servers are called and reached: ports, Services, hosts and paths, as the stack's settings have it. */
import type { CancerSettings, Settings } from "../../config/index.ts";
import type { Caller, Port, RouteRule, RouteSpec, ServiceSpec } from "../model/index.ts";

/** The stack that the platform is described for. */
export interface CancerStack {
  readonly settings: Settings;
  readonly cancer: CancerSettings;
}

/** Ports of the seed ("Components Deployed"), and the node ports that `expose: direct` opens. */
export const ports = {
  api: { name: "http", port: 8000 },
  mlflow: { name: "http", port: 5000 },
  prometheus: { name: "http", port: 9090 },
  grafana: { name: "http", port: 3000 },
} as const satisfies Record<string, Port>;
const nodePorts = { mlflow: 30500, prometheus: 30900, grafana: 30300 } as const;

export type ServerName = keyof typeof ports;
/** The servers beside the API. */
export type Tool = keyof typeof nodePorts;

/** Services of the seed: the API answers as `api-service:8000`, and so on. */
export const serviceOf = (server: ServerName) => `${server}-service`;

/** Whether users reach the servers without the ingress gateway. */
export const isDirect = ({ cancer }: CancerStack) => cancer.expose === "direct";

/** The host by which users reach a server through the gateway. */
export function hostOf({ settings, cancer }: CancerStack, server: ServerName): string {
  const base = `cancer-mlops.${settings.domain}`;
  return cancer.routing === "paths" ? base : `${server}.${base}`;
}

/** Path under which a tool serves when all share one host; empty otherwise. */
export function pathPrefix(stack: CancerStack, tool: Tool): string {
  return !isDirect(stack) && stack.cancer.routing === "paths" ? `/${tool}` : "";
}

/** Those who reach a server from outside: everyone, or the ingress gateway alone. */
export function users(stack: CancerStack): Caller {
  return { kind: isDirect(stack) ? "world" : "gateway", port: "http" };
}

/** The API's Services: inside the cluster, and a load balancer where it is reached directly. */
export function apiServices(stack: CancerStack): ServiceSpec[] {
  const direct: ServiceSpec = {
    name: "api-loadbalancer",
    port: 80,
    targetPort: "http",
    exposure: { type: "LoadBalancer" },
  };
  return [clusterIp("api"), ...(isDirect(stack) ? [direct] : [])];
}

/** A tool's Services: inside the cluster, and a node port where it is reached directly. */
export function toolServices(stack: CancerStack, tool: Tool): ServiceSpec[] {
  const direct: ServiceSpec = {
    name: `${tool}-nodeport`,
    port: ports[tool].port,
    targetPort: "http",
    exposure: { type: "NodePort", nodePort: nodePorts[tool] },
  };
  return [clusterIp(tool), ...(isDirect(stack) ? [direct] : [])];
}

function clusterIp(server: ServerName): ServiceSpec {
  return {
    name: serviceOf(server),
    port: ports[server].port,
    targetPort: "http",
    exposure: { type: "ClusterIP" },
  };
}

/** The seed's two ingress strategies: one host with paths, or a host for each. Behind the gateway only. */
export function routes(stack: CancerStack): RouteSpec[] {
  if (isDirect(stack)) {
    return [];
  }
  if (stack.cancer.routing === "paths") {
    return [
      {
        name: "cancer-mlops",
        host: hostOf(stack, "api"),
        // Of API and Grafana, which decide by themselves whom they answer.
        access: { login: true, openPrefixes: ["/api/", "/api", "/grafana"] },
        rules: [
          // The tools know their prefix themselves; the API does not. Rewritten with its slash, else `//` is left.
          rule("api", "/api/", "/"),
          rule("api", "/api", "/"),
          rule("mlflow", "/mlflow"),
          rule("prometheus", "/prometheus"),
          rule("grafana", "/grafana"),
        ],
      },
    ];
  }
  return (["api", "mlflow", "prometheus", "grafana"] as const).map((server) => ({
    name: `cancer-${server}`,
    host: hostOf(stack, server),
    ...(hasLogin[server] ? {} : { access: { login: true } }),
    rules: [rule(server, "/")],
  }));
}

/**
 * Whether a server decides by itself whom it answers. MLflow and Prometheus let everyone do everything: who may write to
 * MLflow chooses the model that predicts.
 */
const hasLogin = {
  api: true,
  mlflow: false,
  prometheus: false,
  grafana: true,
} as const satisfies Record<ServerName, boolean>;

function rule(server: ServerName, prefix: string, rewrite?: string): RouteRule {
  return {
    prefix,
    ...(rewrite === undefined ? {} : { rewrite }),
    service: serviceOf(server),
    port: ports[server].port,
    // Uploading a model through MLflow takes minutes; a prediction that takes half of one has failed.
    timeoutSeconds: server === "mlflow" ? 300 : 30,
  };
}
