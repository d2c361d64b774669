/** What a kind cluster registers, and what kind is told. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { kindConfiguration } from "../../../components/cluster/kind/configuration.ts";
import { KindCluster } from "../../../components/cluster/kind/index.ts";
import { parsedKind } from "./kind-stack.ts";
import { record, type RecorderOptions } from "./recorder.ts";
import { comparable, named, object, ofType } from "./registrations.ts";

interface Node {
  readonly role: string;
  readonly image?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly extraPortMappings?: readonly object[];
  readonly extraMounts?: readonly object[];
  readonly kubeadmConfigPatches?: readonly string[];
}

interface Configuration {
  readonly nodes: readonly Node[];
  readonly kubeadmConfigPatches: readonly string[];
}

const configured = (changes: object = {}) =>
  parse(kindConfiguration({ settings: parsedKind(changes), sharedFolder: "/shared" })) as Configuration;

const recordKind = (changes: object = {}, options: RecorderOptions = {}) =>
  record(
    () =>
      new KindCluster("cluster", { stack: "dev", settings: parsedKind(changes), sharedFolder: "/shared" }),
    {
      computed: {
        "pulumi-nodejs:dynamic/kind:Cluster": () => ({ kubeconfig: "the-kubeconfig", identity: "0123" }),
      },
      ...options,
    },
  );

describe("kind's configuration", () => {
  it("has one control plane, and workers with the labels of their pool, in its zones by turns", () => {
    const [control, ...workers] = configured().nodes;
    assert.equal(control?.role, "control-plane");
    assert.deepEqual(
      workers.map(({ role, labels }) => [role, labels?.["topology.kubernetes.io/zone"]]),
      [
        ["worker", "a"],
        ["worker", "b"],
        ["worker", "a"],
      ],
    );
    assert.equal(workers[0]?.labels?.["workload-type"], "compute");
    assert.deepEqual(workers[0].extraMounts, [{ hostPath: "/shared", containerPath: "/var/local/shared" }]);
  });

  it("leads ports of this machine, and of no other, to the gateway", () => {
    const [control] = configured({ ports: { http: 80, https: 443 } }).nodes;
    assert.deepEqual(control?.extraPortMappings, [
      { hostPort: 80, containerPort: 30080, listenAddress: "127.0.0.1", protocol: "TCP" },
      { hostPort: 443, containerPort: 30443, listenAddress: "127.0.0.1", protocol: "TCP" },
    ]);
  });

  it("passes on image, taints and the number of pods", () => {
    const taints = [{ key: "gpu", value: "yes", effect: "NoSchedule" }];
    const [pool] = parsedKind().nodePools;
    const { nodes, kubeadmConfigPatches } = configured({
      nodeImage: "kindest/node:v1.36.1",
      nodePools: [{ ...pool, taints, maxPods: 60 }],
    });
    assert.ok(nodes.every(({ image }) => image === "kindest/node:v1.36.1"));
    const patch = parse(nodes[1]?.kubeadmConfigPatches?.[0] ?? "") as Record<string, unknown>;
    assert.deepEqual(patch, {
      kind: "JoinConfiguration",
      nodeRegistration: { taints },
    });
    assert.deepEqual(parse(kubeadmConfigPatches[0] ?? ""), { kind: "KubeletConfiguration", maxPods: 60 });
  });
});

describe("a kind cluster", () => {
  it("keeps its kubeconfig secret, and is known by its authority", async () => {
    const { registered } = await recordKind();
    const cluster = named(registered, "Cluster", "cluster");
    assert.deepEqual(cluster.additionalSecretOutputs, ["kubeconfig"]);
    assert.equal(cluster.inputs.clusterName, "quint-dev");
    const provider = named(registered, "kubernetes", "cluster-kubernetes").inputs;
    assert.equal(provider.context, "kind-quint-dev");
    assert.equal(provider.clusterIdentifier, "0123");
  });

  it("gives workloads volumes that all nodes share", async () => {
    const { registered } = await recordKind();
    const patch = object(ofType(registered, "ConfigMapPatch")[0]?.inputs ?? {}, "data");
    // (rancher/local-path-provisioner, "Configuration".)
    assert.deepEqual(JSON.parse(String(patch["config.json"])), {
      nodePathMap: [],
      storageClassConfigs: {
        standard: {
          nodePathMap: [
            { node: "DEFAULT_PATH_FOR_NON_LISTED_NODES", paths: ["/var/local-path-provisioner"] },
          ],
        },
        shared: { sharedFileSystemPath: "/var/local/shared" },
      },
    });
    const shared = named(registered, "StorageClass", "cluster-storage-shared");
    assert.equal(shared.inputs.provisioner, "rancher.io/local-path");
    assert.match(shared.deletedWith ?? "", /^pulumi-nodejs:dynamic\/kind:Cluster::/);
  });

  it("tells the gateway its node ports, and has no cloud", async () => {
    const { facts } = (await recordKind()).result;
    assert.deepEqual(facts.loadBalancers.nodePorts, { http: 30080, https: 30443 });
    assert.equal(facts.objectStore, undefined);
    assert.equal(facts.workloadIdentity.kind, "none");
    assert.ok(facts.apiServerCidrs.includes("10.96.0.1/32"));
  });

  it("can be previewed before it is there, and registers the same a second time", async () => {
    const first = await recordKind({}, { firstPreview: true });
    const { registered } = await recordKind();
    assert.deepEqual(first.registered.map(({ key }) => key).sort(), registered.map(({ key }) => key).sort());
    assert.equal(named(first.registered, "kubernetes", "cluster-kubernetes").inputs.kubeconfig, "<unknown>");
    assert.deepEqual(comparable((await recordKind()).registered), comparable(registered));
  });
});
