/** What rendered policies let through, against what the platforms' pages declare. */
import type { KubernetesObject } from "../../../policy/index.ts";
import type { Platform } from "../../../platforms/model/index.ts";
import {
  apiServerAt,
  callsEverywhere,
  collector,
  declaredEdges,
  declaredEgress,
  outside,
  placedIn,
} from "./declared.ts";
import { edges, meshLayer, networkLayer, partiesIn, sidecarPorts, type Party } from "./edges.ts";

export const layers = ["let in by the network", "let in by the mesh", "let out by the network"] as const;
export type Layer = (typeof layers)[number];

/** A port that nobody declares: a policy that names no ports opens it. */
const undeclaredPort = 9;

/**
 * Connections that are let through and not declared (`+ …`), or declared and not let through (`- …`).
 *
 * @param apiServer address of the API server; left out where policies cannot know it, and let out to any.
 */
export function differences(
  objects: readonly KubernetesObject[],
  platforms: readonly Platform[],
  apiServer?: string,
): Record<Layer, readonly string[]> {
  const found = letThrough(objects, platforms, apiServer);
  const named = declared(platforms, apiServer !== undefined);
  // What a declared wildcard may call is wanted, whatever it is.
  const wanted = {
    ...named,
    "let out by the network": [...new Set([...named["let out by the network"], ...found.unbound])],
  };
  const between = (layer: Layer): string[] => [
    ...found[layer].filter((edge) => !wanted[layer].includes(edge)).map((edge) => `+ ${edge}`),
    ...wanted[layer].filter((edge) => !found[layer].includes(edge)).map((edge) => `- ${edge}`),
  ];
  return {
    "let in by the network": between("let in by the network"),
    "let in by the mesh": between("let in by the mesh"),
    "let out by the network": between("let out by the network"),
  };
}

type Connections = Record<Layer, readonly string[]>;

function letThrough(
  objects: readonly KubernetesObject[],
  platforms: readonly Platform[],
  apiServer: string | undefined,
): Connections & { readonly unbound: readonly string[] } {
  const described = new Map(
    placedIn(platforms).map((placed) => [`${placed.namespace}/${placed.spec.name}`, placed]),
  );
  const workloads = partiesIn(objects).filter(({ name }) => described.has(name));
  // Beside the workloads a pod that no page describes, in each namespace: what holds for all of it protects it.
  const unknown = (namespace: string): Party => ({
    name: `${namespace}/?`,
    namespace,
    labels: {},
    ports: [],
  });
  const namespaces = new Set([...described.values()].map(({ namespace }) => namespace));
  const meshed = new Set(
    [...described.values()].filter(({ injected }) => injected).map(({ namespace }) => namespace),
  );
  const isMeshed = ({ namespace }: Party) => meshed.has(namespace ?? "");
  const targets = [...workloads, ...[...namespaces].map(unknown)].map((party) => ({
    ...party,
    ports: [...party.ports, undeclaredPort],
  }));
  const withSidecars = targets.map((party) =>
    isMeshed(party) && party.ports.length > 1
      ? { ...party, ports: [...party.ports, ...sidecarPorts] }
      : party,
  );
  const sources = [...workloads, ...Object.values(outside)];
  const out = networkLayer(objects, "egress");
  const called = [
    ...withSidecars,
    { ...outside.world, ports: [443, 6443, 8443] },
    { ...collector, ports: [...collector.ports, undeclaredPort] },
    ...(apiServer === undefined ? [] : [{ ...apiServerAt(apiServer), ports: [443] }]),
  ];
  const unbound = workloads.filter(({ name }) => callsEverywhere(described.get(name)!));
  return {
    "let in by the network": edges(sources, withSidecars, networkLayer(objects, "ingress")),
    "let in by the mesh": edges(sources, targets.filter(isMeshed), meshLayer(objects)),
    "let out by the network": edges(workloads, called, out),
    unbound: edges(unbound, called, () => true),
  };
}

function declared(platforms: readonly Platform[], apiServerKnown: boolean): Connections {
  const placed = placedIn(platforms);
  const meshed = placed.filter(({ injected }) => injected);
  const callers = [
    ...placed.map(({ namespace, spec }) => `${namespace}/${spec.name}`),
    ...Object.values(outside).map(({ name }) => name),
  ];
  // Ports that the world calls are open to all of the mesh: it cannot tell callers without names apart.
  const worldly = declaredEdges(meshed)
    .filter((edge) => edge.startsWith(outside.world.name))
    .flatMap((edge) => {
      const [, target = ""] = edge.split(" -> ");
      return callers
        .filter((caller) => !target.startsWith(`${caller}:`))
        .map((caller) => `${caller} -> ${target}`);
    });
  const scraped = meshed.flatMap(({ namespace, ports, spec }) =>
    (ports.length === 0 ? [] : sidecarPorts).map(
      (port) => `${outside.monitoring.name} -> ${namespace}/${spec.name}:${String(port)}`,
    ),
  );
  return {
    "let in by the network": [...declaredEdges(placed), ...scraped],
    "let in by the mesh": [...declaredEdges(meshed), ...worldly],
    "let out by the network": declaredEgress(placed, apiServerKnown),
  };
}
