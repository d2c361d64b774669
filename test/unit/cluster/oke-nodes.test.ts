/** Nodes of OKE: pools of both architectures, their images, pods and taints, and who enforces policies on them. */
import assert from "node:assert/strict";
import { fullName } from "../../../components/cluster/oke/availability-domains.ts";
import { chooseImage } from "../../../components/cluster/oke/node-image.ts";
import { podsOf } from "../../../components/cluster/oke/node-pools.ts";
import { startupScript } from "../../../components/cluster/oke/node-startup.ts";
import { imageSources, okeSettings, recordOke, zones } from "./oke-stack.ts";
import type { Registered } from "./recorder.ts";
import { list, named, object, ofType } from "./registrations.ts";

describe("node pools of an OKE cluster", () => {
  let all: readonly Registered[];
  before(async () => {
    all = (await recordOke()).registered;
  });

  it("has nodes of both architectures, in OCPUs, with the image of each, over all zones", () => {
    const arm = named(all, "NodePool", "cluster-nodes-general-arm64").inputs;
    const x86 = named(all, "NodePool", "cluster-nodes-compute-amd64").inputs;
    assert.deepEqual(arm.nodeShapeConfig, { ocpus: 4, memoryInGbs: 24 });
    assert.deepEqual(x86.nodeShapeConfig, { ocpus: 4, memoryInGbs: 64 });
    assert.equal(
      object(arm, "nodeSourceDetails").imageId,
      "ocid1.image..Oracle-Linux-8.10-aarch64-2026.08.14-0-OKE-1.36.1-1312",
    );
    assert.equal(
      object(x86, "nodeSourceDetails").imageId,
      "ocid1.image..Oracle-Linux-8.10-2026.08.14-0-OKE-1.36.1-1312",
    );
    for (const inputs of [arm, x86]) {
      const placements = list(object(inputs, "nodeConfigDetails"), "placementConfigs") as Record<
        string,
        string
      >[];
      assert.deepEqual(
        placements.map(({ availabilityDomain }) => availabilityDomain),
        zones.map((zone) => `Uocm:${zone}`),
      );
      assert.equal(inputs.kubernetesVersion, "v1.36.1");
      assert.equal(object(inputs, "nodeMetadata").areLegacyImdsEndpointsDisabled, "true");
      assert.deepEqual(inputs.nodePoolCyclingDetails, {
        isNodeCyclingEnabled: true,
        maximumSurge: "1",
        maximumUnavailable: "0",
      });
    }
    assert.deepEqual(x86.initialNodeLabels, [{ key: "workload-type", value: "compute" }]);
  });

  it("scales the pools that may grow, and leaves their size to the autoscaler", () => {
    const [addOn] = ofType(all, "Addon");
    assert.deepEqual(addOn?.inputs.configurations, [
      { key: "authType", value: "workload" },
      { key: "nodes", value: "3:9:cluster-nodes-general-arm64-id" },
      { key: "numOfReplicas", value: "2" },
    ]);
    assert.deepEqual(named(all, "NodePool", "cluster-nodes-general-arm64").ignoreChanges, [
      "nodeConfigDetails.size",
    ]);
    assert.deepEqual(named(all, "NodePool", "cluster-nodes-compute-amd64").ignoreChanges, []);
  });

  it("registers no autoscaler where no pool grows", async () => {
    const fixed = okeSettings.nodePools.map(({ ...pool }) => ({ ...pool, autoscaling: undefined }));
    const { registered } = await recordOke({ nodePools: fixed });
    assert.equal(registered.filter(({ type }) => /Addon|OkeAutoscaler/.test(type)).length, 0);
  });

  it("enforces NetworkPolicy with Calico's policy part alone", () => {
    const agent = object(named(all, "DaemonSet", "cluster-calico-agent").inputs, "spec");
    const pod = object(object(agent, "template"), "spec");
    assert.equal(pod.initContainers, undefined);
    const [container] = list(pod, "containers") as { env: { name: string; value?: string }[] }[];
    const environment = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
    // OKE documentation, "Installing Calico alongside the OCI VCN-Native Pod Networking CNI plugin", step 7.
    assert.equal(environment.FELIX_INTERFACEPREFIX, "oci");
    assert.equal(environment.NO_DEFAULT_POOLS, "true");
    assert.equal(environment.FELIX_CHAININSERTMODE, "Append");
    assert.equal(environment.FELIX_IPTABLESMANGLEALLOWACTION, "Return");
    assert.equal(environment.FELIX_IPTABLESBACKEND, "NFT");
    assert.equal(environment.CALICO_NETWORKING_BACKEND, "none");
  });
});

describe("images for OKE's nodes", () => {
  const wanted = { architecture: "arm64", kubernetesVersion: "1.36.1" } as const;

  it("are of the pool's architecture and version, the newest or the pinned build", () => {
    assert.equal(chooseImage(imageSources, wanted), imageSources[4]?.imageId);
    assert.equal(chooseImage(imageSources, { ...wanted, build: "2026.05.20-0" }), imageSources[3]?.imageId);
    assert.equal(chooseImage(imageSources, { ...wanted, architecture: "amd64" }), imageSources[1]?.imageId);
  });

  it("are missed with what was wanted and what there is", () => {
    assert.throws(
      () => chooseImage(imageSources, { ...wanted, build: "2026.01.01-0" }),
      /no arm64 image for Kubernetes 1\.36\.1 of build 2026\.01\.01-0; it has 2026\.08\.14-0, 2026\.05\.20-0\./,
    );
    assert.throws(
      () => chooseImage(imageSources, { ...wanted, kubernetesVersion: "1.30.0" }),
      /no arm64 image for Kubernetes 1\.30\.0\. Set cluster\.kubernetesVersion/,
    );
  });
});

describe("nodes of OKE", () => {
  it("take as many pods as their interfaces carry addresses", () => {
    const pool = { name: "p", maxPods: 110, instanceType: "VM.Standard.A1.Flex" };
    // One OCPU: two interfaces, one of them the node's own.
    assert.equal(podsOf({ ...pool, cpu: 1 }), 31);
    assert.equal(podsOf({ ...pool, cpu: 4 }), 93);
    assert.equal(podsOf({ ...pool, cpu: 8 }), 110);
    assert.equal(podsOf({ ...pool, cpu: 8, maxPods: 60 }), 60);
    assert.equal(podsOf({ ...pool, cpu: 8, instanceType: "VM.Standard.E5.Flex" }), 93);
  });

  it("register with their taints", () => {
    const decoded = (taints: Parameters<typeof startupScript>[0]["taints"]) =>
      Buffer.from(startupScript({ taints }), "base64").toString();
    assert.match(
      decoded([
        { key: "gpu", value: "yes", effect: "NoSchedule" },
        { key: "edge", effect: "NoExecute" },
      ]),
      /oke-init\.sh --kubelet-extra-args "--register-with-taints=gpu=yes:NoSchedule,edge=:NoExecute"/,
    );
    assert.doesNotMatch(decoded([]), /kubelet-extra-args/);
  });

  it("are in zones that the region has", () => {
    assert.equal(fullName("EU-FRANKFURT-1-AD-2", ["Uocm:EU-FRANKFURT-1-AD-2"]), "Uocm:EU-FRANKFURT-1-AD-2");
    assert.throws(
      () => fullName("EU-FRANKFURT-1-AD-3", ["Uocm:EU-FRANKFURT-1-AD-1"]),
      /no availability domain EU-FRANKFURT-1-AD-3 in this region, which has EU-FRANKFURT-1-AD-1/,
    );
  });
});
