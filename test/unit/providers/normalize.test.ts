import assert from "node:assert/strict";
import fc from "fast-check";
import { normalizeInputs } from "../../../simulation/providers/kubernetes/normalize.ts";
import { pruneLive } from "../../../simulation/providers/kubernetes/prune.ts";
import { canonicalQuantity } from "../../../simulation/providers/kubernetes/quantity.ts";
import { unknown } from "../../../simulation/providers/plugin/values.ts";

describe("quantities", () => {
  const canonical: Readonly<Record<string, string>> = {
    "0": "0",
    "0.5": "500m",
    "1": "1",
    "1000m": "1",
    "100m": "100m",
    "0.1": "100m",
    "1.5": "1500m",
    "2000": "2k",
    "1500": "1500",
    "1024Mi": "1Gi",
    "1.5Gi": "1536Mi",
    "1000Mi": "1000Mi",
    "512Ki": "512Ki",
    "0.5Ki": "512",
    "1Ki": "1Ki",
    "10000M": "10G",
    "1e3": "1e3",
    "1E3": "1e3",
    "100e-3": "100e-3",
    "-1000m": "-1",
    "0.0000000001": "1n",
  };
  for (const [given, expected] of Object.entries(canonical)) {
    it(`writes ${given} as ${expected}`, () => {
      assert.equal(canonicalQuantity(given), expected);
    });
  }

  it("takes numbers", () => {
    assert.equal(canonicalQuantity(0.25), "250m");
  });

  it("leaves alone what is none", () => {
    for (const text of ["", "Mi", "1 Gi", "1Gib", "abc", "1.2.3"])
      assert.equal(canonicalQuantity(text), undefined);
  });

  it("are canonical when they are canonical", () => {
    const suffix = fc.constantFrom("", "m", "k", "M", "Ki", "Mi", "Gi");
    fc.assert(
      fc.property(fc.nat(1_000_000), suffix, (number, unit) => {
        const once = canonicalQuantity(`${number}${unit}`) ?? "";
        assert.equal(canonicalQuantity(once), once);
      }),
    );
  });
});

describe("normalised inputs", () => {
  it("have canonical quantities where built-in kinds have quantities, and nowhere else", () => {
    const container = {
      env: [{ name: "A", value: "1000m" }],
      resources: { requests: { cpu: 0.5 }, limits: { memory: "1024Mi" } },
    };
    const inputs = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "d", labels: { limits: "1000m" } },
      spec: {
        template: { spec: { containers: [container], volumes: [{ emptyDir: { sizeLimit: "1024Mi" } }] } },
      },
    };
    assert.deepEqual(normalizeInputs(inputs), {
      ...inputs,
      spec: {
        template: {
          spec: {
            containers: [
              {
                env: [{ name: "A", value: "1000m" }],
                resources: { requests: { cpu: "500m" }, limits: { memory: "1Gi" } },
              },
            ],
            volumes: [{ emptyDir: { sizeLimit: "1Gi" } }],
          },
        },
      },
    });
  });

  it("keep custom resources as they are", () => {
    const inputs = {
      apiVersion: "x.test/v1",
      kind: "X",
      metadata: { name: "x" },
      spec: { limits: { cpu: "1000m" } },
    };
    assert.deepEqual(normalizeInputs(inputs), inputs);
  });

  it("merge a Secret's stringData over its data, as the API server does", () => {
    const inputs = {
      apiVersion: "v1",
      kind: "Secret",
      data: { a: "YQ==\n", b: "Yg==" },
      stringData: { b: "new" },
    };
    assert.deepEqual(normalizeInputs(inputs), {
      apiVersion: "v1",
      kind: "Secret",
      data: { a: "YQ==", b: "bmV3" },
    });
  });

  it("leave out what the types of built-in kinds leave out, and keep empty objects that say something", () => {
    const inputs = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "a", labels: {}, annotations: { a: "" }, ownerReferences: [] },
      spec: { podSelector: { matchLabels: {} }, ingress: [{}], egress: [], policyTypes: null },
    };
    assert.deepEqual(normalizeInputs(inputs), {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "a", annotations: { a: "" } },
      spec: { podSelector: {}, ingress: [{}] },
    });
  });

  it("wait with that while a part is unknown", () => {
    const inputs = { apiVersion: "v1", kind: "Secret", stringData: { b: unknown } };
    assert.deepEqual(normalizeInputs(inputs), inputs);
  });

  it("drop what only the API server sets", () => {
    const metadata = {
      name: "a",
      uid: "1",
      resourceVersion: "2",
      managedFields: [],
      creationTimestamp: null,
    };
    assert.deepEqual(normalizeInputs({ kind: "X", metadata }), { kind: "X", metadata: { name: "a" } });
  });
});

describe("pruned live objects", () => {
  it("have the inputs' shape and the live values", () => {
    const live = {
      spec: { replicas: 3, strategy: { type: "RollingUpdate" }, list: [{ a: 1, b: 2 }, { a: 3 }] },
      status: {},
    };
    const inputs = { spec: { replicas: 1, list: [{ a: 0 }] } };
    assert.deepEqual(pruneLive(live, inputs), { spec: { replicas: 3, list: [{ a: 1 }] } });
  });

  it("count empty values as there that the API server has left out", () => {
    const inputs = {
      metadata: { labels: {} },
      spec: { hostNetwork: false, containers: [{ env: [] }], paused: true },
    };
    const live = { metadata: { name: "a" }, spec: { containers: [{ image: "x" }] } };
    assert.deepEqual(pruneLive(live, inputs), {
      metadata: { labels: {} },
      spec: { hostNetwork: false, containers: [{ env: [] }] },
    });
  });

  it("miss an empty value that somebody has taken out", () => {
    const inputs = { automountServiceAccountToken: false };
    assert.deepEqual(pruneLive({}, inputs, { automountServiceAccountToken: false }), {});
  });
});
