/**
 * The four dashboards that every platform has (overview, services, data stores, resources), from what its page
 * declares. A seed that names one of them gives it its name.
 */
import type { ApplicationSpec, DashboardSpec, Platform } from "../model/index.ts";
import { durationQuantile, errorShare, requestRate, type Measured } from "../service-level.ts";
import { dashboard } from "./dashboard.ts";
import { objectives } from "./objectives.ts";
import { line, stat, type Choice, type Row } from "./panel.ts";
import { quota, quotaShare, resources } from "./resources.ts";
import { evidence, saturation, traffic } from "./services.ts";
import { stores } from "./stores.ts";

export type Topic = "overview" | "services" | "data" | "resources";

/** How a seed calls a dashboard, and the end of its address. */
export interface Called {
  readonly uid: string;
  readonly title: string;
}

/** @param into the application that carries them. */
export function withDashboards(
  platform: Platform,
  into: { readonly application: string; readonly called?: Partial<Record<Topic, Called>> },
): Platform {
  const all = standardDashboards(platform, into.called ?? {});
  const add = (application: ApplicationSpec): ApplicationSpec =>
    application.name === into.application
      ? { ...application, dashboards: [...all, ...(application.dashboards ?? [])] }
      : application;
  return { ...platform, applications: platform.applications.map(add) };
}

function standardDashboards(platform: Platform, called: Partial<Record<Topic, Called>>): DashboardSpec[] {
  const { name, applications } = platform;
  const namespaces = platform.namespaces.map((namespace) => namespace.name);
  const servers = distinct(
    applications.flatMap(({ workloads }) => workloads.map((workload) => workload.name)),
  );
  const kinds = distinct(applications.flatMap(({ data = [] }) => data.map(({ kind }) => kind)));
  const chosen: Measured = { workload: "$service", namespaces };
  const choice: Choice = { name: "service", label: "Service", values: servers };
  const board = (topic: Topic, rows: readonly Row[], more: { readonly choices?: readonly Choice[] } = {}) =>
    dashboard({
      ...(called[topic] ?? { uid: `${name}-${topic}`, title: `${capital(name)}: ${words[topic]}` }),
      about: name,
      rows,
      ...more,
    });
  return [
    board("overview", [
      ...now(namespaces),
      ...(applications.some((application) => (application.objectives ?? []).length > 0)
        ? [objectives(name)]
        : []),
      ...overview(namespaces),
    ]),
    ...(servers.length === 0
      ? []
      : [board("services", [traffic(chosen), saturation(chosen), evidence(chosen)], { choices: [choice] })]),
    ...(kinds.length === 0 ? [] : [board("data", stores(kinds, namespaces))]),
    board("resources", resources(namespaces)),
  ];
}

const words: Record<Topic, string> = {
  overview: "overview",
  services: "services",
  data: "data stores",
  resources: "resources",
};

/** Whether the platform is well, at a look. */
function now(namespaces: readonly string[]): Row[] {
  const all: Measured = { workload: ".+", namespaces };
  const here = `namespace=~"${namespaces.join("|")}"`;
  return [
    {
      title: "Now",
      panels: [
        stat("Requests per second", "reqps", `sum(${requestRate(all, "5m")})`),
        stat("Worst share of failed requests", "percentunit", `max(${errorShare(all, "5m")})`, { red: 0.02 }),
        stat("Slowest p95", "s", `max(${durationQuantile(all, 0.95, "5m")})`),
        stat("Alerts", "none", `count(ALERTS{alertstate="firing",${here}}) or vector(0)`, { red: 1 }),
        stat(
          "Pods not ready",
          "none",
          `sum(kube_pod_status_ready{${here},condition="false"}) - sum(kube_pod_status_phase{${here},phase="Succeeded"})`,
          { red: 1 },
        ),
        stat("Fullest quota", "percentunit", `max(${quotaShare(here)})`, { red: 0.9 }),
      ],
    },
  ];
}

/** And where to look next. */
function overview(namespaces: readonly string[]): Row[] {
  const all: Measured = { workload: ".+", namespaces };
  const here = `namespace=~"${namespaces.join("|")}"`;
  return [
    traffic(all),
    {
      title: "Pods",
      panels: [
        line(
          "Deployments: pods that are ready",
          "none",
          `kube_deployment_status_replicas_ready{${here}}`,
          "{{namespace}} {{deployment}}",
        ),
        line(
          "Restarts (1 hour)",
          "none",
          `sum by (namespace, container) (increase(kube_pod_container_status_restarts_total{${here}}[1h])) > 0`,
          "{{namespace}} {{container}}",
        ),
      ],
    },
    quota(namespaces),
  ];
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** `health-data` -> `Health-data`. */
function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
