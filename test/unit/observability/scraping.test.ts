/** Everything that has metrics is scraped; what has none stands here with the reason. */
import assert from "node:assert/strict";
import { describeStack } from "../../../platforms/index.ts";
import { at, named } from "../../support/objects.ts";
import { objectsOf, settingsOf, stacks } from "../../support/stacks.ts";

/** Pods of the foundation that no monitor of ours scrapes. */
const notOurs: Readonly<Record<string, string>> = {
  "kube-prometheus-stack/": "its chart brings monitors of its own pods",
  "metrics-server/server": "it answers the API server; kubelets are scraped themselves",
  "argo-cd/redis": "it writes none without an exporter",
  "argo-cd/redisHa": "its proxy is scraped",
  "plugin-barman-cloud/plugin": "its metrics are those of each server that it archives",
};

/** Kinds of data services without a monitor. */
const silentStores: Readonly<Record<string, string>> = {
  neo4j: "metrics are a part of the Enterprise Edition",
};

/** Workloads without a monitor. */
const silentWorkloads: Readonly<Record<string, string>> = {
  "cancer/": "the platform's own Prometheus scrapes its API, and itself",
  "clinical-trials/kafka-producer": "it serves nothing",
  "clinical-trials/kafka-consumer": "it serves nothing; its lag is the exporter's",
};

describe("scraping", () => {
  for (const stack of stacks) {
    describe(`of ${stack}`, () => {
      const { foundation, platforms } = describeStack(settingsOf(stack));
      let monitors: Map<string, { interval: string; honorLabels?: boolean }>;
      before(async () => {
        const { objects } = await objectsOf(stack);
        monitors = new Map(
          objects
            .filter(({ kind }) => kind === "PodMonitor" || kind === "ServiceMonitor")
            .map((monitor) => [
              `${monitor.metadata.namespace ?? ""}/${monitor.metadata.name}`,
              (at(monitor, "spec.podMetricsEndpoints.0") ?? at(monitor, "spec.endpoints.0")) as {
                interval: string;
              },
            ]),
        );
      });

      it("reaches every pod of the foundation", () => {
        const silent = foundation.addOns
          .flatMap(({ releases }) => releases.flatMap(({ pods }) => pods))
          .filter(({ name, namespace }) => !monitors.has(`${namespace}/${name}`))
          .map(({ chart, pod }) => `${chart}/${pod}`);
        assert.deepEqual(
          silent.filter((ref) => !known(notOurs, ref)),
          [],
        );
      });

      it("reaches every store, and every workload that serves", () => {
        const silent = platforms.flatMap(({ name, applications }) =>
          applications.flatMap(({ namespace, data = [], workloads }) => [
            ...data
              .filter(({ name: store, kind }) => !has(`${namespace}/${store}`) && !(kind in silentStores))
              .map(({ name: store }) => `${name}/${store}`),
            ...workloads
              .filter((workload) => !monitors.has(`${namespace}/${workload.name}`))
              .map((workload) => `${name}/${workload.name}`)
              .filter((ref) => !known(silentWorkloads, ref)),
          ]),
        );
        assert.deepEqual(silent, []);
      });

      it("keeps the namespace of what controllers tell of", () => {
        assert.equal(monitors.get("argocd/argocd-application-controller")?.honorLabels, true);
        assert.equal(monitors.get("cert-manager/cert-manager")?.honorLabels, true);
        assert.equal(monitors.get("istio-system/istiod")?.honorLabels, undefined);
      });

      function has(prefix: string): boolean {
        return [...monitors.keys()].some((name) => name === prefix || name.startsWith(`${prefix}-`));
      }
    });
  }

  it("is as frequent as the seeds have it", async () => {
    const { objects } = await objectsOf("production");
    for (const [seed, namespace, name, interval] of [
      ["000, ServiceMonitors (10 monitors)", "clinical-mlops-production", "model-serving", "15s"],
      ["000, the same", "clinical-mlops-production", "clinical-gateway", "30s"],
      ["002, Monitoring & Observability: Prometheus", "platform-v2-stable", "auth-service", "15s"],
      ["002, the same", "platform-v2-stable", "analysis-service", "15s"],
      ["002, the same", "platform-v2-stable", "ai-orchestrator", "15s"],
      ["004, Production Values", "production-blue", "chest-xray-mlops", "30s"],
      ["004, the same", "production-green", "chest-xray-mlops", "30s"],
    ] as const) {
      const monitor = named(objects, "ServiceMonitor", name, namespace);
      assert.equal(at(monitor, "spec.endpoints.0.interval"), interval, seed);
    }
  });
});

function known(table: Readonly<Record<string, string>>, ref: string): boolean {
  return Object.keys(table).some((entry) => ref === entry || (entry.endsWith("/") && ref.startsWith(entry)));
}
