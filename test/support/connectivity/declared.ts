/** Who may talk to whom, as the platforms' pages declare it; written apart from the components that make policies. */
import type { Caller, Egress, Platform, Port, WorkloadSpec } from "../../../platforms/model/index.ts";
import type { Party } from "./edges.ts";

/** Those who call from beyond a stack's own workloads. */
export const outside = {
  gateway: {
    name: "the gateway",
    namespace: "istio-ingress",
    labels: { app: "istio-ingress", istio: "ingress" },
    account: "istio-ingress",
    ports: [],
  },
  monitoring: {
    name: "the monitoring",
    namespace: "platform-monitoring",
    labels: { "app.kubernetes.io/name": "prometheus" },
    account: "kube-prometheus-stack-prometheus",
    ports: [],
  },
  /** Declared nowhere, so it may talk to nobody. */
  stranger: {
    name: "a stranger",
    namespace: "elsewhere",
    labels: { "app.kubernetes.io/name": "stranger" },
    account: "default",
    ports: [],
  },
  world: { name: "the world", labels: {}, address: "203.0.113.7", ports: [] },
} as const satisfies Record<string, Party>;

/** Where traces go; called, and never calling. */
export const collector: Party = {
  name: "the collector",
  namespace: "platform-monitoring",
  labels: { "app.kubernetes.io/name": "opentelemetry-collector" },
  ports: [4317, 4318],
};

/** A workload or a job of a platform, and where it is. */
export interface Placed {
  readonly namespace: string;
  readonly injected: boolean;
  readonly spec: Pick<WorkloadSpec, "name" | "callers" | "egress">;
  /** Ports that it answers at, by name; a job answers at none. */
  readonly ports: readonly Port[];
}

/** Workloads and jobs. Pods of data services belong to charts and operators, and are tested with these. */
export function placedIn(platforms: readonly Platform[]): Placed[] {
  return platforms.flatMap(({ applications, namespaces }) =>
    applications.flatMap(({ namespace, jobs = [], workloads }) => {
      const injected = namespaces.find(({ name }) => name === namespace)?.injected === true;
      return [
        ...workloads.map((spec) => ({ namespace, injected, spec, ports: spec.container.ports })),
        ...jobs.map((job) => ({ namespace, injected, spec: { ...job, callers: [] }, ports: [] })),
      ];
    }),
  );
}

const portOf = ({ ports, spec }: Placed, wanted: string): number => {
  const found = ports.find((port) => port.name === wanted);
  if (found === undefined) throw new Error(`${spec.name} has no port ${wanted}`);
  return found.port;
};

/** Connections into workloads. */
export function declaredEdges(placed: readonly Placed[]): string[] {
  return placed.flatMap((called) =>
    called.spec.callers.flatMap((caller) => {
      const own = `${called.namespace}/${called.spec.name}`;
      return callersOf(caller, called.namespace, placed)
        .filter((from) => from !== own)
        .map((from) => `${from} -> ${own}:${String(portOf(called, caller.port))}`);
    }),
  );
}

/** Those behind a declaration: one, or all of a namespace. Data services are left out, as {@link placedIn} does. */
function callersOf(caller: Caller, namespace: string, placed: readonly Placed[]): string[] {
  switch (caller.kind) {
    case "workload":
      return placed
        .filter((other) => other.namespace === (caller.namespace ?? namespace))
        .filter((other) => other.spec.name === caller.workload)
        .map((other) => `${other.namespace}/${other.spec.name}`);
    case "namespace":
      return placed
        .filter((other) => other.namespace === caller.namespace)
        .map((other) => `${other.namespace}/${other.spec.name}`);
    default:
      return [outside[caller.kind].name];
  }
}

/** Whether a workload declares that it calls whatever it likes. */
export function callsEverywhere({ spec }: Placed): boolean {
  return spec.egress?.some(({ kind }) => kind === "everywhere") === true;
}

/** Connections out of workloads: to those that declare them, to declared addresses, to the API server. */
export function declaredEgress(placed: readonly Placed[], apiServerKnown: boolean): string[] {
  const names = new Set(placed.map(({ namespace, spec }) => `${namespace}/${spec.name}`));
  const endsOf = (egress: Egress): string[] => {
    switch (egress.kind) {
      case "api-server":
        return apiServerKnown
          ? ["the API server:443"]
          : [443, 6443].map((port) => `${outside.world.name}:${String(port)}`);
      case "cidr":
        return egress.cidr === "0.0.0.0/0"
          ? egress.ports.flatMap((port) => [
              `${outside.world.name}:${String(port)}`,
              ...(apiServerKnown && port === 443 ? ["the API server:443"] : []),
            ])
          : [];
      case "telemetry":
        return collector.ports.map((port) => `${collector.name}:${String(port)}`);
      case "everywhere":
        return [];
    }
  };
  return [
    ...declaredEdges(placed).filter((edge) => names.has(edge.split(" -> ")[0] ?? "")),
    // Every sidecar sends the traces of the mesh.
    ...placed
      .filter(({ injected }) => injected)
      .map(({ namespace, spec }) => `${namespace}/${spec.name} -> ${collector.name}:4317`),
    ...placed.flatMap(({ namespace, spec }) =>
      (spec.egress ?? []).flatMap(endsOf).map((end) => `${namespace}/${spec.name} -> ${end}`),
    ),
  ];
}

/** The API server, seen from pods. */
export function apiServerAt(address: string): Party {
  return { name: "the API server", labels: {}, address, ports: [] };
}
