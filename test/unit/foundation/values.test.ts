/**
 * Every value that we set is one that the chart reads: it stands in the chart's default values or its schema. Helm
 * itself takes any key and does nothing with a misspelt one.
 */
import assert from "node:assert/strict";
import { definitions } from "../../../components/foundation/definitions.ts";
import { credentialPaths } from "../../../components/release/credentials.ts";
import { chartOf, type FoundationChartName } from "../../../config/catalog/charts.ts";
import { isValues, mergeValues } from "../../../config/catalog/mirror.ts";
import { environments } from "../../../config/index.ts";
import { chartsBeside, publishedValues, unknownValues } from "../../support/chart-values.ts";
import { everything, factsOf, specOf, type StackChanges } from "./stack.ts";

/** Charts whose file has another name than the chart, or none. */
const files: Readonly<Partial<Record<FoundationChartName, string>>> = {
  "istio-base": "istio-base",
  "istio-cni": "istio-cni",
  "istio-gateway": "istio-gateway",
};
const withoutFile: readonly FoundationChartName[] = ["prometheus-operator-crds", "rabbitmq-cluster-operator"];

/** Maps whose keys are the user's own, and parts that a chart reads without a default (`# key:` in its values). */
const freeForm: Readonly<Partial<Record<FoundationChartName, readonly string[]>>> = {
  istiod: ["env", "meshConfig", "seccompProfile"],
  "istio-cni": ["seccompProfile"],
  "istio-gateway": ["securityContext"],
  "cert-manager": [
    "image.tag",
    "webhook.image.tag",
    "cainjector.image.tag",
    "acmesolver.image.tag",
    "startupapicheck.image.tag",
  ],
  "sealed-secrets": ["containerSecurityContext"],
  // Two subcharts have values that are not beside the repository; rendered by hand with real Helm (docs/verified.md).
  "kube-prometheus-stack": [
    "kube-state-metrics",
    "prometheus-node-exporter",
    "grafana.grafana.ini",
    "grafana.command",
    "grafana.fullnameOverride",
    "grafana.podAnnotations",
    "grafana.sidecar.dashboards.annotations",
    "grafana.sidecar.datasources.exemplarTraceIdDestinations",
    "grafana.priorityClassName",
    "grafana.persistence.storageClassName",
    "defaultRules.disabled",
    "defaultRules.additionalRuleLabels",
    "alertmanager.config.time_intervals",
    "prometheusOperator.priorityClassName",
    "prometheus.prometheusSpec.storageSpec",
    "prometheus.prometheusSpec.externalLabels",
    "prometheus.prometheusSpec.podMetadata",
    "alertmanager.alertmanagerSpec.storage",
    "alertmanager.config",
    "defaultRules.additionalRuleLabels",
    "defaultRules.disabled",
  ],
  loki: ["loki.limits_config.retention_period", "loki.schemaConfig", "loki.compactor", "loki.analytics"],
  tempo: ["tempo.securityContext", "persistence.storageClassName"],
  "opentelemetry-gateway": ["config", "ports.otlp-balanced", "podSecurityContext", "securityContext"],
  "opentelemetry-logs": ["config", "securityContext"],
  "argo-cd": [
    "configs.cm",
    "notifications.notifiers",
    "notifications.templates",
    "notifications.triggers",
    // The subchart's own.
    "redis-ha",
  ],
  velero: [
    "upgradeJobResources",
    "configuration.backupStorageLocation",
    "configuration.volumeSnapshotLocation",
  ],
};

/** Values of every chart that a stack installs, images included. */
function valuesOf(environment: (typeof environments)[number], changes: StackChanges) {
  const spec = specOf(environment, changes);
  return spec.addOns.flatMap((addOn) => {
    const values = definitions[addOn.name].values({
      spec: addOn,
      options: spec.options,
      facts: factsOf(true),
    });
    return addOn.releases.map(({ chart, images }) => ({
      chart,
      values: mergeValues(images, values[chart] ?? {}),
    }));
  });
}

/** Defaults of a chart, with those of a subchart that has a file of its own. */
function defaultsOf(chart: FoundationChartName, file: string): unknown {
  const parsed = publishedValues(file);
  // Istio hides its defaults below one key; values are set at the top.
  const defaults = parsed._internal_defaults_do_not_set ?? parsed;
  if (chart !== "kube-prometheus-stack" || !isValues(defaults)) return defaults;
  return mergeValues({ grafana: publishedValues("grafana") }, defaults);
}

describe("values of the foundation's charts", () => {
  const cases: readonly (readonly [string, StackChanges])[] = [
    ["by default", {}],
    ["with every setting", { foundation: everything, imageMirror: "registry.example.com/mirror" }],
    ["on kind", { foundation: everything, clusterType: "kind" }],
  ];

  for (const environment of environments) {
    for (const [name, changes] of cases) {
      it(`${environment} ${name}: are keys that the charts read`, function () {
        // No charts to compare with on this machine.
        if (!chartsBeside()) this.skip();
        const unknown = valuesOf(environment, changes).flatMap(({ chart, values }) => {
          if (withoutFile.includes(chart)) return [];
          const file = files[chart] ?? chartOf(chart).chart;
          return unknownValues(file, values, freeForm[chart] ?? [], defaultsOf(chart, file)).map(
            (path) => `${chart}: ${path}`,
          );
        });
        assert.deepEqual(unknown, []);
      });

      it(`${environment} ${name}: hold no credential`, () => {
        for (const { chart, values } of valuesOf(environment, changes)) {
          assert.deepEqual(credentialPaths(values), [], chart);
        }
      });
    }
  }

  it("leave no chart without figures or values by accident", () => {
    const empty = valuesOf("production", { foundation: everything })
      .filter(({ values }) => Object.keys(values).length === 0)
      .map(({ chart }) => chart);
    assert.deepEqual(empty, ["prometheus-operator-crds"]);
  });
});
