/**
 * The tables of seed 000, figure by figure, against the rendered objects of the repository's stacks. Every figure is a
 * literal of the seed; its heading stands beside. Where ours differs, the test says `differs`, and docs/decisions.md
 * ("Clinical trials (seed 000)") says why.
 */
import assert from "node:assert/strict";
import type { KubernetesObject } from "../../../../policy/index.ts";
import { at, named } from "../../../support/objects.ts";
import { controllerOf, figure, inNamespace, namesOf, objectsIn } from "./rendered.ts";

const services = [
  "clinical-gateway",
  "feature-engineering",
  "kafka-consumer",
  "kafka-producer",
  "mlflow",
  "model-serving",
  "monitoring-service",
];

describe("seed 000 in production", () => {
  let production: readonly KubernetesObject[];

  before(async () => {
    production = await inNamespace("production");
  });

  describe("HorizontalPodAutoscalers (5 HPAs)", () => {
    // The seed gives metrics for the first two; the others have the gateway's (docs/decisions.md).
    const autoscalers = {
      "clinical-gateway": [3, 10, 70, 80],
      "model-serving": [3, 15, 75, 85],
      "feature-engineering": [2, 8, 70, 80],
      "airflow-api-server": [2, 5, 70, 80],
      "airflow-worker": [3, 20, 70, 80],
    };

    it("are these five", () => {
      assert.deepEqual(namesOf(production, "HorizontalPodAutoscaler"), Object.keys(autoscalers).sort());
    });

    for (const [name, [min, max, cpu, memory]] of Object.entries(autoscalers)) {
      it(`${name}: ${min} to ${max}, CPU ${cpu} %, memory ${memory} %, up fast and down slowly`, () => {
        const spec = at(named(production, "HorizontalPodAutoscaler", name), "spec");
        assert.deepEqual([at(spec, "minReplicas"), at(spec, "maxReplicas")], [min, max]);
        const targets = (at(spec, "metrics") as object[]).map((metric) => [
          at(metric, "containerResource.name"),
          at(metric, "containerResource.target.averageUtilization"),
        ]);
        assert.deepEqual(targets, [
          ["cpu", cpu],
          ["memory", memory],
        ]);
        // "Aggressive scale-up (2x pods or 2 pods per 30s)", "Conservative scale-down (50% per 60s, 5min stabilization)".
        assert.deepEqual(at(spec, "behavior.scaleUp.policies"), [
          { type: "Percent", value: 100, periodSeconds: 30 },
          { type: "Pods", value: 2, periodSeconds: 30 },
        ]);
        assert.equal(at(spec, "behavior.scaleUp.selectPolicy"), "Max");
        assert.deepEqual(at(spec, "behavior.scaleDown.policies"), [
          { type: "Percent", value: 50, periodSeconds: 60 },
        ]);
        assert.equal(at(spec, "behavior.scaleDown.stabilizationWindowSeconds"), 300);
      });
    }
  });

  describe("PodDisruptionBudgets (12 PDBs)", () => {
    const budgets = {
      // "Application services: minAvailable: 2 (Gateway, Model Serving)", "Worker pools: minAvailable: 2".
      "clinical-gateway": { minAvailable: 2 },
      "model-serving": { minAvailable: 2 },
      "airflow-worker": { minAvailable: 2 },
      // "Critical services: maxUnavailable: 0": differs, it would block every drain; one copy at a time.
      postgresql: { maxUnavailable: 1 },
      cache: { maxUnavailable: 1 },
      // The seed counts twelve and names seven.
      "airflow-api-server": { maxUnavailable: 1 },
      "feature-engineering": { maxUnavailable: 1 },
      mlflow: { maxUnavailable: 1 },
      "kafka-kafka-broker": { maxUnavailable: 1 },
      "object-store-volume": { maxUnavailable: 1 },
    };
    for (const [name, budget] of Object.entries(budgets)) {
      it(`${name}: ${JSON.stringify(budget)}`, () => {
        const found = figure(production, "PodDisruptionBudget", name, "spec") as Record<string, unknown>;
        const { minAvailable, maxUnavailable } = found;
        assert.deepEqual(
          { minAvailable, maxUnavailable },
          { minAvailable: undefined, maxUnavailable: undefined, ...budget },
        );
      });
    }

    it("Prometheus: one of two at a time; Grafana runs once, and has none (both differ)", async () => {
      const objects = await objectsIn("production");
      const monitoring = objects.filter(({ metadata }) => metadata.namespace === "platform-monitoring");
      const names = namesOf(monitoring, "PodDisruptionBudget");
      assert.ok(names.some((name) => name.includes("prometheus")));
      assert.ok(!names.some((name) => name.includes("grafana")));
    });
  });

  it("Resource Management: the quota", () => {
    assert.deepEqual(figure(production, "ResourceQuota", "quota", "spec.hard"), {
      "requests.cpu": "100",
      "limits.cpu": "200",
      "requests.memory": "200Gi",
      "limits.memory": "400Gi",
      "requests.storage": "1Ti",
      persistentvolumeclaims: "50",
      pods: "200",
      "count/deployments.apps": "50",
    });
  });

  it("Resource Management: the limit range", () => {
    assert.deepEqual(figure(production, "LimitRange", "limits", "spec.limits"), [
      {
        type: "Container",
        default: { cpu: "100m", memory: "256Mi" },
        defaultRequest: { cpu: "100m", memory: "256Mi" },
        max: { cpu: "8", memory: "32Gi" },
      },
      { type: "Pod", max: { cpu: "16", memory: "64Gi" } },
    ]);
  });

  it("Priority Classes (4 levels)", async () => {
    const objects = await objectsIn("production");
    const values = Object.fromEntries(
      objects
        .filter(({ kind }) => kind === "PriorityClass")
        .map((object) => [object.metadata.name, at(object, "value")]),
    );
    assert.deepEqual(values, {
      "critical-priority": 1_000_000,
      "high-priority": 100_000,
      "medium-priority": 10_000,
      "low-priority": 1_000,
    });
  });

  it("Argo Rollouts: a canary of 10, 50, 100 %, a switch by hand, four analyses", () => {
    const steps = figure(production, "Rollout", "clinical-gateway", "spec.strategy.canary.steps") as object[];
    const weights = steps.flatMap((step) => at(step, "setWeight") ?? []);
    assert.deepEqual(weights, [10, 50, 100]);
    const switching = figure(production, "Rollout", "model-serving", "spec.strategy.blueGreen");
    assert.equal(at(switching, "autoPromotionEnabled"), false);
    const judged = ["success-rate", "latency", "availability", "error-rate"];
    for (const when of ["prePromotionAnalysis", "postPromotionAnalysis"]) {
      assert.deepEqual(
        at(switching, `${when}.templates`),
        judged.map((name) => ({ templateName: `model-serving-${name}` })),
      );
    }
    const good = (name: string) =>
      figure(production, "AnalysisTemplate", `clinical-gateway-${name}`, "spec.metrics.0.successCondition");
    assert.match(String(good("success-rate")), />= 0\.95$/);
    assert.match(String(good("latency")), /< 100$/);
  });

  it("ServiceMonitors (10 monitors): every 30 s, model serving every 15 s", () => {
    const intervals = Object.fromEntries(
      production.flatMap((object): [string, unknown][] => {
        const { name } = object.metadata;
        // Data services differ: their operators give the metrics of pods no Service, so pods are named.
        if (object.kind === "ServiceMonitor") return [[name, at(object, "spec.endpoints.0.interval")]];
        return object.kind === "PodMonitor"
          ? [[name, at(object, "spec.podMetricsEndpoints.0.interval")]]
          : [];
      }),
    );
    const wanted = {
      "clinical-gateway": "30s",
      "model-serving": "15s",
      "feature-engineering": "30s",
      mlflow: "30s",
      "monitoring-service": "30s",
      "airflow-statsd": "30s",
      postgresql: "30s",
      cache: "30s",
      "kafka-kafka-exporter": "30s",
      "object-store-volume": "30s",
    };
    for (const [name, interval] of Object.entries(wanted)) assert.equal(intervals[name], interval, name);
  });
});

