import assert from "node:assert/strict";
import { awaiterOf } from "../../../simulation/providers/kubernetes/await/awaiters.ts";
import type { Awaiter, Decision, Related } from "../../../simulation/providers/kubernetes/await/decision.ts";
import { deploymentAwaiter } from "../../../simulation/providers/kubernetes/await/deployment.ts";
import { ingressAwaiter, serviceAwaiter } from "../../../simulation/providers/kubernetes/await/network.ts";
import { podAwaiter } from "../../../simulation/providers/kubernetes/await/pod.ts";
import {
  daemonSetAwaiter,
  jobAwaiter,
  statefulSetAwaiter,
} from "../../../simulation/providers/kubernetes/await/replicated.ts";
import {
  claimAwaiter,
  definitionAwaiter,
  quotaAwaiter,
  secretAwaiter,
} from "../../../simulation/providers/kubernetes/await/storage.ts";
import { waitForAwaiter } from "../../../simulation/providers/kubernetes/await/wait-for.ts";
import type { TreeMap } from "../../../simulation/providers/plugin/values.ts";

const decide = (
  awaiter: Awaiter,
  object: TreeMap,
  related: Partial<Record<Related, readonly TreeMap[]>> = {},
): Decision => awaiter.decide({ object, related: (kind) => related[kind] ?? [] });
const stateOf = (...parameters: Parameters<typeof decide>) => decide(...parameters).state;

const condition = (type: string, status: string, rest: TreeMap = {}): TreeMap => ({ type, status, ...rest });

describe("awaiting a Deployment", () => {
  const revision = (number: string) => ({ "deployment.kubernetes.io/revision": number });
  const deployment = (number: string, conditions: readonly TreeMap[], rest: TreeMap = {}): TreeMap => ({
    metadata: { name: "d", namespace: "n", uid: "d-uid", generation: 2, annotations: revision(number) },
    spec: { template: { spec: { volumes: [{ persistentVolumeClaim: { claimName: "claim" } }] } } },
    status: { observedGeneration: 2, conditions: [...conditions], ...rest },
  });
  const replicaSet = (number: string, live: number): TreeMap => ({
    metadata: { uid: `rs-${number}`, annotations: revision(number), ownerReferences: [{ uid: "d-uid" }] },
    spec: { replicas: 3 },
    status: { readyReplicas: live },
  });
  const available = condition("Available", "True");
  const rolled = condition("Progressing", "True", { reason: "NewReplicaSetAvailable" });
  const rolling = condition("Progressing", "True", { reason: "ReplicaSetUpdated" });

  it("is over when the current ReplicaSet is ready and the Deployment available", () => {
    assert.equal(
      stateOf(deploymentAwaiter, deployment("1", [available]), { replicaSets: [replicaSet("1", 3)] }),
      "ready",
    );
  });

  it("goes on until the controller has seen the present generation", () => {
    const stale = deployment("1", [available], { observedGeneration: 1 });
    assert.equal(stateOf(deploymentAwaiter, stale, { replicaSets: [replicaSet("1", 3)] }), "waiting");
  });

  it("looks at the current revision's ReplicaSet, and at nobody else's", () => {
    const foreign = {
      ...replicaSet("2", 3),
      metadata: { annotations: revision("2"), ownerReferences: [{ uid: "x" }] },
    };
    const object = deployment("2", [available, rolled]);
    assert.equal(
      stateOf(deploymentAwaiter, object, { replicaSets: [replicaSet("1", 3), foreign] }),
      "waiting",
    );
    assert.equal(stateOf(deploymentAwaiter, object, { replicaSets: [replicaSet("2", 2)] }), "waiting");
    assert.equal(stateOf(deploymentAwaiter, object, { replicaSets: [replicaSet("2", 3)] }), "ready");
  });

  it("wants to hear that a later revision has replaced the one before", () => {
    const object = deployment("2", [available, rolling]);
    assert.equal(stateOf(deploymentAwaiter, object, { replicaSets: [replicaSet("2", 3)] }), "waiting");
  });

  it("waits for the claims that the pods mount", () => {
    const claim = (phase: string) => ({ metadata: { name: "claim" }, status: { phase } });
    const object = deployment("1", [available]);
    const replicaSets = [replicaSet("1", 3)];
    const pending = decide(deploymentAwaiter, object, { replicaSets, claims: [claim("Pending")] });
    assert.ok(
      pending.state === "waiting" &&
        pending.reasons.includes('Failed to bind PersistentVolumeClaim(s): "claim"'),
    );
    assert.equal(stateOf(deploymentAwaiter, object, { replicaSets, claims: [claim("Bound")] }), "ready");
  });

  it("fails with the pods' reasons when the progress deadline has passed", () => {
    const late = condition("Progressing", "False", {
      reason: "ProgressDeadlineExceeded",
      message: "timed out",
    });
    const pod: TreeMap = {
      metadata: { name: "p", namespace: "n", ownerReferences: [{ uid: "rs-1" }] },
      status: {
        containerStatuses: [
          { name: "c", state: { waiting: { reason: "ImagePullBackOff", message: "no such image" } } },
        ],
      },
    };
    const decision = decide(deploymentAwaiter, deployment("1", [late]), {
      replicaSets: [replicaSet("1", 0)],
      pods: [pod],
    });
    assert.deepEqual(decision, {
      state: "failed",
      message: "[ProgressDeadlineExceeded] timed out",
      reasons: ['[Pod n/p]: [ImagePullBackOff] container "c": no such image'],
    });
  });
});

