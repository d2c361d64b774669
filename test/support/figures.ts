/** Figures of rendered objects, by stack: what the tests of the seeds' tables read. */
import type { Environment } from "../../config/index.ts";
import type { KubernetesObject } from "../../policy/index.ts";
import { at, named } from "./objects.ts";
import { objectsOf } from "./stacks.ts";

/** Objects of a stack. On simulated nodes, so that what charts and operators make is among them. */
export async function objectsIn(stack: Environment): Promise<readonly KubernetesObject[]> {
  return (await objectsOf(stack, "simulated")).objects;
}

/** Those of one namespace. */
export function within(objects: readonly KubernetesObject[], namespace: string): readonly KubernetesObject[] {
  return objects.filter(({ metadata }) => metadata.namespace === namespace);
}

/** Names of the objects of a kind, in the order of the alphabet. */
export function namesOf(objects: readonly KubernetesObject[], kind: string): string[] {
  return objects
    .filter((object) => object.kind === kind)
    .map(({ metadata }) => metadata.name)
    .sort();
}

/** What stands at a path of the only object of a kind and name. */
export function figure(
  objects: readonly KubernetesObject[],
  kind: string,
  name: string,
  path: string,
  ...keys: readonly string[]
): unknown {
  return at(named(objects, kind, name), path, ...keys);
}

/** Requests and limits of a Deployment's container, CPU first, as the seeds write them. */
export function shareIn(objects: readonly KubernetesObject[], deployment: string): unknown[] {
  const resources = figure(objects, "Deployment", deployment, "spec.template.spec.containers.0.resources");
  return ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"].map((path) =>
    at(resources, path),
  );
}

/** Bounds and targets of a HorizontalPodAutoscaler: least, most, CPU and memory in percent. */
export function boundsIn(objects: readonly KubernetesObject[], name: string): unknown[] {
  const spec = figure(objects, "HorizontalPodAutoscaler", name, "spec");
  const target = (resource: string) =>
    at(
      (at(spec, "metrics") as object[]).find((metric) => at(metric, "containerResource.name") === resource),
      "containerResource.target.averageUtilization",
    );
  return [at(spec, "minReplicas"), at(spec, "maxReplicas"), target("cpu"), target("memory")];
}

/** Rules of the PrometheusRules in a namespace: name of an alert or a series -> expression and duration. */
export function rulesIn(
  objects: readonly KubernetesObject[],
): ReadonlyMap<string, { readonly expr: string; readonly for?: string }> {
  const groups = objects
    .filter(({ kind }) => kind === "PrometheusRule")
    .flatMap((object) => at(object, "spec.groups") as { rules: Record<string, string>[] }[]);
  return new Map(
    groups.flatMap(({ rules }) =>
      rules.map((rule) => [rule.alert ?? rule.record ?? "", rule as { expr: string; for?: string }] as const),
    ),
  );
}

/** Titles of the Grafana dashboards in a namespace, in the order of the alphabet. */
export function dashboardsIn(objects: readonly KubernetesObject[]): string[] {
  return objects
    .filter((object) => at(object, "metadata.labels", "grafana_dashboard") !== undefined)
    .flatMap((object) => Object.values(at(object, "data") as Record<string, string>))
    .map((model) => (JSON.parse(model) as { title: string }).title)
    .sort();
}
