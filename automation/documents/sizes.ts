/** How big a platform is in each environment, as rows of a table. */
import type { Platform, Resources } from "../../platforms/model/index.ts";

/** A row's name -> what stands in it. */
export type Sizes = ReadonlyMap<string, string>;

/** Workloads, jobs and the parts of data services: how many, what each asks for and may take, what it keeps. */
export function sizesIn(platform: Platform): Sizes {
  return new Map(
    platform.applications.flatMap(({ data = [], jobs = [], workloads }) => [
      ...workloads.flatMap(({ name, size }) => partsOf(name, size)),
      ...data.flatMap(({ name, ...service }) => ("size" in service ? partsOf(name, service.size) : [])),
      ...jobs.flatMap(({ name, resources }) => partsOf(name, { resources })),
    ]),
  );
}

/** What the namespaces may take in all. */
export function quotasIn(platform: Platform): Sizes {
  return new Map(
    platform.namespaces.flatMap(({ size }) =>
      Object.entries(size.quota).map(([resource, amount]) => [resource, amount] as const),
    ),
  );
}

interface Size {
  readonly replicas?: number;
  readonly resources: Resources;
  readonly storage?: string;
  readonly autoscaling?: { readonly min: number; readonly max: number };
}

/** A size by itself, or one for each of its parts (brokers, drivers, workers). */
function partsOf(name: string, size: object): (readonly [string, string])[] {
  if ("resources" in size) return [[name, inWords(size as Size)]];
  return Object.entries(size as Record<string, unknown>).flatMap(([part, inner]) => {
    if (typeof inner !== "object" || inner === null) return [];
    if ("requests" in inner)
      return [[`${name}: ${part}`, inWords({ resources: inner as Resources })] as const];
    return partsOf(`${name}: ${part}`, inner);
  });
}

function inWords({ autoscaling, replicas, resources, storage }: Size): string {
  const { limits, requests } = resources;
  const count = autoscaling === undefined ? replicas : `${autoscaling.min}–${autoscaling.max}`;
  return [
    ...(count === undefined ? [] : [`${count} ×`]),
    `${requests.cpu}/${requests.memory}, at most ${limits.cpu}/${limits.memory}`,
    ...(storage === undefined ? [] : [`+ ${storage}`]),
  ].join(" ");
}
