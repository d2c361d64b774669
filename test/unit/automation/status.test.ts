/** What is in a cluster: read from one that answers by heart. */
import assert from "node:assert/strict";
import type { CoreV1Event } from "@kubernetes/client-node";
import { chooseWorkloads } from "../../../automation/cluster/choose.ts";
import { listQuotas, listRoutes, listVolumes } from "../../../automation/cluster/surroundings.ts";
import { aboutPlatforms, missingAmong } from "../../../automation/cluster/status.ts";
import { aggregate, listWarnings } from "../../../automation/cluster/warnings.ts";
import { wordsOf } from "../../../automation/cluster/tables.ts";
import { listWorkloads } from "../../../automation/cluster/workloads.ts";
import { describePlatforms } from "../../../platforms/index.ts";
import { settingsOf } from "../../support/stacks.ts";
import { cluster, deployment, healthy, managed, service, type Plain } from "./cluster-by-heart.ts";

describe("a report about some platforms", () => {
  const isAbout = aboutPlatforms(describePlatforms(settingsOf("production")), ["cancer"]);
  const rows = [
    [{ platform: "cancer", namespace: "elsewhere" }, true],
    [{ platform: "health-data", namespace: "cancer-mlops" }, false],
    [{ namespace: "cancer-mlops" }, true],
    [{ namespace: "platform-monitoring" }, false],
  ] as const;
  for (const [row, shown] of rows) {
    it(`${shown ? "has" : "leaves out"} ${JSON.stringify(row)}`, () => {
      assert.equal(isAbout(row), shown);
    });
  }
  it("is about everything where none are chosen", () => {
    assert.ok(aboutPlatforms([], undefined)({ namespace: "velero" }));
  });
});

