/** The foundation of a stack: which add-ons, in what order, how big, and who may reach them. */
import { addOnOf, type AddOnName } from "../../config/catalog/add-ons.ts";
import { chartOf, type FoundationChartName } from "../../config/catalog/charts.ts";
import { chartSource, imageValues } from "../../config/catalog/mirror.ts";
import { SettingsError } from "../../config/problems.ts";
import type {
  AddOnSpec,
  FoundationHosts,
  FoundationOptions,
  FoundationSpec,
  ReleaseSpec,
} from "../model/foundation.ts";
import type { Platform, RuleGroupSpec } from "../model/platform.ts";
import { alertsOf } from "./alerts.ts";
import { architectureProblems } from "./architectures.ts";
import { dashboardsOf } from "./dashboards.ts";
import { footprintsOf } from "./footprints.ts";
import { routesOf } from "../hosts.ts";
import { namespacesFor } from "./namespaces.ts";
import { needsOfPlatforms, needsOfSettings, type Need } from "./needs.ts";
import { routesOfFoundation } from "./routes.ts";
import { selectAddOns } from "./selection.ts";
import type { FoundationStack } from "./stack.ts";

export { needsOfData, type Need } from "./needs.ts";
export { quintImages, type ChartRow, type ImageRow, type StackArtifacts } from "./artifacts.ts";
export type { FoundationStack } from "./stack.ts";

/**
 * Describes the foundation.
 *
 * @param needs what data services and other parts need beyond what the platforms' pages show.
 * @throws SettingsError where something needed is disabled, or an image does not run on the nodes.
 */
export function describeFoundation(
  stack: FoundationStack,
  platforms: readonly Platform[],
  needs: readonly Need[] = [],
): FoundationSpec {
  const { addOns: selected, problems } = selectAddOns(stack, [
    ...needsOfSettings(stack),
    ...needsOfPlatforms(platforms),
    ...needs,
  ]);
  const pins = [...selected.keys()].flatMap((name) => addOnOf(name).charts.map(chartOf));
  const all = [...problems, ...architectureProblems(pins, stack)];
  if (all.length > 0) throw new SettingsError(all, `the foundation of ${stack.stack}`);

  const described = [...selected].map(([name, askedBy]) => addOnSpec(name, askedBy, selected, stack));
  const addOns = selected.has("prometheus")
    ? described.map((addOn) => ({ ...addOn, rules: rulesOf(addOn, described, stack, platforms) }))
    : described;
  const releases = addOns.flatMap((addOn) => addOn.releases);
  const hosts = hostsOf(stack);
  const routes = routesOfFoundation(hosts, (addOn) => selected.has(addOn));
  const login = [...routes.map(({ spec }) => spec), ...routesOf(platforms).map(({ route }) => route)].some(
    ({ access }) => access?.login === true,
  );
  return {
    namespaces: namespacesFor(
      stack.environment,
      releases.flatMap(({ pods }) => pods),
      releases.map(({ namespace }) => namespace),
    ),
    addOns,
    routes,
    options: {
      ...optionsOf(stack, platforms, {
        hosts,
        login,
        dashboards: dashboardsOf(stack, (addOn) => selected.has(addOn)),
      }),
      previews: platforms.flatMap(({ previews }) => previews ?? []),
      exposed: exposedBy(platforms),
    },
  };
}

function rulesOf(
  { name }: AddOnSpec,
  addOns: readonly AddOnSpec[],
  { delivery, foundation: { offsite } }: FoundationStack,
  platforms: readonly Platform[],
): RuleGroupSpec[] {
  const namespaces = [
    ...new Set(addOns.flatMap(({ releases }) => releases.map(({ namespace }) => namespace))),
  ];
  const alerts = alertsOf(name, {
    platforms,
    namespaces,
    synced: delivery === "gitops",
    copiedOffsite: offsite !== undefined,
  });
  return alerts.length === 0 ? [] : [{ name, recordings: [], alerts }];
}

function addOnSpec(
  name: AddOnName,
  askedBy: readonly string[],
  selected: ReadonlyMap<AddOnName, unknown>,
  stack: FoundationStack,
): AddOnSpec {
  const { purpose, charts, needs } = addOnOf(name);
  return {
    name,
    purpose,
    needs: (Object.keys(needs) as AddOnName[]).filter((other) => selected.has(other)),
    askedBy,
    releases: charts.map((chart) => releaseSpec(chart, stack)),
    rules: [],
  };
}

function releaseSpec(chart: FoundationChartName, stack: FoundationStack): ReleaseSpec {
  const pin = chartOf(chart);
  const mirrors = { charts: stack.charts.mirror, images: stack.images.mirror };
  return {
    chart,
    release: pin.release,
    namespace: pin.namespace,
    source: chartSource(pin, mirrors),
    images: imageValues(pin, mirrors),
    pods: footprintsOf(chart, stack),
  };
}

function hostsOf({ domain }: FoundationStack): FoundationHosts {
  return { argoCd: `argocd.${domain}`, grafana: `grafana.${domain}`, prometheus: `prometheus.${domain}` };
}

function optionsOf(
  stack: FoundationStack,
  platforms: readonly Platform[],
  found: Pick<FoundationOptions, "dashboards" | "hosts" | "login">,
): Omit<FoundationOptions, "exposed" | "previews"> {
  const { environment, foundation, sizes } = stack;
  return {
    environment,
    stack: stack.stack,
    clusterType: stack.cluster.type,
    ...found,
    mirrors: { charts: stack.charts.mirror, images: stack.images.mirror },
    certificates: {
      ...foundation.certificates,
      issuer: foundation.certificates.issuer ?? (environment === "dev" ? "self-signed" : "letsencrypt"),
    },
    oidc: foundation.oidc,
    notifications: foundation.notifications,
    alerting: foundation.alerting,
    platformNamespaces: Object.fromEntries(
      platforms.map(({ name, namespaces }) => [name, namespaces.map((namespace) => namespace.name)]),
    ),
    secretStores: foundation.secretStores,
    backups: foundation.backups,
    guardrails: foundation.guardrails ?? (environment === "dev" ? "warn" : "deny"),
    tracing: {
      offeredPercent: foundation.tracing.offeredPercent,
      slowMilliseconds: foundation.tracing.slowMilliseconds,
      samplingPercent: foundation.tracing.samplingPercent ?? sizes.foundation.traceSamplingPercent,
    },
    retention: {
      metricsDays: sizes.foundation.metricsRetentionDays,
      logDays: sizes.foundation.logRetentionDays,
      traceDays: sizes.foundation.traceRetentionDays,
    },
    sidecar: sizes.mesh.sidecar,
  };
}

/** The Services of platforms that have an address past the gateway. */
function exposedBy(platforms: readonly Platform[]): string[] {
  return platforms.flatMap(({ applications }) =>
    applications.flatMap(({ namespace, workloads }) =>
      workloads.flatMap(({ services }) =>
        services
          .filter(({ exposure }) => exposure.type !== "ClusterIP")
          .map(({ name }) => `${namespace}/${name}`),
      ),
    ),
  );
}
