/** A workload whose new versions come in gradually: its Rollout, Services, shares of calls and analyses. */
import assert from "node:assert/strict";
import type { CanarySpec, BlueGreenSpec, WorkloadSpec } from "../../../platforms/model/index.ts";
import { at } from "../../support/objects.ts";
import type { Recorded } from "../../support/program.ts";
import { lab, labWith, recordPlatform, type Mutable } from "../../support/test-platform.ts";

// Seed 000, "Argo Rollouts": 10 % -> 50 % -> 100 %, four analyses.
const canary: CanarySpec = {
  kind: "canary",
  steps: [
    { weight: 10, pauseSeconds: 300 },
    { weight: 50, pauseSeconds: 600 },
    { weight: 100, pauseSeconds: 0 },
  ],
  analyses: ["success-rate", "latency", "availability", "error-rate"],
};
const blueGreen: BlueGreenSpec = {
  kind: "blue-green",
  analyses: ["success-rate", "latency"],
  analysisSeconds: 100,
  promotion: "manual",
};

const withWeb = (change: (web: Mutable<WorkloadSpec>) => void) => labWith("web", change);
const recordWeb = (progressive: CanarySpec | BlueGreenSpec): Promise<Recorded> =>
  recordPlatform(withWeb((web) => Object.assign(web, { progressive })));
const args = [{ name: "service", value: "web-canary" }];
const templates = (...names: readonly string[]) => names.map((name) => ({ templateName: `web-${name}` }));