describe("workloads in the cluster", () => {
  it("are known by platform and name, their own images, and where they can be reached, from outside first", async () => {
    const client = cluster({
      deployments: [deployment("api", healthy)],
      services: [
        service("api-service", "api", { ports: [{ port: 8000 }] }),
        service("api-nodeport", "api", { type: "NodePort", ports: [{ port: 80, nodePort: 30500 }] }),
        service(
          "api-lb",
          "api",
          { type: "LoadBalancer", ports: [{ port: 80 }] },
          { loadBalancer: { ingress: [{ ip: "198.18.0.1" }] } },
        ),
        service("other", "grafana", { ports: [{ port: 3000 }] }),
      ],
    });
    const [api] = await listWorkloads(client, { simulated: true });
    assert.deepEqual(api, {
      platform: "cancer",
      name: "api",
      kind: "Deployment",
      object: "api",
      namespace: "cancer-mlops",
      ready: 2,
      desired: 2,
      runs: false,
      footprint: false,
      images: ["example.com/api:1"],
      addresses: ["198.18.0.1:80", "(any node):30500", "api-service.cancer-mlops:8000"],
      settled: true,
      incoming: "none",
    });
  });

  const settling: readonly (readonly [
    what: string,
    status: Plain | undefined,
    ready: number,
    settled: boolean,
  ])[] = [
    ["nothing is known of it", undefined, 0, false],
    ["the controller has not seen the change", { ...healthy, observedGeneration: 2 }, 2, false],
    ["old pods are still there", { ...healthy, replicas: 3 }, 2, false],
    ["ready pods are old ones", { ...healthy, updatedReplicas: 1, replicas: 3 }, 1, false],
    ["every pod is new and ready", healthy, 2, true],
  ];
  for (const [what, status, ready, settled] of settling) {
    it(`are ${settled ? "" : "not "}settled when ${what}`, async () => {
      const [found] = await listWorkloads(cluster({ deployments: [deployment("api", status)] }), {
        simulated: false,
      });
      assert.deepEqual([found?.ready, found?.settled], [ready, settled]);
    });
  }

  const wanted: readonly (readonly [what: string, replicas: number, target: string, desired: number])[] = [
    ["as many as its autoscaler's minimum, before that has acted", 1, "api", 3],
    ["as many as its autoscaler made of it", 5, "api", 5],
    ["none when it is scaled to none, which turns the autoscaler off", 0, "api", 0],
    ["as many as it says, where the autoscaler is another's", 1, "grafana", 1],
  ];
  for (const [what, replicas, target, desired] of wanted) {
    it(`want ${what}`, async () => {
      const autoscaler = {
        metadata: { name: "any", namespace: "cancer-mlops", labels: managed },
        spec: { minReplicas: 3, maxReplicas: 6, scaleTargetRef: { kind: "Deployment", name: target } },
      };
      const [found] = await listWorkloads(
        cluster({ deployments: [deployment("api", healthy, replicas)], autoscalers: [autoscaler] }),
        { simulated: false },
      );
      assert.equal(found?.desired, desired);
    });
  }

  it("are missing where the stack file has them and the cluster has not, unless nothing is deployed", async () => {
    const platforms = describePlatforms(settingsOf("dev")).filter(({ name }) => name === "cancer");
    const found = await listWorkloads(
      cluster({ deployments: ["api", "mlflow", "grafana"].map((name) => deployment(name, healthy)) }),
      { simulated: false },
    );
    assert.deepEqual(missingAmong(platforms, found), [
      { platform: "cancer", name: "prometheus", namespace: "cancer-mlops" },
      { platform: "cancer", name: "restore-drill-metrics", namespace: "cancer-restore-drill" },
    ]);
    assert.deepEqual(missingAmong(platforms, []), []);
  });

  // Known by heart: how Argo Rollouts 1.10 writes them. Ten per cent, a pause of a minute, an analysis.
  const steps = [{ setWeight: 10 }, { pause: { duration: "60s" } }, { analysis: {} }];
  const comesIn = {
    currentPodHash: "b",
    updatedReplicas: 1,
    canary: { weights: { canary: { weight: 10 } } },
  };
  const inconclusive = [{ reason: "InconclusiveAnalysisRun" }];
  const why = 'RolloutAborted: Metric "latency" assessed Failed';
  const rollouts: readonly (readonly [what: string, status: Plain, incoming: string, words: string])[] = [
    ["is in", { phase: "Healthy" }, "none", "healthy"],
    [
      "comes in",
      { ...comesIn, phase: "Progressing", message: "more replicas need to be updated" },
      "coming",
      "progressing at 10 %, step 1 of 3: more replicas need to be updated",
    ],
    [
      "pauses by the clock",
      {
        ...comesIn,
        phase: "Paused",
        message: "CanaryPauseStep",
        currentStepIndex: 1,
        pauseConditions: [{ reason: "CanaryPauseStep" }],
      },
      "coming",
      "paused at 10 %, step 2 of 3: pauses at a step",
    ],
    [
      "waits for a person",
      {
        ...comesIn,
        phase: "Paused",
        message: "InconclusiveAnalysisRun",
        currentStepIndex: 2,
        pauseConditions: inconclusive,
      },
      "waiting",
      "paused at 10 %, step 3 of 3: too few calls to judge the new version: promote or abort it",
    ],
    [
      "was promoted just now",
      { ...comesIn, phase: "Paused", message: "InconclusiveAnalysisRun", pauseConditions: [] },
      "coming",
      "progressing at 0 %: it was promoted, which is not yet seen",
    ],
    [
      "was refused",
      { phase: "Degraded", abort: true, message: why, currentPodHash: "b", updatedReplicas: 0 },
      "refused",
      `degraded at 0 %: ${why}`,
    ],
    [
      "was not seen by the controller",
      { phase: "Degraded", abort: true, observedGeneration: "2" },
      "none",
      "progressing at 0 %: its change is not yet seen",
    ],
  ];
  for (const [what, status, incoming, words] of rollouts) {
    it(`say of a Rollout whether its new version ${what}`, async () => {
      const plain = deployment("api", undefined) as { spec: object };
      const known = { ...healthy, observedGeneration: "3", stableRS: "a", currentPodHash: "a" };
      const rollout = {
        ...plain,
        spec: { ...plain.spec, strategy: { canary: { steps } } },
        status: { ...known, ...status },
      };
      const [found] = await listWorkloads(cluster({ custom: { rollouts: [rollout] } }), { simulated: false });
      assert.equal(found?.kind, "Rollout");
      assert.ok(found.rollout);
      assert.deepEqual([found.incoming, wordsOf(found.rollout)], [incoming, words]);
      assert.deepEqual([found.settled, found.ready], [status.phase === "Healthy", 2]);
    });
  }

  it("are reached by the Services that callers know, whichever version those lead to", async () => {
    const one = service("api-service", "api", { ports: [{ port: 80 }] }) as {
      spec: { selector: Record<string, string> };
    };
    one.spec.selector["rollouts-pod-template-hash"] = "a";
    const preview = service("api-preview", "api", { ports: [{ port: 80 }] }) as {
      metadata: { labels: Record<string, string> };
    };
    preview.metadata.labels = { ...preview.metadata.labels, "quint.dev/serves": "blue-green" };
    const [found] = await listWorkloads(
      cluster({ deployments: [deployment("api", healthy)], services: [one, preview] }),
      { simulated: false },
    );
    assert.deepEqual(found?.addresses, ["api-service.cancer-mlops:80"]);
  });

  it("run for real where all pods are on the real node, but those on their way out", async () => {
    const pod = (nodeName: string, more: Plain = {}): Plain => ({
      metadata: { namespace: "cancer-mlops", labels: { app: "api" }, ...more },
      spec: { nodeName },
    });
    const leaving = pod("arm-1", { deletionTimestamp: "2026-01-01T00:00:00Z" });
    const runs = async (...pods: readonly Plain[]): Promise<boolean | undefined> => {
      const all = cluster({ deployments: [deployment("api", healthy)], pods: [...pods] });
      return (await listWorkloads(all, { simulated: true, realNode: "real-1" }))[0]?.runs;
    };
    assert.equal(await runs(pod("real-1"), pod("arm-1")), false);
    assert.equal(await runs(pod("real-1"), leaving), true);
    assert.equal(await runs(leaving), false);
  });

  it("are chosen by name, with a suggestion for a wrong one", async () => {
    const all = await listWorkloads(
      cluster({ deployments: [deployment("api", healthy), deployment("grafana", healthy)] }),
      { simulated: false },
    );
    assert.equal(chooseWorkloads(all, undefined, "dev").length, 2);
    assert.deepEqual(
      chooseWorkloads(all, "cancer/api", "dev").map(({ name }) => name),
      ["api"],
    );
    assert.throws(() => chooseWorkloads(all, "cancer/apl", "dev"), {
      ending: "badInput",
      message: 'dev has no workload "cancer/apl".',
      remedies: ["Did you mean cancer/api? There are: cancer/api, cancer/grafana."],
    });
    assert.throws(() => chooseWorkloads(all, "grafana", "dev"), {
      remedies: ["Did you mean cancer/grafana? There are: cancer/api, cancer/grafana."],
    });
    assert.throws(() => chooseWorkloads([], undefined, "dev"), /Nothing of dev is deployed/);
  });

  it("leave footprints out where all are meant: there is nothing to restart", async () => {
    const standIn = deployment("velero", healthy) as { metadata: { labels: Record<string, string> } };
    standIn.metadata.labels["quint.dev/footprint"] = "velero";
    const all = await listWorkloads(cluster({ deployments: [deployment("api", healthy), standIn] }), {
      simulated: true,
    });
    assert.deepEqual(
      all.map(({ name, footprint }) => [name, footprint]),
      [
        ["api", false],
        ["velero", true],
      ],
    );
    assert.deepEqual(
      chooseWorkloads(all, undefined, "dev").map(({ name }) => name),
      ["api"],
    );
  });
});

