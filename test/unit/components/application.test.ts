/** An application: its configs and claims, and what its workloads wait for. */
import assert from "node:assert/strict";
import { at } from "../../support/objects.ts";
import { messageOf, type Recorded } from "../../support/program.ts";
import { deploy, facts, lab, recordPlatform } from "../../support/test-platform.ts";

const labels = {
  "app.kubernetes.io/managed-by": "quint",
  "app.kubernetes.io/part-of": "lab",
  "quint.dev/application": "front",
};

describe("Application", () => {
  let recorded: Recorded;

  before(async () => {
    recorded = await recordPlatform(lab());
  });

  it("makes a ConfigMap of each config, under its own name", () => {
    assert.deepEqual(recorded.names("ConfigMap"), ["files", "settings", "unused"]);
    assert.deepEqual(recorded.object("ConfigMap", "files"), {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "files", namespace: "lab", labels },
      data: { "web.yaml": "listen: 8080\n", "other.txt": "other\n" },
    });
  });

  it("claims a volume for one node from the class for that", () => {
    assert.deepEqual(at(recorded.object("PersistentVolumeClaim", "store-data"), "spec"), {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "block",
      resources: { requests: { storage: "8Gi" } },
    });
  });

  it("claims a volume for many nodes from the class for that, and says what is kept there", () => {
    const claim = recorded.object("PersistentVolumeClaim", "shared");
    assert.deepEqual(claim.metadata, {
      name: "shared",
      namespace: "lab",
      labels,
      annotations: {
        "quint.dev/purpose": "Files for all",
        "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
      },
    });
    assert.deepEqual(at(claim, "spec"), {
      accessModes: ["ReadWriteMany"],
      storageClassName: "files",
      resources: { requests: { storage: "5Gi" } },
    });
  });

  it("refuses a shared volume on a cluster that has no class for it, and says what to set", async () => {
    const withoutFiles = { ...facts, storageClasses: { readWriteOnce: "block" } };
    assert.equal(
      await messageOf(deploy(lab(), withoutFiles)),
      'claim "shared" is shared by pods on several nodes (ReadWriteMany), and the cluster has no storage class for ' +
        "that; set cluster.storageClasses.readWriteMany",
    );
  });

  it("takes a cluster without that class where nothing is shared", async () => {
    const platform = lab(({ applications }) => {
      applications[1]!.claims = [];
      for (const { container } of applications[1]!.workloads) {
        container.mounts = container.mounts?.filter(({ kind }) => kind !== "claim") ?? [];
      }
    });
    const { objects } = (
      await recordPlatform(platform, { ...facts, storageClasses: { readWriteOnce: "block" } })
    ).rendered();
    assert.equal(objects.filter(({ kind }) => kind === "PersistentVolumeClaim").length, 1);
  });

  it("has its workloads wait for its configs and secrets: a rollout for a new value must find it there", () => {
    for (const name of ["lab-front-web", "lab-front-worker"]) {
      const { dependsOn } = recorded.wiringOf(recorded.registration("Workload", name));
      assert.deepEqual(dependsOn, [
        "kubernetes:core/v1:ConfigMap::lab-front-settings",
        "kubernetes:core/v1:ConfigMap::lab-front-files",
        "kubernetes:core/v1:ConfigMap::lab-front-unused",
        "quint:secrets:GeneratedSecret::lab-front-credentials",
        "quint:secrets:GeneratedSecret::lab-front-certificates",
      ]);
    }
    // Registered in that order, too: the children of a component wait for the component.
    const order = recorded.registrations.map(({ type, name }) => `${type}::${name}`);
    const deployment = order.indexOf("kubernetes:apps/v1:Deployment::lab-front-worker");
    for (const first of ["ConfigMap::lab-front-settings", "Secret::lab-front-credentials"]) {
      assert.ok(
        order.indexOf(`kubernetes:core/v1:${first}`) < deployment,
        `${first} comes after the Deployment`,
      );
    }
  });

  it("has no workload wait for a claim: it binds when its first pod is scheduled", () => {
    for (const registration of recorded.registrations) {
      const waitsFor = recorded.wiringOf(registration).dependsOn.filter((key) => key.includes("VolumeClaim"));
      assert.deepEqual(waitsFor, [], `${registration.name} waits for a claim`);
    }
  });

  it("has its route wait for the namespace, which it knows by name only", () => {
    const route = recorded.registration("quint:traffic:Route");
    assert.deepEqual(recorded.wiringOf(route).dependsOn, ["quint:namespace:Namespace::lab-lab"]);
  });
});