describe("a workload with canaries", () => {
  let recorded: Recorded;
  before(async () => {
    recorded = await recordWeb(canary);
  });

  it("has a Rollout in place of a Deployment, with the same pods, and the autoscaler on it", async () => {
    const plain = (await recordPlatform(lab())).object("Deployment", "web");
    const rollout = recorded.object("Rollout", "web");
    assert.deepEqual(recorded.names("Deployment"), ["store", "worker"]);
    const pod = "spec.template.spec.containers";
    assert.deepEqual(at(rollout, pod), at(plain, pod));
    assert.equal(at(rollout, "spec.replicas"), undefined);
    // What does not get ready is taken back, not left half there.
    assert.equal(at(rollout, "spec.progressDeadlineAbort"), true);
    assert.deepEqual(at(recorded.object("HorizontalPodAutoscaler", "web"), "spec.scaleTargetRef"), {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Rollout",
      name: "web",
    });
    assert.deepEqual(at(rollout, "spec.template.spec.topologySpreadConstraints.0.matchLabelKeys"), [
      "rollouts-pod-template-hash",
    ]);
  });

  it("goes through the declared steps, judged at each and throughout, with the old version no larger than it must be", () => {
    const judged = { analysis: { templates: templates("success-rate", "latency"), args } };
    assert.deepEqual(at(recorded.object("Rollout", "web"), "spec.strategy.canary"), {
      stableService: "web",
      canaryService: "web-canary",
      trafficRouting: { istio: { virtualService: { name: "web-weights", routes: ["weights"] } } },
      dynamicStableScale: true,
      abortScaleDownDelaySeconds: 60,
      maxSurge: "25%",
      maxUnavailable: 0,
      steps: [{ setWeight: 10 }, judged, { setWeight: 50 }, judged, { setWeight: 100 }],
      analysis: { startingStep: 1, templates: templates("availability", "error-rate"), args },
    });
  });

  it("pauses where nothing is judged", async () => {
    const unjudged = await recordWeb({ ...canary, analyses: [] });
    assert.deepEqual(at(unjudged.object("Rollout", "web"), "spec.strategy.canary.steps.1"), {
      pause: { duration: "300s" },
    });
    assert.deepEqual(unjudged.names("AnalysisTemplate"), []);
  });

  it("keeps the shares in a route of their own, to which the host and the mesh delegate", () => {
    const http = (name: string) => at(recorded.object("VirtualService", name), "spec.http");
    const delegate = { name: "web-weights", namespace: "lab" };
    const destination = (host: string) => ({ host: `${host}.lab.svc.cluster.local`, port: { number: 80 } });
    assert.deepEqual(http("web-weights"), [
      {
        name: "weights",
        route: [
          { destination: destination("web"), weight: 100 },
          { destination: destination("web-canary"), weight: 0 },
        ],
      },
    ]);
    assert.equal(at(recorded.object("VirtualService", "web-weights"), "spec.hosts"), undefined);
    assert.deepEqual(http("web-mesh"), [{ delegate }]);
    const [, longer, all] = http("lab") as { delegate?: object; route?: object; timeout?: string }[];
    assert.deepEqual([longer?.delegate, longer?.route, longer?.timeout], [delegate, undefined, "5s"]);
    assert.deepEqual([all?.delegate, all?.route, all?.timeout], [delegate, undefined, "30s"]);
  });

  it("leaves what the controller writes alone: shares, and selectors of versions", () => {
    const ignored = recorded.registrations
      .filter(({ ignoreChanges }) => ignoreChanges.length > 0)
      .map(({ name, ignoreChanges }) => `${name.split("-front-web-")[1] ?? name} ${ignoreChanges.join()}`)
      .sort();
    assert.deepEqual(ignored, [
      "web spec.selector",
      "web-canary spec.selector",
      "web-weights spec.http[*].route[*].weight",
    ]);
  });

  it("is scraped once a pod, whichever version it is of", () => {
    const marked = recorded
      .rendered()
      .objects.filter(
        ({ kind, metadata }) => kind === "Service" && metadata.labels?.["quint.dev/scraped"] === "true",
      );
    assert.deepEqual(
      marked.map(({ metadata }) => metadata.name),
      ["web-pods"],
    );
    assert.deepEqual(at(marked[0]!, "spec.selector"), {
      "app.kubernetes.io/name": "web",
      "app.kubernetes.io/part-of": "lab",
    });
    const monitor = recorded.object("ServiceMonitor", "web");
    assert.equal(at(monitor, "spec.jobLabel"), "app.kubernetes.io/name");
    assert.deepEqual(at(monitor, "spec.selector.matchLabels"), {
      "app.kubernetes.io/name": "web",
      "app.kubernetes.io/part-of": "lab",
      "quint.dev/scraped": "true",
    });
  });

  // Seed 000, "Analysis Templates": "95% threshold", "p95 < 100ms".
  const thresholds = [
    ["success-rate", 5, ">= 0.95", "< 0.95"],
    ["latency", 5, "< 100", ">= 100"],
    ["availability", undefined, ">= 0.99", "< 0.99"],
    ["error-rate", undefined, "<= 0.01", "> 0.01"],
  ] as const;
  for (const [name, count, good, bad] of thresholds) {
    it(`judges the ${name} of what callers saw of one Service; no calls are neither good nor bad`, () => {
      const metric = at(recorded.object("AnalysisTemplate", `web-${name}`), "spec.metrics.0");
      assert.ok(typeof metric === "object" && metric !== null);
      const { successCondition, failureCondition, provider, ...rest } = metric as Record<string, unknown>;
      const measured = "len(result) > 0 && !isNaN(result[0]) && result[0]";
      assert.equal(successCondition, `${measured} ${good}`);
      assert.equal(failureCondition, `${measured} ${bad}`);
      assert.deepEqual([rest.count, rest.interval, rest.initialDelay], [count, "60s", "60s"]);
      // At a step the first bad measurement decides, and too many without calls are a person's; what is watched
      // throughout forgives two bad ones, and pauses for want of calls never.
      const limits = count === undefined ? [2, 1_000_000] : [0, 2];
      assert.deepEqual([rest.failureLimit, rest.inconclusiveLimit], limits);
      const { address, query } = (provider as { prometheus: { address: string; query: string } }).prometheus;
      assert.equal(address, "http://kube-prometheus-stack-prometheus.platform-monitoring.svc:9090");
      assert.match(
        query,
        /\{reporter="source",destination_service_namespace="lab",destination_service_name="\{\{args\.service\}\}".*\[120s\]/,
      );
    });
  }
});

describe("a workload with blue-greens", () => {
  it("has a preview beside it, judged on both sides of a switch that waits for a person", async () => {
    const recorded = await recordWeb(blueGreen);
    const judged = (service: string) => ({
      templates: templates("success-rate", "latency"),
      args: [{ name: "service", value: service }],
    });
    assert.deepEqual(at(recorded.object("Rollout", "web"), "spec.strategy.blueGreen"), {
      activeService: "web",
      previewService: "web-preview",
      autoPromotionEnabled: false,
      scaleDownDelaySeconds: 600,
      abortScaleDownDelaySeconds: 60,
      prePromotionAnalysis: judged("web-preview"),
      postPromotionAnalysis: judged("web"),
    });
    assert.deepEqual(recorded.names("VirtualService"), ["lab"]);
    assert.equal(at(recorded.object("AnalysisTemplate", "web-latency"), "spec.metrics.0.interval"), "20s");
  });

  it("switches by itself where that is declared", async () => {
    const recorded = await recordWeb({ ...blueGreen, promotion: "automatic" });
    assert.equal(at(recorded.object("Rollout", "web"), "spec.strategy.blueGreen.autoPromotionEnabled"), true);
  });
});

describe("gradual new versions are refused", () => {
  const cases: readonly (readonly [why: RegExp, platform: Parameters<typeof recordPlatform>[0]])[] = [
    [
      /"web" takes new versions as canary, and has no Service/,
      withWeb((web) =>
        Object.assign(web, { progressive: canary, services: [], monitor: undefined, callers: [] }),
      ),
    ],
    [
      /"web" .* two copies of it must never run at once/,
      withWeb((web) => Object.assign(web, { progressive: canary, strategy: "recreate" })),
    ],
    [
      /"web" .* its Service "web" is called past the mesh/,
      withWeb((web) => {
        Object.assign(web, { progressive: canary });
        Object.assign(web.services[0]!, { exposure: { type: "LoadBalancer" } });
      }),
    ],
    [
      /"store" .* outside the mesh/,
      labWith("store", (store) => {
        const [service] = store.services;
        Object.assign(store, {
          progressive: canary,
          strategy: "rolling",
          services: [{ ...service!, exposure: { type: "ClusterIP" } }],
        });
      }),
    ],
  ];
  for (const [why, platform] of cases) {
    it(String(why), () => assert.rejects(recordPlatform(platform), why));
  }

  it("where a host shares its calls between namespaces as well", async () => {
    const platform = withWeb((web) => Object.assign(web, { progressive: canary })) as Mutable<
      ReturnType<typeof lab>
    >;
    platform.applications[1]!.routes[0]!.rules[0]!.weights = [
      { namespace: "lab", weight: 50 },
      { namespace: "lab-data", weight: 50 },
    ];
    await assert.rejects(
      recordPlatform(platform),
      /with a canary as well; leave out the weights or the canary/,
    );
  });
});
