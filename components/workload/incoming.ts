/** By which Services a new version is told from the one that is there. */
import type { ProgressiveSpec, ServiceSpec, WorkloadSpec } from "../../platforms/model/index.ts";
import type { WeightedServices } from "../traffic/weights.ts";

/** A workload whose new versions come in gradually. */
export interface Incoming {
  readonly progressive: ProgressiveSpec;
  /** The Service that callers know: it leads to the version that is there. */
  readonly service: ServiceSpec;
  /** The Service of the version that comes in; between two versions it leads where the other does. */
  readonly beside: ServiceSpec;
}

/** What the Service beside the callers' own is called. */
const besides = { canary: "canary", "blue-green": "preview" } as const satisfies Record<
  ProgressiveSpec["kind"],
  string
>;

/**
 * The Services of a workload's versions; nothing where it rolls plainly.
 *
 * @throws where the calls cannot be told apart, or two versions must not run at once.
 */
export function incomingOf(spec: WorkloadSpec, injected: boolean): Incoming | undefined {
  const { name, progressive, services, strategy } = spec;
  if (progressive === undefined) return undefined;
  const refuse = (reason: string): never => {
    throw new Error(
      `workload "${name}" takes new versions as ${progressive.kind}, ${reason}; leave out \`progressive\``,
    );
  };
  const [service] = services;
  if (service === undefined) return refuse("and has no Service whose calls could be shared out");
  if (strategy === "recreate") return refuse("and two copies of it must never run at once");
  if (service.exposure.type !== "ClusterIP" || service.exposure.headless === true) {
    return refuse(`and its Service "${service.name}" is called past the mesh`);
  }
  if (progressive.kind === "canary" && !injected)
    return refuse("and its namespace is outside the mesh, which shares calls out");
  return {
    progressive,
    service,
    beside: { ...service, name: `${service.name}-${besides[progressive.kind]}` },
  };
}

/** The Services of a platform that share their calls with a canary. */
export function weightedIn(
  applications: readonly { readonly namespace: string; readonly workloads: readonly WorkloadSpec[] }[],
): WeightedServices {
  return new Set(
    applications.flatMap(({ namespace, workloads }) =>
      workloads.flatMap(({ progressive, services: [service] }) =>
        progressive?.kind === "canary" && service !== undefined ? [`${namespace}/${service.name}`] : [],
      ),
    ),
  );
}
