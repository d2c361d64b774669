/** Who may talk to a meshed workload by identity, and how the mesh treats calls to its Services. */
import assert from "node:assert/strict";
import type { TrafficSpec } from "../../../platforms/model/index.ts";
import { at } from "../../support/objects.ts";
import { messageOf, type Recorded } from "../../support/program.ts";
import { deploy, lab, labWith, recordPlatform } from "../../support/test-platform.ts";

const to = (...ports: string[]) => [{ operation: { ports } }];
const from = (...accounts: string[]) => [
  { source: { principals: accounts.map((account) => `cluster.local/ns/${account}`) } },
];
const gateway = "istio-ingress/sa/istio-ingress";
const prometheus = "platform-monitoring/sa/kube-prometheus-stack-prometheus";

describe("AuthorizationPolicy of a workload", () => {
  let recorded: Recorded;

  before(async () => {
    recorded = await recordPlatform(lab());
  });

  it("is for the workload's pods, and lets the world in at the ports that it calls, everyone else by identity", () => {
    assert.deepEqual(recorded.object("AuthorizationPolicy", "web", "lab").spec, {
      selector: { matchLabels: { "app.kubernetes.io/name": "web", "app.kubernetes.io/part-of": "lab" } },
      action: "ALLOW",
      rules: [{ to: to("8080") }, { from: from(prometheus), to: to("9090") }],
    });
  });

  it("names gateway, workloads and jobs by their ServiceAccounts", async () => {
    const platform = labWith("web", (web) => {
      web.callers = [
        { kind: "gateway", port: "http" },
        { kind: "workload", workload: "worker", port: "http" },
        { kind: "monitoring", port: "metrics" },
      ];
    });
    const worker = platform.applications[1]!.workloads[1]!;
    Object.assign(worker.identity, { name: "worker-identity" });
    const policy = (await recordPlatform(platform)).object("AuthorizationPolicy", "web", "lab");
    assert.deepEqual(at(policy, "spec.rules"), [
      { from: from(gateway, "lab/sa/worker-identity"), to: to("8080") },
      { from: from(prometheus), to: to("9090") },
    ]);
  });

  it("lets nobody in where no caller is declared", () => {
    assert.deepEqual(at(recorded.object("AuthorizationPolicy", "worker", "lab"), "spec.rules"), undefined);
    assert.equal(at(recorded.object("AuthorizationPolicy", "worker", "lab"), "spec.action"), "ALLOW");
  });

  it("is not there outside of the mesh", () => {
    assert.ok(!recorded.names("AuthorizationPolicy").includes("store"));
  });

  it("is refused for a caller without an identity in the mesh", async () => {
    const platform = labWith("web", (web) => {
      web.callers.push({ kind: "workload", workload: "store", namespace: "lab-data", port: "metrics" });
    });
    assert.equal(
      await messageOf(deploy(platform)),
      'workload "web" takes connections of the mesh alone, and its caller "lab-data/store" is outside of the mesh; ' +
        "have the caller's namespace injected, or take this one out of the mesh",
    );
  });
});

describe("DestinationRule of a workload", () => {
  const traffic: TrafficSpec = {
    loadBalancing: "least-request",
    maxConnections: 100,
    maxPendingRequests: 50,
    outliers: { consecutiveErrors: 5, intervalSeconds: 30, ejectionSeconds: 60, maxEjectionPercent: 50 },
  };
  const trafficPolicy = {
    loadBalancer: { simple: "LEAST_REQUEST" },
    connectionPool: { tcp: { maxConnections: 100 }, http: { http1MaxPendingRequests: 50 } },
    outlierDetection: {
      consecutive5xxErrors: 5,
      interval: "30s",
      baseEjectionTime: "60s",
      maxEjectionPercent: 50,
    },
  };
  const recordWith = (workload: string, change: Partial<TrafficSpec> = {}) =>
    recordPlatform(
      labWith(workload, (spec) => {
        spec.traffic = { ...traffic, ...change };
      }),
    );

  it("is for each of its Services: balancing, pools, circuit breaker, and mutual TLS", async () => {
    const recorded = await recordWith("web");
    assert.deepEqual(recorded.names("DestinationRule"), ["web", "web-metrics", "web-node", "web-public"]);
    assert.deepEqual(recorded.object("DestinationRule", "web", "lab").spec, {
      host: "web.lab.svc.cluster.local",
      trafficPolicy: { ...trafficPolicy, tls: { mode: "ISTIO_MUTUAL" } },
    });
  });

  it("has no mutual TLS to pods without a sidecar", async () => {
    const rule = (await recordWith("store")).object("DestinationRule", "store", "lab-data");
    assert.deepEqual(at(rule, "spec.trafficPolicy"), trafficPolicy);
  });

  it("has no circuit breaker where none is declared", async () => {
    const recorded = await recordPlatform(
      labWith("web", (web) => {
        web.traffic = { loadBalancing: "random", maxConnections: 1, maxPendingRequests: 1 };
      }),
    );
    const rule = recorded.object("DestinationRule", "web");
    assert.equal(at(rule, "spec.trafficPolicy.outlierDetection"), undefined);
    assert.equal(at(rule, "spec.trafficPolicy.loadBalancer.simple"), "RANDOM");
  });

  it("is not there where nothing is said of traffic", async () => {
    assert.deepEqual((await recordPlatform(lab())).names("DestinationRule"), []);
  });
});