/** "Kustomize Multi-Environment": the overlays, of application services. */
const overlays = {
  dev: {
    requests: { cpu: "100m", memory: "256Mi" },
    // Differs: the seed gives one figure, and it is what is requested.
    limits: [{ cpu: "500m", memory: "512Mi" }],
    logLevel: "DEBUG",
    tag: /:(develop|\d|v\d)/,
  },
  staging: {
    requests: { cpu: "250m", memory: "512Mi" },
    limits: [{ cpu: "1", memory: "1Gi" }],
    logLevel: "INFO",
    tag: /:(staging-latest|v3\.11\.1-full)$/,
  },
  production: {
    requests: { cpu: "500m", memory: "1Gi" },
    limits: [
      { cpu: "2", memory: "2Gi" },
      { cpu: "1", memory: "2Gi" },
    ],
    logLevel: "WARNING",
    tag: /:v\d+\.\d+\.\d+/,
  },
} as const;

for (const stack of ["dev", "staging", "production"] as const) {
  const overlay = overlays[stack];
  describe(`seed 000, overlay of ${stack}`, () => {
    let objects: readonly KubernetesObject[];

    before(async () => {
      objects = await inNamespace(stack);
    });

    it("runs the services in the namespace of the environment, with its sizes and images", () => {
      for (const name of services) {
        const container = figure(objects, controllerOf(stack, name), name, "spec.template.spec.containers.0");
        assert.deepEqual(at(container, "resources.requests"), overlay.requests, name);
        if (stack !== "dev" || name !== "mlflow") {
          const limits = JSON.stringify(at(container, "resources.limits"));
          assert.ok(
            overlay.limits.map((limit) => JSON.stringify(limit)).includes(limits),
            `${name} ${limits}`,
          );
        }
        assert.match(String(at(container, "image")), overlay.tag);
      }
    });

    it("logs as the seed says; traces and audits in production", () => {
      const configs = namesOf(objects, "ConfigMap").filter((name) => name.endsWith("-environment"));
      assert.equal(configs.length, 4);
      for (const name of configs) {
        assert.equal(figure(objects, "ConfigMap", name, "data.LOG_LEVEL"), overlay.logLevel);
        const production = String(stack === "production");
        assert.equal(figure(objects, "ConfigMap", name, "data.ENABLE_TRACING"), production);
        assert.equal(figure(objects, "ConfigMap", name, "data.ENABLE_AUDIT_LOG"), production);
        if (stack !== "dev") assert.equal(figure(objects, "ConfigMap", name, "data.ENABLE_METRICS"), "true");
      }
    });

    it("labels everything with its environment, and production with HIPAA", async () => {
      const all = await objectsIn(stack);
      const namespace = named(all, "Namespace", `clinical-mlops-${stack}`);
      const expected = stack === "production" ? "hipaa" : undefined;
      for (const object of [
        namespace,
        ...services.map((name) => named(objects, controllerOf(stack, name), name)),
      ]) {
        assert.equal(at(object, "metadata.labels.environment"), stack);
        assert.equal(at(object, "metadata.labels.compliance"), expected);
      }
      const pods = figure(
        objects,
        controllerOf(stack, "clinical-gateway"),
        "clinical-gateway",
        "spec.template.metadata.labels",
      );
      assert.equal(at(pods, "compliance"), expected);
    });

    it("keeps replicas apart, by force in production, and gives every pod a priority class", () => {
      for (const name of services) {
        const pod = figure(objects, controllerOf(stack, name), name, "spec.template.spec");
        assert.match(String(at(pod, "priorityClassName")), /^(high|medium)-priority$/);
        assert.ok(at(pod, "affinity.podAntiAffinity"), name);
        assert.equal(
          at(pod, "topologySpreadConstraints.0.whenUnsatisfiable"),
          stack === "production" ? "DoNotSchedule" : "ScheduleAnyway",
        );
      }
    });
  });
}

