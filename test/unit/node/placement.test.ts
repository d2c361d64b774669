/** Which pods run for real, and which Services answer on this machine. */
import assert from "node:assert/strict";
import { daemonSetPolicy, placementPolicy, runsForReal } from "../../../simulation/node/placement.ts";
import { servicesOfRealPods } from "../../../simulation/node/services.ts";

const references = ["ghcr.io/stefanprodan/podinfo:6.9.2", 'odd"name:1'];

describe("placement on the real node", () => {
  it("asks for every image of the pod, quoted", () => {
    const expression = runsForReal(references);
    assert.match(expression, /spec\.containers\.all\(/);
    assert.match(expression, /spec\.initContainers\.all\(/);
    assert.ok(expression.includes('["ghcr.io/stefanprodan/podinfo:6.9.2", "odd\\"name:1"]'));
  });

  it("lowers what containers ask for to what the machine has, and leaves what asks for less", () => {
    const [policy] = placementPolicy(references);
    const { mutations } = policy.spec as {
      mutations: { applyConfiguration?: { expression: string } }[];
    };
    const expressions = mutations.flatMap(({ applyConfiguration }) => applyConfiguration?.expression ?? []);
    assert.equal(expressions.length, 2, "containers and init containers");
    for (const expression of expressions) {
      for (const [resource, most] of [
        ["cpu", "15m"],
        ["memory", "32Mi"],
      ] as const) {
        assert.ok(
          expression.includes(
            `quantity(c.resources.requests["${resource}"]).isGreaterThan(quantity("${most}")) ? optional.of("${most}") : optional.none()`,
          ),
          expression,
        );
      }
      assert.doesNotMatch(expression, /limits/);
    }
  });

  it("keeps DaemonSets off the real node, unless their images can run", () => {
    const [policy, binding] = daemonSetPolicy(references);
    assert.equal(policy.metadata.name, binding.metadata.name);
    const { matchConditions, mutations } = policy.spec as {
      matchConditions: { expression: string }[];
      mutations: { jsonPatch: { expression: string } }[];
    };
    assert.match(matchConditions[0]?.expression ?? "", /^!\(object\.spec\.template\.spec\.containers\.all\(/);
    assert.match(mutations[0]?.jsonPatch.expression ?? "", /value: \{"quint\.dev\/node": "simulated"\}/);
  });

  it("is one policy bound to every namespace, for new pods only", () => {
    const [policy, binding] = placementPolicy(references);
    assert.equal(policy.metadata.name, binding.metadata.name);
    const { matchConstraints } = policy.spec as { matchConstraints: { resourceRules: unknown } };
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
