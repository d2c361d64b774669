/** Finding things on a platform's page. */
import assert from "node:assert/strict";
import type {
  ApplicationSpec,
  DataServiceSpec,
  EnvironmentValue,
  Platform,
  RouteSpec,
  WorkloadSpec,
} from "../../platforms/model/index.ts";

export function applicationOf(platform: Platform, name: string): ApplicationSpec {
  const found = platform.applications.find((application) => application.name === name);
  assert.ok(found, `${platform.name} has no application ${name}`);
  return found;
}

/** @param namespace where several have a workload of the name. */
export function workloadOf(platform: Platform, name: string, namespace?: string): WorkloadSpec {
  const found = platform.applications
    .filter((application) => namespace === undefined || application.namespace === namespace)
    .flatMap(({ workloads }) => workloads)
    .filter((workload) => workload.name === name);
  assert.equal(found.length, 1, `${platform.name} has ${found.length} workloads ${name}`);
  return found[0]!;
}

export function dataOf<Kind extends DataServiceSpec["kind"]>(
  platform: Platform,
  kind: Kind,
  namespace?: string,
): Extract<DataServiceSpec, { kind: Kind }> {
  const found = platform.applications
    .filter((application) => namespace === undefined || application.namespace === namespace)
    .flatMap(({ data = [] }) => data)
    .filter((service) => service.kind === kind);
  assert.equal(found.length, 1, `${platform.name} has ${found.length} of ${kind}`);
  return found[0] as Extract<DataServiceSpec, { kind: Kind }>;
}

export function routeOf(platform: Platform, host: string): RouteSpec {
  const found = platform.applications.flatMap(({ routes }) => routes).find((route) => route.host === host);
  assert.ok(found, `${platform.name} has no route for ${host}`);
  return found;
}

export function environmentOf({ container }: WorkloadSpec): Readonly<Record<string, EnvironmentValue>> {
  return container.env ?? {};
}

/** Requests and limits, CPU first, as the seeds write them. */
export function shareOf({ size }: WorkloadSpec): readonly string[] {
  const { requests, limits } = size.resources;
  return [requests.cpu, requests.memory, limits.cpu, limits.memory];
}

/** Callers by name: workloads as `workload:port` (from elsewhere `namespace/workload:port`), the others as `(kind):port`. */
export function callersOf({ callers }: Pick<WorkloadSpec, "callers">): readonly string[] {
  return callers.map((caller) => {
    switch (caller.kind) {
      case "workload":
        return `${caller.namespace === undefined ? "" : `${caller.namespace}/`}${caller.workload}:${caller.port}`;
      case "namespace":
        return `${caller.namespace}/*:${caller.port}`;
      default:
        return `(${caller.kind}):${caller.port}`;
    }
  });
}
