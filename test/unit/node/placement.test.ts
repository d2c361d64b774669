/** Which pods run for real, and which Services answer on this machine. */
import assert from "node:assert/strict";
import { placementPolicy, runsForReal } from "../../../simulation/node/placement.ts";
import { servicesOfRealPods } from "../../../simulation/node/services.ts";

const references = ["ghcr.io/stefanprodan/podinfo:6.9.2", 'odd"name:1'];

describe("placement on the real node", () => {
  it("asks for every image of the pod, quoted", () => {
    const expression = runsForReal(references);
    assert.match(expression, /spec\.containers\.all\(/);
    assert.match(expression, /spec\.initContainers\.all\(/);
    assert.ok(expression.includes('["ghcr.io/stefanprodan/podinfo:6.9.2", "odd\\"name:1"]'));
  });

  it("is one policy bound to every namespace, for new pods only", () => {
    const [policy, binding] = placementPolicy(references);
    assert.equal(policy?.metadata.name, binding?.metadata.name);
    const { matchConstraints } = policy?.spec as { matchConstraints: { resourceRules: unknown } };
    assert.deepEqual(matchConstraints.resourceRules, [
      { apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], operations: ["CREATE"] },
    ]);
  });
});

describe("Services on this machine", () => {
  const slice = (service: string, ...nodes: (string | undefined)[]) => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${service}-x`, namespace: "a", labels: { "kubernetes.io/service-name": service } },
    endpoints: nodes.map((nodeName) => (nodeName === undefined ? {} : { nodeName })),
  });

  it("are those with a pod on the real node", () => {
    const slices = [
      slice("real", "real-1"),
      slice("mixed", "general-1", "real-1"),
      slice("simulated", "general-1"),
      slice("kubernetes", undefined),
      { ...slice("empty"), endpoints: null },
    ];
    assert.deepEqual([...servicesOfRealPods(slices)], ["a/real", "a/mixed"]);
  });
});
