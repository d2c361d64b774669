/** What the platforms and settings of a stack need of the foundation, and who needs it. */
import type { AddOnName } from "../../config/catalog/add-ons.ts";
import type { DataServiceSpec } from "../model/data.ts";
import { operatorSecretsOf } from "../model/data-secrets.ts";
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
  "spark-application": ["spark"],
  valkey: [],
  "object-store": [],
  neo4j: [],
  opa: [],
  airflow: [],
} as const satisfies Record<DataServiceSpec["kind"], readonly AddOnName[]>;

/** What a data service needs. */
export function needsOfData(kind: DataServiceSpec["kind"], by: string): Need[] {
  return operatorsOf[kind].map((addOn) => ({ addOn, by }));
}

function copiesOperatorSecrets(service: DataServiceSpec): boolean {
  const made = new Set(operatorSecretsOf(service).map(({ name }) => name));
  return Object.values(service.copiesOfSecrets ?? {})
    .flat()
    .some((name) => made.has(name));
}

/** What the platforms' own pages need: a mesh for injected namespaces, the gateway for routes, operators, Prometheus. */
export function needsOfPlatforms(platforms: readonly Platform[]): Need[] {
  return platforms.flatMap(({ name, namespaces, applications, previews }): Need[] => [
    // Where a preview's passwords are made.
    ...(previews === undefined
      ? []
      : [{ addOn: "external-secrets", by: `platform ${name} (previews of pull requests)` } satisfies Need]),
    ...namespaces
      .filter(({ injected }) => injected)
      .map((namespace): Need => ({ addOn: "istio", by: `platform ${name} (namespace ${namespace.name})` })),
    ...applications.flatMap(
      ({ name: application, alerts = [], dashboards = [], data = [], routes, workloads }) => [
        ...routes.map((route): Need => ({
          addOn: "ingress-gateway",
          by: `platform ${name} (route ${route.name})`,
        })),
        // What an operator makes is copied to other namespaces by External Secrets.
        ...data
          .filter((service) => copiesOperatorSecrets(service))
          .map((service): Need => ({
            addOn: "external-secrets",
            by: `platform ${name} (copies of Secrets of ${service.name})`,
          })),
        ...data.flatMap((service) =>
          needsOfData(service.kind, `platform ${name} (${service.kind} ${service.name})`),
        ),
        ...workloads
          .filter(({ progressive }) => progressive !== undefined)
          .map((workload): Need => ({
            addOn: "argo-rollouts",
            by: `platform ${name} (gradual new versions of ${workload.name}: \`progressive\`)`,
          })),
        ...[
          ...workloads
            .filter(({ progressive }) => (progressive?.analyses ?? []).length > 0)
            .map((workload) => `judges versions of ${workload.name}`),
          ...workloads
            .filter(({ monitor }) => monitor !== undefined)
            .map((workload) => `monitor of ${workload.name}`),
          ...data.map((service) => `metrics of ${service.name}`),
          ...(alerts.length + dashboards.length > 0 ? [`alerts and dashboards of ${application}`] : []),
        ].map((reason): Need => ({ addOn: "prometheus", by: `platform ${name} (${reason})` })),
      ],
    ),
  ]);
}

/** What settings need. */
export function needsOfSettings({ delivery, foundation, secrets }: FoundationStack): Need[] {
  return [
    ...(Object.keys(secrets.sealed).length === 0
      ? []
      : [{ addOn: "sealed-secrets", by: "`secrets.sealed`" } satisfies Need]),
    ...foundation.secretStores.map(({ name }): Need => ({
      addOn: "external-secrets",
      by: `\`foundation.secretStores\` (${name})`,
    })),
    ...(foundation.backups === undefined
      ? []
      : [{ addOn: "velero", by: "`foundation.backups`" } satisfies Need]),
    ...(foundation.offsite === undefined
      ? []
      : [{ addOn: "velero", by: "`foundation.offsite`" } satisfies Need]),
    ...(foundation.oidc === undefined && foundation.notifications === undefined
      ? []
      : [{ addOn: "argo-cd", by: "`foundation.oidc` and `foundation.notifications`" } satisfies Need]),
    ...(foundation.alerting === undefined
      ? []
      : [{ addOn: "prometheus", by: "`foundation.alerting`" } satisfies Need]),
    ...(delivery === "gitops" ? [{ addOn: "argo-cd", by: "`delivery: gitops`" } satisfies Need] : []),
    ...foundation.enable.map((addOn): Need => ({ addOn, by: "`foundation.enable`" })),
  ];
}
