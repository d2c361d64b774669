/** The cluster of a stack: its provider, and the facts that the rest asks for. */
import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { plainInfrastructure } from "../../../components/cluster/cloud/facts.ts";
import { PriorityClasses } from "../../../components/foundation/priority-classes.ts";
import { createCluster, type ClusterFacts, type StackCluster } from "../../../components/index.ts";
import { certificateSecret } from "../../../components/traffic/gateway.ts";
import type { ClusterSettings } from "../../../config/index.ts";
import { recordProgram } from "../../support/program.ts";
import { parsedEks } from "../cluster/eks-stack.ts";
import { parsedKind } from "../cluster/kind-stack.ts";
import { parsedOke } from "../cluster/oke-stack.ts";

const pool = (name: string, architecture: "amd64" | "arm64") => ({
  name,
  architecture,
  count: 1,
  cpu: 4,
  memoryGiB: 16,
  diskGiB: 100,
  instanceType: "a",
  zones: ["a"],
  labels: {},
  taints: [],
  maxPods: 110,
});

const machines = {
  nodePools: [pool("two", "arm64"), pool("one", "amd64"), pool("three", "arm64")],
  storageClasses: { readWriteOnce: "block", readWriteMany: "files" },
};
const existing: ClusterSettings = {
  type: "existing",
  kubeconfig: "there.yaml",
  context: "production",
  enforcesNetworkPolicy: true,
  loadBalancer: false,
  ...machines,
};
const simulated: ClusterSettings = { type: "simulated", ...machines };

function create(cluster: ClusterSettings): Promise<StackCluster> {
  return createCluster("cluster", {
    stack: "blue",
    cluster,
    kubeconfig: ".quint/kubeconfig.yaml",
    sharedFolder: ".quint/shared",
    mirrors: {},
  });
}

async function created(cluster: ClusterSettings): Promise<StackCluster> {
  const clusters: StackCluster[] = [];
  await recordProgram(async () => {
    clusters.push(await create(cluster));
    return {};
  });
  return clusters[0]!;
}

async function made(cluster: ClusterSettings) {
  const facts: ClusterFacts[] = [];
  const recorded = await recordProgram(async () => {
    const made = await create(cluster);
    facts.push(made.facts);
    new k8s.core.v1.ConfigMap("probe", {}, { provider: made.provider });
    return {};
  });
  const { provider } = recorded.wiringOf(recorded.registration("ConfigMap"));
  assert.equal(provider, "pulumi:providers:kubernetes::cluster");
  return { facts: facts[0]!, provider: recorded.registration("pulumi:providers:kubernetes").inputs };
}

