import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { clusterOverrides, openStack, stacksIn } from "../../../config/index.ts";
import { changed, root, stacks } from "./project-folder.ts";

function isDeeplyFrozen(value: unknown): boolean {
  return (
    typeof value !== "object" ||
    value === null ||
    (Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen))
  );
}

describe("the stacks of the repository", () => {
  it("are dev, staging and production", () => {
    assert.deepEqual(stacksIn(root), ["dev", "production", "staging"]);
  });

  it("belong to a project that Node's type stripping runs", () => {
    assert.deepEqual(parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")), {
      name: "quint",
      description: "Quint: a Kubernetes cluster, its add-ons, and five production platforms on it",
      main: "index.ts",
      runtime: { name: "nodejs", options: { typescript: false, packagemanager: "npm" } },
      requiredPulumiVersion: ">=3.250.0",
    });
  });

  for (const stack of stacks) {
    it(`${stack} is valid, complete and frozen`, () => {
      const { settings, file } = openStack({ root, stack });
      assert.equal(file, join(root, `Pulumi.${stack}.yaml`));
      assert.equal(settings.stack, stack);
      assert.equal(settings.environment, stack);
      assert.ok(isDeeplyFrozen(settings));
    });

    it(`${stack} has both architectures, and a pool for compute`, () => {
      const { nodePools } = openStack({ root, stack }).settings.cluster;
      assert.deepEqual([...new Set(nodePools.map((pool) => pool.architecture))].sort(), ["amd64", "arm64"]);
      assert.ok(nodePools.some((pool) => pool.labels["workload-type"] === "compute"));
    });
  }

  it("dev runs on this machine, for real where it can, and runs samples", () => {
    const { cluster, images, platforms, domain } = openStack({ root, stack: "dev" }).settings;
    assert.equal(cluster.type, "embedded");
    assert.equal(images.sample, true);
    assert.equal(platforms.cancer?.expose, "direct");
    assert.equal(domain, "quint.localhost");
  });

  for (const stack of ["staging", "production"] as const) {
    it(`${stack} goes through the gateway, over three zones, and leaves the state to its user`, () => {
      const settings = openStack({ root, stack }).settings;
      const { cluster } = settings;
      assert.ok(cluster.type === "oke");
      assert.deepEqual(cluster.api, { access: "private", allowedCidrs: [] });
      assert.equal(settings.platforms.cancer?.expose, "gateway");
      assert.equal(settings.images.sample, false);
      assert.equal(settings.state, undefined);
      for (const pool of settings.cluster.nodePools) assert.equal(pool.zones.length, 3);
    });
  }

  for (const stack of ["staging", "production"] as const) {
    it(`${stack} has examples for what only its user knows, and says so; a cluster of this machine needs none of it`, () => {
      const { examples } = openStack({ root, stack });
      assert.deepEqual(
        examples.map(({ key, value, where }) => [key, value, where?.split(":")[0]]),
        [
          ["quint:cluster.tenancy", `"ocid1.tenancy.oc1..aaaaexample"`, `Pulumi.${stack}.yaml`],
          ["quint:cluster.compartment", `"ocid1.compartment.oc1..aaaaexample"`, `Pulumi.${stack}.yaml`],
          ["quint:cluster.objectStorageNamespace", `"your-namespace"`, `Pulumi.${stack}.yaml`],
        ],
      );
      for (const cluster of clusterOverrides) {
        const opened = openStack({ root, stack, overrides: { cluster } });
        assert.equal(opened.settings.cluster.type, cluster);
        assert.deepEqual(opened.examples, []);
        assert.equal(opened.writtenCluster, "oke");
      }
    });
  }

  it("get the sizes of their environment", () => {
    // Seed 001, "API Service (3 replicas by default)".
    assert.equal(openStack({ root, stack: "production" }).settings.sizes.cancer.api.replicas, 3);
    assert.equal(openStack({ root, stack: "dev" }).settings.sizes.cancer.api.autoscaling, undefined);
  });
});

describe("defaults", () => {
  it("merge with mappings, key by key", () => {
    const { model } = changed("dev", { "platforms.cancer.model": { version: "champion" } }).platforms.cancer!;
    assert.deepEqual(model, { name: "cancer-classifier", version: "champion" });
  });

  it("give way to lists as a whole", () => {
    const taints = [{ key: "dedicated", effect: "NoSchedule" }];
    const pools = changed("dev", { "cluster.nodePools.0.taints": taints }).cluster.nodePools;
    assert.deepEqual(pools[0]?.taints, taints);
    assert.deepEqual(pools[1]?.taints, []);
  });

  it("are the documented ones", () => {
    const settings = openStack({ root, stack: "dev" }).settings;
    assert.deepEqual(settings.platforms.cancer, {
      expose: "direct",
      routing: "subdomains",
      namespace: "cancer-mlops",
      model: { name: "cancer-classifier", version: "1" },
      workloads: {},
    });
    const { diskGiB, maxPods, labels } = settings.cluster.nodePools[0]!;
    assert.deepEqual({ diskGiB, maxPods, labels }, { diskGiB: 100, maxPods: 110, labels: {} });
  });
});
