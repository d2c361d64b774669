/** What the platforms and settings of a stack need of the foundation, and who needs it. */
import type { AddOnName } from "../../config/catalog/add-ons.ts";
import type { Platform } from "../model/platform.ts";
import type { FoundationStack } from "./stack.ts";

export interface Need {
  readonly addOn: AddOnName;
  /** Who needs it, as a message names it: `platform cancer (route cancer-mlops)`. */
  readonly by: string;
}

/** The kinds of data services, and the operators that run them. Those without one come as a chart of their own. */
export const operatorsOf = {
  postgresql: ["cloudnative-pg"],
  kafka: ["strimzi"],
  rabbitmq: ["rabbitmq"],
  spark: ["spark"],
  valkey: [],
  seaweedfs: [],
  neo4j: [],
  opa: [],
} as const satisfies Record<string, readonly AddOnName[]>;
export type DataServiceKind = keyof typeof operatorsOf;

/** What a data service needs. */
export function needsOfData(kind: DataServiceKind, by: string): Need[] {
  return operatorsOf[kind].map((addOn) => ({ addOn, by }));
}

/** What the platforms' own pages need: a mesh for injected namespaces, the gateway for routes, Prometheus for monitors. */
export function needsOfPlatforms(platforms: readonly Platform[]): Need[] {
  return platforms.flatMap(({ name, namespaces, applications }): Need[] => [
    ...namespaces
      .filter(({ injected }) => injected)
      .map((namespace): Need => ({ addOn: "istio", by: `platform ${name} (namespace ${namespace.name})` })),
    ...applications.flatMap(({ routes, workloads }): Need[] => [
      ...routes.map((route): Need => ({
        addOn: "ingress-gateway",
        by: `platform ${name} (route ${route.name})`,
      })),
      ...workloads
        .filter(({ monitor }) => monitor !== undefined)
        .map((workload): Need => ({
          addOn: "prometheus",
          by: `platform ${name} (monitor of ${workload.name})`,
        })),
    ]),
  ]);
}

/** What settings need. */
export function needsOfSettings({ foundation }: FoundationStack): Need[] {
  return [
    ...foundation.secretStores.map(({ name }): Need => ({
      addOn: "external-secrets",
      by: `\`foundation.secretStores\` (${name})`,
    })),
    ...(foundation.backups === undefined
      ? []
      : [{ addOn: "velero", by: "`foundation.backups`" } satisfies Need]),
    ...(foundation.oidc === undefined && foundation.notifications === undefined
      ? []
      : [{ addOn: "argo-cd", by: "`foundation.oidc` and `foundation.notifications`" } satisfies Need]),
    ...foundation.enable.map((addOn): Need => ({ addOn, by: "`foundation.enable`" })),
  ];
}
