/** Figures of the foundation, as literals of the seeds. */
import assert from "node:assert/strict";
import { definitions } from "../../../components/foundation/definitions.ts";
import type { Values } from "../../../config/catalog/mirror.ts";
import type { Environment } from "../../../config/index.ts";
import type { FoundationChartName } from "../../../platforms/model/foundation.ts";
import { factsOf, specOf, type StackChanges } from "./stack.ts";

/** Values of a chart, loosely: tests look at single figures. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- paths into values of twenty charts
function valuesOf(environment: Environment, chart: FoundationChartName, changes: StackChanges = {}): any {
  const spec = specOf(environment, changes);
  for (const addOn of spec.addOns) {
    const all: Readonly<Partial<Record<FoundationChartName, Values>>> = definitions[addOn.name].values({
      spec: addOn,
      options: spec.options,
      facts: factsOf(true),
    });
    if (all[chart] !== undefined) return all[chart];
  }
  throw new Error(`no values for ${chart}`);
}

/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-assignment */
describe("figures of the foundation", () => {
  // Seed 003, "ArgoCD Installation & Configuration": "High availability (2 replicas for server, repo-server)".
  it("runs two servers and two repo servers of Argo CD from staging up, with a Redis that survives a node", () => {
    for (const environment of ["staging", "production"] as const) {
      const values = valuesOf(environment, "argo-cd");
      assert.equal(values.server.replicas, 2);
      assert.equal(values.repoServer.replicas, 2);
      assert.equal(values["redis-ha"].enabled, true);
      assert.equal(values["redis-ha"].replicas, 3);
    }
    const dev = valuesOf("dev", "argo-cd");
    assert.equal(dev.server.replicas, 1);
    assert.equal(dev["redis-ha"], undefined);
  });

  // Seed 002, "Monitoring & Observability": "Loki: 30-day retention"; "Tempo: 10% sampling, 7-day retention".
  it("keeps logs 30 days and traces 7, everywhere", () => {
    for (const environment of ["dev", "staging", "production"] as const) {
      assert.equal(valuesOf(environment, "loki").loki.limits_config.retention_period, "720h");
      assert.equal(valuesOf(environment, "loki").loki.compactor.retention_enabled, true);
      assert.equal(valuesOf(environment, "tempo").tempo.retention, "168h");
    }
  });

  it("keeps 10 percent of ordinary traces in production and all in dev, unless settings say otherwise", () => {
    const percent = (environment: Environment, changes: StackChanges = {}): unknown =>
      valuesOf(environment, "opentelemetry-gateway", changes).config.processors.tail_sampling.policies[2]
        .probabilistic.sampling_percentage;
    assert.equal(percent("production"), 10);
    assert.equal(percent("staging"), 10);
    assert.equal(percent("dev"), 100);
    assert.equal(percent("production", { foundation: { tracing: { samplingPercent: 25 } } }), 25);
  });

  it("runs two Argo Rollouts controllers everywhere, without a dashboard", () => {
    for (const environment of ["dev", "staging", "production"] as const) {
      const values = valuesOf(environment, "argo-rollouts");
      assert.equal(values.controller.replicas, 2);
      assert.equal(values.dashboard.enabled, false);
    }
  });

  it("keeps mesh, webhooks and gateway highly available in production", () => {
    const istiod = valuesOf("production", "istiod");
    assert.deepEqual([istiod.autoscaleMin, istiod.autoscaleMax], [2, 5]);
    assert.equal(istiod.cni.enabled, true);
    assert.equal(istiod.env.ENABLE_NATIVE_SIDECARS, "true");
    assert.equal(valuesOf("production", "istio-gateway").autoscaling.minReplicas, 3);
    assert.equal(valuesOf("production", "cert-manager").webhook.replicaCount, 3);
    assert.equal(valuesOf("production", "kube-prometheus-stack").prometheus.prometheusSpec.replicas, 2);
  });

  it("opens Prometheus to every monitor, and bounds what it keeps by days and by volume", () => {
    const spec = valuesOf("production", "kube-prometheus-stack").prometheus.prometheusSpec;
    assert.equal(spec.serviceMonitorSelectorNilUsesHelmValues, false);
    assert.equal(spec.podMonitorSelectorNilUsesHelmValues, false);
    assert.equal(spec.ruleSelectorNilUsesHelmValues, false);
    assert.equal(spec.retention, "30d");
    assert.equal(spec.retentionSize, "81920MB");
    assert.equal(spec.storageSpec.volumeClaimTemplate.spec.resources.requests.storage, "100Gi");
  });

  it("moves snapshots into the object store", () => {
    const { configuration, deployNodeAgent, credentials } = valuesOf("production", "velero", {
      clusterType: "existing",
      foundation: {
        backups: { bucket: "your-backups", region: "eu-central-1", secret: "velero-credentials" },
      },
    });
    assert.equal(deployNodeAgent, true);
    assert.equal(configuration.features, "EnableCSI");
    assert.equal(configuration.defaultSnapshotMoveData, true);
    assert.equal(configuration.backupStorageLocation[0].bucket, "your-backups");
    assert.deepEqual(credentials, { useSecret: true, existingSecret: "velero-credentials" });
  });

  // Seed 000, "RBAC Roles" (ArgoCD GitOps).
  it("gives Argo CD's roles what the clinical seed says", () => {
    const policy = (environment: Environment): string =>
      valuesOf(environment, "argo-cd").configs.rbac["policy.csv"] as string;
    assert.match(policy("production"), /^g, quint:platform-admins, role:admin$/m);
    assert.match(policy("production"), /^p, role:release-managers, applications, sync, \*\/\*, allow$/m);
    assert.doesNotMatch(policy("production"), /role:developers/);
    assert.doesNotMatch(policy("production"), /role:sre, applications, sync/);
    assert.match(policy("production"), /^p, role:compliance, applications, get, \*\/\*, allow$/m);
    assert.match(policy("staging"), /^p, role:sre, applications, sync, \*\/\*, allow$/m);
    assert.match(policy("staging"), /^p, role:qa, applications, get, \*\/\*, allow$/m);
    assert.match(policy("dev"), /^p, role:developers, applications, \*, \*\/\*, allow$/m);
  });

  it("tells Slack and e-mail where settings say so, by names of keys", () => {
    const { notifications } = valuesOf("production", "argo-cd", {
      foundation: {
        notifications: {
          slack: { channel: "deployments" },
          email: { host: "smtp.example.com", from: "a@example.com", to: ["b@example.com"] },
        },
      },
    });
    assert.equal(notifications.secret.create, false);
    assert.equal(notifications.secret.name, "argocd-notifications");
    assert.equal(notifications.notifiers["service.slack"], '{"token":"$slack-token"}');
    assert.deepEqual(notifications.subscriptions[0].recipients, ["slack:deployments", "smtp:b@example.com"]);
    assert.equal(valuesOf("production", "argo-cd").notifications.subscriptions, undefined);
  });

  it("points Argo CD at the identity provider of the settings", () => {
    const { configs } = valuesOf("production", "argo-cd", {
      foundation: {
        oidc: { issuer: "https://login.example.com", clientId: "argocd", secret: "argocd-oidc" },
      },
    });
    assert.match(configs.cm["oidc.config"] as string, /^clientSecret: \$argocd-oidc:clientSecret$/m);
    assert.equal(valuesOf("production", "argo-cd").configs.cm["oidc.config"], undefined);
  });

  it("trusts kubelets' own certificates on kind alone", () => {
    assert.deepEqual(valuesOf("dev", "metrics-server", { clusterType: "kind" }).args, [
      "--kubelet-insecure-tls",
    ]);
    assert.deepEqual(valuesOf("production", "metrics-server").args, []);
  });
});