describe("cluster", () => {
  it("that is there already is taken by kubeconfig and context", async () => {
    const { provider } = await made(existing);
    assert.deepEqual(provider, {
      kubeconfig: ".quint/kubeconfig.yaml",
      context: "production",
      clusterIdentifier: "production",
      enableServerSideApply: "true",
      enableConfigMapMutable: "true",
      enableSecretMutable: "true",
      // What someone else made or set is theirs on a cluster that lasts.
      enablePatchForce: "false",
      upsertExistingObjects: "false",
    });
  });

  it("that is simulated is this stack's own on this machine", async () => {
    const { provider } = await made(simulated);
    assert.deepEqual(provider, {
      kubeconfig: ".quint/kubeconfig.yaml",
      clusterIdentifier: "quint-simulated-blue",
      enableServerSideApply: "true",
      enableConfigMapMutable: "true",
      enableSecretMutable: "true",
      enablePatchForce: "true",
      upsertExistingObjects: "true",
    });
  });

  it("gives the facts of an existing one as its settings say", async () => {
    assert.deepEqual((await made(existing)).facts, {
      architectures: ["amd64", "arm64"],
      storageClasses: { readWriteOnce: "block", readWriteMany: "files" },
      loadBalancer: false,
      enforcesNetworkPolicy: true,
      controllersRun: true,
      disposable: false,
      ...plainInfrastructure,
      loadBalancers: { ...plainInfrastructure.loadBalancers, kind: "none" },
    });
  });

  it("gives the facts of a simulated one as the simulation is", async () => {
    assert.deepEqual((await made(simulated)).facts, {
      architectures: ["amd64", "arm64"],
      storageClasses: { readWriteOnce: "block", readWriteMany: "files" },
      loadBalancer: true,
      enforcesNetworkPolicy: false,
      controllersRun: false,
      disposable: true,
      ...plainInfrastructure,
      loadBalancers: { ...plainInfrastructure.loadBalancers, kind: "simulated" },
    });
  });

  it("that has one real node is to the program what the simulated one is", async () => {
    const simulatedOne = await made(simulated);
    const embeddedOne = await made({ ...simulated, type: "embedded", real: "all" });
    assert.deepEqual(embeddedOne.provider, simulatedOne.provider);
    assert.deepEqual(embeddedOne.facts, simulatedOne.facts);
  });

  it("that the program makes tells all that is known of it, and comes with a kubeconfig", async () => {
    const cases = [
      [parsedOke(), { kind: "oci-network", address: true, disposable: false, store: "oci" }],
      [parsedEks(), { kind: "aws-network", address: true, disposable: false, store: "s3" }],
      [parsedKind(), { kind: "host-ports", address: false, disposable: true, store: undefined }],
    ] as const;
    for (const [settings, wanted] of cases) {
      const { facts, kubeconfig, prerequisites } = await created(settings);
      assert.equal(facts.loadBalancers.kind, wanted.kind);
      assert.equal(facts.loadBalancer, wanted.address, settings.type);
      assert.equal(facts.disposable, wanted.disposable, settings.type);
      assert.equal(facts.objectStore?.kind, wanted.store);
      assert.ok(facts.enforcesNetworkPolicy && facts.controllersRun);
      assert.deepEqual(facts.architectures, settings.type === "kind" ? ["amd64"] : ["amd64", "arm64"]);
      assert.deepEqual(facts.storageClasses, settings.storageClasses);
      assert.ok(kubeconfig !== undefined && prerequisites.length > 0, settings.type);
    }
  });

  it("takes over objects that its state does not know only where everything can be thrown away", async () => {
    for (const cluster of [existing, simulated]) {
      const { facts, provider } = await made(cluster);
      assert.equal(provider.upsertExistingObjects, String(facts.disposable));
      assert.equal(facts.disposable, cluster.type === "simulated");
    }
  });

  it("has no class for shared volumes where its settings name none", async () => {
    const { facts } = await made({ ...simulated, storageClasses: { readWriteOnce: "block" } });
    assert.deepEqual(facts.storageClasses, { readWriteOnce: "block" });
  });
});

describe("PriorityClasses", () => {
  /** What each is for (seed 000, Priority Classes). */
  const uses: Record<string, RegExp> = {
    "critical-priority": /^Databases and infrastructure$/,
    "high-priority": /^API gateways and model serving$/,
    "medium-priority": /^Processing and feature engineering$/,
    "low-priority": /^Batch jobs and training$/,
  };

  it("are the four of the seed, none of them the default (seed 000, Priority Classes)", async () => {
    const recorded = await recordProgram(() => {
      new PriorityClasses("classes");
      return {};
    });
    const classes = recorded.rendered().objects.map(({ metadata, value, globalDefault }) => ({
      name: metadata.name,
      value,
      globalDefault,
    }));
    assert.deepEqual(classes, [
      { name: "critical-priority", value: 1_000_000, globalDefault: false },
      { name: "high-priority", value: 100_000, globalDefault: false },
      { name: "medium-priority", value: 10_000, globalDefault: false },
      { name: "low-priority", value: 1_000, globalDefault: false },
    ]);
    for (const { metadata, description } of recorded.rendered().objects) {
      assert.equal(metadata.labels?.["app.kubernetes.io/managed-by"], "quint");
      assert.match(String(description), uses[metadata.name]!);
    }
    for (const registration of recorded.of("PriorityClass")) {
      assert.deepEqual(registration.parents, ["quint:foundation:PriorityClasses::classes"]);
    }
  });
});

describe("certificate of a host", () => {
  it("is in a Secret that is named after the host", () => {
    assert.equal(certificateSecret("api.cancer-mlops.example.com"), "api-cancer-mlops-example-com-tls");
  });
});