/** Replicas, or the least of an autoscaler, by service and environment. */
const replicas = {
  // "1 replica per service".
  dev: Object.fromEntries(services.map((name) => [name, 1])),
  // "2 replicas for critical services": those that users wait for.
  staging: { "clinical-gateway": 2, "model-serving": 2, mlflow: 2 },
  // "3 replicas minimum for HA"; feature engineering differs by the seed's own "2-8 replicas".
  production: { ...Object.fromEntries(services.map((name) => [name, 3])), "feature-engineering": 2 },
};

describe("seed 000, replicas by environment", () => {
  for (const stack of ["dev", "staging", "production"] as const) {
    it(stack, async () => {
      const objects = await inNamespace(stack);
      for (const [name, least] of Object.entries(replicas[stack])) {
        const scaled = objects.find(
          ({ kind, metadata }) => kind === "HorizontalPodAutoscaler" && metadata.name === name,
        );
        const found = scaled
          ? at(scaled, "spec.minReplicas")
          : figure(objects, "Deployment", name, "spec.replicas");
        assert.equal(found, least, name);
      }
      if (stack === "dev") assert.deepEqual(namesOf(objects, "HorizontalPodAutoscaler"), []);
    });
  }

  it("staging scales between smaller bounds than production", async () => {
    const [staging, production] = [await inNamespace("staging"), await inNamespace("production")];
    for (const name of namesOf(production, "HorizontalPodAutoscaler")) {
      const most = (objects: readonly KubernetesObject[]) =>
        Number(figure(objects, "HorizontalPodAutoscaler", name, "spec.maxReplicas"));
      assert.ok(most(staging) < most(production), name);
    }
  });
});