describe("awaiting other controllers of pods", () => {
  const set = (status: TreeMap, spec: TreeMap = {}): TreeMap => ({
    metadata: { name: "s", generation: 2 },
    spec: { replicas: 2, ...spec },
    status: { observedGeneration: 2, currentRevision: "a", updateRevision: "a", ...status },
  });
  const all = { replicas: 2, readyReplicas: 2, currentReplicas: 2, updatedReplicas: 2 };

  it("takes a StatefulSet whose replicas are ready and of the newest revision", () => {
    assert.equal(stateOf(statefulSetAwaiter, set(all)), "ready");
    assert.equal(stateOf(statefulSetAwaiter, set({ ...all, observedGeneration: 1 })), "waiting");
    assert.equal(stateOf(statefulSetAwaiter, set({ ...all, readyReplicas: 1 })), "waiting");
  });

  it("says which revision a StatefulSet does not reach, unless its pods wait for a hand", () => {
    const rolling = { ...all, updateRevision: "b", updatedReplicas: 1 };
    const decision = decide(statefulSetAwaiter, set(rolling));
    assert.deepEqual(decision, {
      state: "waiting",
      message: "Waiting for StatefulSet to create Pods (1/2 Pods ready)",
      reasons: ['StatefulSet controller failed to advance from revision "a" to revision "b"'],
    });
    assert.equal(
      stateOf(statefulSetAwaiter, set(rolling, { updateStrategy: { type: "OnDelete" } })),
      "ready",
    );
  });

  it("takes a DaemonSet with a ready pod on each of its nodes, also on none", () => {
    const daemons = (status: TreeMap) => ({
      metadata: { generation: 1 },
      status: { observedGeneration: 1, ...status },
    });
    const counts = {
      currentNumberScheduled: 2,
      updatedNumberScheduled: 2,
      numberAvailable: 2,
      numberReady: 2,
    };
    assert.equal(stateOf(daemonSetAwaiter, daemons({ desiredNumberScheduled: 2, ...counts })), "ready");
    assert.equal(stateOf(daemonSetAwaiter, daemons({ desiredNumberScheduled: 3, ...counts })), "waiting");
    assert.equal(stateOf(daemonSetAwaiter, daemons({ desiredNumberScheduled: 0 })), "ready");
    assert.equal(stateOf(daemonSetAwaiter, daemons({})), "waiting");
  });

  it("takes a complete Job, and gives up on a failed one", () => {
    const job = (...conditions: TreeMap[]) => ({ status: { startTime: "2026-01-01T00:00:00Z", conditions } });
    assert.equal(stateOf(jobAwaiter, job(condition("Complete", "True"))), "ready");
    assert.equal(stateOf(jobAwaiter, job()), "waiting");
    const gone = condition("Failed", "True", { reason: "BackoffLimitExceeded", message: "too often" });
    assert.deepEqual(decide(jobAwaiter, job(gone)), {
      state: "failed",
      message: "[BackoffLimitExceeded] too often",
      reasons: [],
    });
  });

  it("takes a Pod that is scheduled, initialised and ready, or has succeeded", () => {
    const pod = (phase: string, ...conditions: TreeMap[]) => ({
      metadata: { name: "p" },
      status: { phase, conditions },
    });
    const stages = ["PodScheduled", "Initialized", "Ready"].map((type) => condition(type, "True"));
    assert.equal(stateOf(podAwaiter, pod("Running", ...stages)), "ready");
    assert.equal(stateOf(podAwaiter, pod("Succeeded")), "ready");
    assert.equal(stateOf(podAwaiter, pod("Failed")), "failed");
    const unschedulable = condition("PodScheduled", "False", { message: "0/2 nodes are available" });
    const decision = decide(podAwaiter, pod("Pending", unschedulable));
    assert.deepEqual(decision, {
      state: "waiting",
      message: 'Waiting for Pod "p" to be scheduled',
      reasons: ["[Pod p]: 0/2 nodes are available"],
    });
  });
});

