import assert from "node:assert/strict";
import fc from "fast-check";
import type { NodePool } from "../../../config/schema/cluster.ts";
import { allocatableOf, capacityOf } from "../../../config/sizes/allocatable.ts";
import { nodesOf } from "../../../simulation/objects/nodes.ts";
import { nodePool } from "../../support/node-pool.ts";

describe("simulated nodes", () => {
  it("are named after their pool and spread over its zones in turn", () => {
    const nodes = nodesOf([nodePool(), nodePool({ name: "amd", count: 2, zones: ["ad-2"] })], "v1.36.2");
    assert.deepEqual(
      nodes.map(({ metadata }) => `${metadata.name} ${metadata.labels?.["topology.kubernetes.io/zone"]}`),
      ["arm-1 ad-1", "arm-2 ad-2", "arm-3 ad-3", "arm-4 ad-1", "amd-1 ad-2", "amd-2 ad-2"],
    );
  });

  it("carry the labels that schedulers, charts and policies select by, and the pool's own", () => {
    const [node] = nodesOf([nodePool({ labels: { "workload-type": "compute" } })], "v1.36.2");
    assert.deepEqual(node?.metadata.labels, {
      "kubernetes.io/arch": "arm64",
      "kubernetes.io/os": "linux",
      "kubernetes.io/hostname": "arm-1",
      "node.kubernetes.io/instance-type": "VM.Standard.A1.Flex",
      "topology.kubernetes.io/region": "simulated",
      "topology.kubernetes.io/zone": "ad-1",
      "quint.dev/node": "simulated",
      "quint.dev/node-pool": "arm",
      "workload-type": "compute",
    });
    assert.equal(node.metadata.annotations?.["kwok.x-k8s.io/node"], "fake");
  });

  it("take the pool's taints", () => {
    const taints = [{ key: "dedicated", value: "gpu", effect: "NoSchedule" as const }];
    assert.deepEqual(nodesOf([nodePool({ taints })], "v1.36.2")[0]?.spec, { taints });
  });

  it("have addresses of their own, beyond 254 nodes too", () => {
    const nodes = nodesOf([nodePool({ count: 200 }), nodePool({ name: "amd", count: 200 })], "v1.36.2");
    const addresses = nodes.map(
      ({ status }) => (status as { addresses: { address: string }[] }).addresses[0]?.address,
    );
    assert.equal(new Set(addresses).size, 400);
    assert.ok(addresses.every((address) => /^172\.16\.\d+\.\d+$/.test(address ?? "")));
  });

  it("change their shape hash with the pool, and with nothing else", () => {
    const hash = (one: NodePool): unknown =>
      nodesOf([one], "v1.36.2")[0]?.metadata.annotations?.["quint.dev/shape-hash"];
    assert.equal(hash(nodePool()), hash(nodePool({ count: 1 })));
    assert.notEqual(hash(nodePool()), hash(nodePool({ cpu: 8 })));
    assert.notEqual(hash(nodePool()), hash(nodePool({ labels: { tier: "one" } })));
  });
});

describe("what a node leaves for pods", () => {
  it("is what is left after GKE's published reservations", () => {
    // 4 CPUs: 60m + 10m + 2 x 5m = 80m. 24 GiB: 1 + 0.8 + 0.8 + 0.48 GiB = 3153.92 Mi, and 100 Mi for eviction.
    assert.deepEqual(allocatableOf(nodePool()), {
      cpu: "3920m",
      memory: "21322Mi",
      "ephemeral-storage": "92160Mi",
      pods: "110",
    });
    assert.deepEqual(capacityOf(nodePool()), {
      cpu: "4000m",
      memory: "24576Mi",
      "ephemeral-storage": "100Gi",
      pods: "110",
    });
  });

  it("is always less than the node has, and never nothing", () => {
    const sizes = fc.record({
      cpu: fc.double({ min: 0.5, max: 256, noNaN: true }),
      memoryGiB: fc.double({ min: 1, max: 4096, noNaN: true }),
      diskGiB: fc.integer({ min: 20, max: 16384 }),
    });
    fc.assert(
      fc.property(sizes, (size) => {
        const [left, all] = [allocatableOf(nodePool(size)), capacityOf(nodePool(size))];
        for (const resource of ["cpu", "memory"] as const) {
          assert.ok(Number.parseInt(left[resource]) < Number.parseInt(all[resource]));
          assert.ok(Number.parseInt(left[resource]) > 0);
        }
      }),
    );
  });

  it("grows with the node", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4095 }), (memoryGiB) => {
        const memory = (gibibytes: number): number =>
          Number.parseInt(allocatableOf(nodePool({ memoryGiB: gibibytes })).memory);
        assert.ok(memory(memoryGiB + 1) > memory(memoryGiB));
      }),
    );
  });
});
