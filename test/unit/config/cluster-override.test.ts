/** `--cluster`: another cluster with the same machines, as far as it can have them. */
import assert from "node:assert/strict";
import { clusterOverrides } from "../../../config/index.ts";
import { standIn } from "../../../config/cluster-override.ts";
import { cluster, settled, type ClusterSettings } from "../../../config/schema/cluster.ts";
import { eksSettings } from "../cluster/eks-stack.ts";
import { kindSettings } from "../cluster/kind-stack.ts";
import { okeSettings } from "../cluster/oke-stack.ts";

const parsed = (type: (typeof clusterOverrides)[number], own: unknown): ClusterSettings =>
  settled(cluster.parse(standIn(type, own)));

describe("a cluster in place of a stack's own", () => {
  for (const own of [okeSettings, eksSettings, kindSettings]) {
    for (const type of clusterOverrides) {
      it(`is valid: ${type} for ${own.type}, with machines of the same sizes`, () => {
        const { nodePools } = parsed(type, own);
        assert.deepEqual(
          nodePools.map(({ name, count, cpu, memoryGiB, zones }) => [name, count, cpu, memoryGiB, zones]),
          own.nodePools.map(({ name, count, cpu, memoryGiB, zones }) => [name, count, cpu, memoryGiB, zones]),
        );
        assert.ok(nodePools.every((pool) => !("autoscaling" in pool)));
      });
    }
  }

  it("has the classes that the other one would make, under the names that its settings give them", () => {
    assert.deepEqual(parsed("simulated", okeSettings).storageClasses, {
      readWriteOnce: "oci-bv-vault",
      readWriteMany: "oci-fss",
    });
    const renamed = { ...eksSettings, storageClasses: { readWriteMany: "files" } };
    assert.deepEqual(parsed("embedded", renamed).storageClasses, {
      readWriteOnce: "gp3-kms",
      readWriteMany: "files",
    });
    assert.deepEqual(parsed("kind", renamed).storageClasses, {
      readWriteOnce: "standard",
      readWriteMany: "shared",
    });
  });

  it("has this machine's processors where containers run on it", () => {
    const architectures = parsed("kind", okeSettings).nodePools.map(({ architecture }) => architecture);
    assert.deepEqual(new Set(architectures), new Set([process.arch === "arm64" ? "arm64" : "amd64"]));
  });

  it("leaves what is no cluster to be reported", () => {
    assert.equal(standIn("simulated", "oke"), "oke");
    assert.deepEqual(standIn("kind", { nodePools: "many" }), { type: "kind", nodePools: "many" });
  });
});

describe("`local`", () => {
  it("is embedded where nobody chose", () => {
    const { nodePools, storageClasses } = parsed("simulated", okeSettings);
    const local = settled(cluster.parse({ type: "local", real: "samples", nodePools, storageClasses }));
    assert.ok(local.type === "embedded" && local.real === "samples", local.type);
  });
});