describe("what surrounds the workloads", () => {
  it("are volumes of our namespaces with what they keep", async () => {
    const claim = (name: string, namespace: string, phase: string) => ({
      metadata: { name, namespace, labels: managed, annotations: { "quint.dev/purpose": "Models" } },
      spec: {
        accessModes: ["ReadWriteMany"],
        storageClassName: "shared",
        resources: { requests: { storage: "5Gi" } },
      },
      status: { phase },
    });
    const ofFootprint = claim("c", "ours", "Bound");
    ofFootprint.metadata.labels = { ...managed, "quint.dev/footprint": "loki" } as typeof managed;
    const client = cluster({
      claims: [
        claim("b", "ours", "Pending"),
        claim("a", "ours", "Bound"),
        claim("x", "theirs", "Bound"),
        ofFootprint,
      ],
    });
    const volumes = await listVolumes(client, new Set(["ours"]));
    assert.deepEqual(
      volumes.map(({ name, bound, size, purpose }) => [name, bound, size, purpose]),
      [
        ["a", true, "5Gi", "Models"],
        ["b", false, "5Gi", "Models"],
      ],
    );
  });

  it("are routes: hosts and paths of the gateway, load balancers, node ports", async () => {
    const virtual = {
      metadata: { name: "api", namespace: "cancer-mlops" },
      spec: {
        hosts: ["api.example.com"],
        gateways: ["cancer-mlops/api"],
        http: [
          {
            match: [{ uri: { prefix: "/v1" } }, { uri: { exact: "/health" } }],
            route: [{ destination: { host: "api-service", port: { number: 8000 } } }],
          },
          { delegate: { name: "web-weights", namespace: "cancer-mlops" } },
        ],
      },
    };
    const delegated = {
      metadata: { name: "web-weights", namespace: "cancer-mlops" },
      spec: { http: [{ route: [{ destination: { host: "web", port: { number: 80 } } }] }] },
    };
    // Callers in the mesh come from no gateway.
    const inside = { metadata: { name: "web-mesh" }, spec: { hosts: ["web"], http: delegated.spec.http } };
    const services = [
      service("lb", "api", { type: "LoadBalancer", ports: [{ port: 80 }] }),
      service("in", "api", { ports: [{ port: 1 }] }),
    ];
    const routes = await listRoutes(
      cluster({ services, custom: { virtualservices: [virtual, delegated, inside] } }),
    );
    assert.deepEqual(
      routes.map(({ kind, from, to }) => `${kind} ${from} -> ${to}`),
      [
        "LoadBalancer (pending):80 -> lb.cancer-mlops:80",
        "VirtualService api.example.com/ -> web:80",
        "VirtualService api.example.com/health -> api-service:8000",
        "VirtualService api.example.com/v1 -> api-service:8000",
      ],
    );
    assert.equal(
      (await listRoutes(cluster({ services }))).length,
      1,
      "a cluster without a mesh has no VirtualServices",
    );
  });

  it("are quotas in percent, the fullest first, whatever the units", async () => {
    const quota = {
      metadata: { name: "quota", namespace: "ours" },
      status: {
        hard: { "requests.cpu": "2", "limits.memory": "8Gi", pods: "0" },
        used: { "requests.cpu": "500m", "limits.memory": "6144Mi", pods: "0" },
      },
    };
    const quotas = await listQuotas(cluster({ quotas: [quota] }), new Set(["ours"]));
    assert.deepEqual(
      quotas.map(({ resource, percent }) => [resource, percent]),
      [
        ["limits.memory", 75],
        ["requests.cpu", 25],
        ["pods", 0],
      ],
    );
  });

  it("are warnings of the last hour: alike ones once, with the latest message", () => {
    const warned = (name: string, minute: number, message: string, count = 1): Plain => ({
      metadata: { namespace: "ours" },
      involvedObject: { kind: "Pod", name, namespace: "ours" },
      reason: "FailedScheduling",
      message,
      count,
      lastTimestamp: new Date(Date.UTC(2026, 0, 1, 10, minute)),
    });
    const events = [
      warned("a", 10, "old", 2),
      warned("a", 20, "new", 3),
      warned("b", 30, "other"),
      warned("c", 1, "too old"),
    ];
    assert.deepEqual(
      aggregate(events as unknown as CoreV1Event[], new Date(Date.UTC(2026, 0, 1, 10, 5))).map(
        ({ object, message, count }) => [object, message, count],
      ),
      [
        ["Pod b", "other", 1],
        ["Pod a", "new", 5],
      ],
    );
  });

  it("are no warnings of what is well by now", async () => {
    const of = (name: string) => ({ name, namespace: "ours" });
    const object = (name: string, status: Plain): Plain => ({ metadata: of(name), status });
    const condition = (type: string, status: string) => ({ conditions: [{ type, status }] });
    const warned = (kind: string, name: string): Plain => ({
      metadata: { namespace: "ours" },
      involvedObject: { kind, ...of(name) },
      reason: "Waits",
      lastTimestamp: new Date(),
    });
    const client = cluster({
      claims: [object("bound", { phase: "Bound" }), object("unbound", { phase: "Pending" })],
      autoscalers: [object("measures", condition("ScalingActive", "True"))],
      pods: [
        object("ready", condition("Ready", "True")),
        object("crashes", condition("Ready", "False")),
        object("done", { phase: "Succeeded" }),
      ],
      events: [
        ...["bound", "unbound"].map((name) => warned("PersistentVolumeClaim", name)),
        ...["ready", "crashes", "done", "gone"].map((name) => warned("Pod", name)),
        warned("HorizontalPodAutoscaler", "measures"),
        warned("Deployment", "ready"),
      ],
    });
    assert.deepEqual((await listWarnings(client, new Set(["ours"]))).map(({ object }) => object).sort(), [
      "Deployment ready",
      "PersistentVolumeClaim unbound",
      "Pod crashes",
      "Pod gone",
    ]);
  });
});