describe("awaiting Services and Ingresses", () => {
  const service = (spec: TreeMap, status: TreeMap = {}) => ({ metadata: { name: "s" }, spec, status });
  const endpoints = (subset: TreeMap): TreeMap => ({
    metadata: { name: "s", resourceVersion: "7" },
    subsets: [subset],
  });
  const address = { addresses: [{ ip: "10.0.0.1" }] };
  const selecting = { type: "ClusterIP", clusterIP: "10.0.0.9", selector: { app: "a" } };

  it("lets endpoints settle", () => {
    assert.deepEqual(decide(serviceAwaiter, service(selecting), { endpoints: [endpoints(address)] }), {
      state: "settling",
      seconds: 2,
      key: "7",
      message: "Service initialization complete",
    });
    assert.equal(stateOf(serviceAwaiter, service(selecting), { endpoints: [endpoints({})] }), "settling");
  });

  it("waits for pods that are not ready, and for the endpoints to exist", () => {
    const half = endpoints({ ...address, notReadyAddresses: [{ ip: "10.0.0.2" }] });
    assert.equal(stateOf(serviceAwaiter, service(selecting), { endpoints: [half] }), "waiting");
    assert.equal(stateOf(serviceAwaiter, service(selecting)), "waiting");
  });

  it("does not wait for endpoints that nobody makes", () => {
    assert.equal(stateOf(serviceAwaiter, service({ ...selecting, clusterIP: "None" })), "ready");
    assert.equal(stateOf(serviceAwaiter, service({ ...selecting, type: "ExternalName" })), "ready");
    assert.equal(stateOf(serviceAwaiter, service({ type: "ClusterIP", clusterIP: "10.0.0.9" })), "ready");
  });

  it("waits for a load balancer's address", () => {
    const balancer = { ...selecting, type: "LoadBalancer" };
    const related = { endpoints: [endpoints(address)] };
    const decision = decide(serviceAwaiter, service(balancer), related);
    assert.ok(decision.state === "waiting");
    assert.deepEqual(decision.reasons, [
      "Service was not allocated an IP address; does your cloud provider support this?",
    ]);
    const status = { loadBalancer: { ingress: [{ ip: "203.0.113.1" }] } };
    assert.equal(stateOf(serviceAwaiter, service(balancer, status), related), "settling");
  });

  it("waits for an Ingress's address, and names backends that do not exist", () => {
    const rules = [{ http: { paths: [{ backend: { service: { name: "b" } } }] } }];
    const decision = decide(ingressAwaiter, { spec: { rules } });
    assert.ok(decision.state === "waiting");
    assert.equal(decision.reasons[1], "No matching service found for ingress rule(s): b");
    const status = { loadBalancer: { ingress: [{ hostname: "h" }] } };
    assert.equal(stateOf(ingressAwaiter, { spec: { rules }, status }), "ready");
  });
});

