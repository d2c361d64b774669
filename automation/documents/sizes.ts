/** How big a platform is in each environment, as rows of a table. */
import type { Platform, Resources } from "../../platforms/model/index.ts";

/** A row's name -> what stands in it. */
export type Sizes = ReadonlyMap<string, string>;

/** Workloads, jobs and the parts of data services: how many, what each asks for and may take, what it keeps. */
export function sizesIn(platform: Platform): Sizes {
  return new Map(
    platform.applications.flatMap(({ data = [], jobs = [], name: application, workloads }) => {
      const named = (name: string) => distinct(platform, application, name);
      return [
        ...workloads.flatMap(({ name, size }) => partsOf(named(name), size)),
        ...data.flatMap(({ name, ...service }) =>
          "size" in service ? partsOf(named(name), service.size) : [],
        ),
        ...jobs.flatMap(({ name, resources }) => partsOf(named(name), { resources })),
      ];
    }),
  );
}

/** What each namespace may take in all. Namespaces are called differently in each environment: applications are not. */
export function quotasIn(platform: Platform): Sizes {
  return new Map(
    platform.namespaces.flatMap(({ name: namespace, size }) => {
      const application = platform.applications.find((one) => one.namespace === namespace);
      return Object.entries(size.quota).map(
        ([resource, amount]) =>
          [distinct(platform, application?.name ?? namespace, resource), amount] as const,
      );
    }),
  );
}

/** A name that no other row has: where namespaces are several, the same may be in each of them. */
export function distinct({ namespaces }: Platform, application: string, name: string): string {
  return namespaces.length === 1 ? name : `${application}: ${name}`;
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