describe("awaiting what controllers complete", () => {
  it("takes a bound claim, or a pending one whose class waits for its first consumer", () => {
    const claim = (phase: string) => ({ spec: { storageClassName: "c" }, status: { phase } });
    const storageClasses = [{ metadata: { name: "c" }, volumeBindingMode: "WaitForFirstConsumer" }];
    assert.equal(stateOf(claimAwaiter, claim("Bound")), "ready");
    assert.equal(stateOf(claimAwaiter, claim("Pending")), "waiting");
    assert.equal(stateOf(claimAwaiter, claim("Pending"), { storageClasses }), "ready");
  });

  it("takes a quota in force, an established definition, a filled token", () => {
    assert.equal(
      stateOf(quotaAwaiter, { spec: { hard: { pods: "1" } }, status: { hard: { pods: "1" } } }),
      "ready",
    );
    assert.equal(stateOf(quotaAwaiter, { spec: { hard: { pods: "1" } } }), "waiting");
    assert.equal(
      stateOf(definitionAwaiter, { status: { conditions: [condition("Established", "True")] } }),
      "ready",
    );
    assert.equal(stateOf(definitionAwaiter, {}), "waiting");
    assert.equal(stateOf(secretAwaiter, { type: "Opaque" }), "ready");
    assert.equal(stateOf(secretAwaiter, { type: "kubernetes.io/service-account-token" }), "waiting");
  });
});

describe("the annotations about waiting", () => {
  const good: TreeMap = {
    metadata: { generation: 3 },
    status: { observedGeneration: 3, phase: "Good", conditions: [condition("Ready", "True")] },
  };
  const met: readonly (readonly [string, boolean])[] = [
    ["condition=Ready", true],
    ["condition=ready=true", true],
    ["condition=Ready=False", false],
    ["condition=Other", false],
    ["jsonpath={.status.phase}=Good", true],
    ["jsonpath={.status.phase}=Bad", false],
    ["jsonpath={.status.phase}", true],
    ["jsonpath={.status.missing}", false],
    ['jsonpath={.status.conditions[?(@.type=="Ready")].status}=True', true],
    ['jsonpath={.status.conditions[?(@.type=="Nope")].status}=True', false],
    ['["condition=Ready","jsonpath={.status.phase}=Good"]', true],
    ['["condition=Ready","jsonpath={.status.phase}=Bad"]', false],
  ];
  for (const [annotation, expected] of met) {
    it(`${annotation} is ${expected ? "met" : "not met"}`, () => {
      assert.equal(stateOf(waitForAwaiter(annotation), good), expected ? "ready" : "waiting");
    });
  }

  it("does not believe a status of an older generation", () => {
    const stale = { ...good, metadata: { generation: 4 } };
    assert.equal(stateOf(waitForAwaiter("condition=Ready"), stale), "waiting");
    assert.equal(stateOf(waitForAwaiter("jsonpath={.status.phase}=Good"), stale), "waiting");
  });

  it("are refused where they are none", () => {
    assert.throws(
      () => waitForAwaiter("Ready"),
      /expected a "jsonpath=" or "condition=" prefix, got "Ready"/,
    );
    assert.throws(() => waitForAwaiter("[]"), /at least one condition/);
    assert.throws(() => waitForAwaiter("jsonpath=.status"), /format should be jsonpath=\{\.path\}=value/);
  });

  it("come before the kind", () => {
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: {} };
    const annotated = (key: string, value: string) => ({
      ...deployment,
      metadata: { annotations: { [key]: value } },
    });
    assert.equal(awaiterOf(deployment, deployment), deploymentAwaiter);
    assert.equal(awaiterOf(annotated("pulumi.com/skipAwait", "true"), deployment), undefined);
    const other = awaiterOf(deployment, annotated("pulumi.com/waitFor", "condition=Ready"));
    assert.notEqual(other, deploymentAwaiter);
    assert.equal(awaiterOf({}, { apiVersion: "x.test/v1", kind: "Deployment" }), undefined);
  });
});
