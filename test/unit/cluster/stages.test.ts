/**
 * Destroying goes in stages: what is in the cluster, the add-ons that clean up after it, nodes, control plane, network.
 * The engine deletes a resource after all that depend on it; the tests ask the same graph.
 */
import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { EksCluster } from "../../../components/cluster/eks/index.ts";
import { OkeCluster } from "../../../components/cluster/oke/index.ts";
import { awsComputed, controllerPins, parsedEks } from "./eks-stack.ts";
import { calicoPins, okeAnswers, okeComputed, parsedOke } from "./oke-stack.ts";
import { record, type Registered } from "./recorder.ts";
import { goesBefore, ofType } from "./registrations.ts";

/** A Service with a load balancer and a claim with a volume: what clouds make for objects of a cluster. */
function applications(cluster: { readonly provider: k8s.Provider }): void {
  const opts = { provider: cluster.provider };
  new k8s.core.v1.Service("gateway", { spec: { type: "LoadBalancer", ports: [{ port: 443 }] } }, opts);
  new k8s.core.v1.PersistentVolumeClaim("data", { spec: { accessModes: ["ReadWriteOnce"] } }, opts);
}

const inCluster = ["kubernetes:core/v1:Service::gateway", "kubernetes:core/v1:PersistentVolumeClaim::data"];

/** Asserts that every resource of a stage goes before every one of the next. */
function assertStages(registered: readonly Registered[], stages: readonly (readonly string[])[]): void {
  for (const [index, stage] of stages.entries()) {
    for (const first of stage) {
      for (const later of stages[index + 1] ?? []) {
        assert.ok(goesBefore(registered, first, later), `${first} must go before ${later}`);
      }
    }
  }
}

function keysOf(registered: readonly Registered[], ...types: string[]): string[] {
  return types.flatMap((type) => ofType(registered, type).map(({ key }) => key));
}

describe("destroying a cluster", () => {
  it("of OKE leaves nodes, rights and gateways until the last load balancer and volume is gone", async () => {
    const { registered } = await record(
      () => {
        applications(
          new OkeCluster("cluster", { stack: "production", settings: parsedOke(), calico: calicoPins }),
        );
      },
      { answers: okeAnswers, computed: okeComputed },
    );
    assertStages(registered, [
      inCluster,
      ["pulumi:providers:kubernetes::cluster-kubernetes"],
      [...keysOf(registered, "NodePool", "Addon"), "oci:Identity/policy:Policy::cluster-autoscaler"],
      ["oci:ContainerEngine/cluster:Cluster::cluster-control-plane"],
      [
        ...keysOf(registered, "Subnet", "NatGateway", "ServiceGateway", "InternetGateway"),
        ...keysOf(registered, "NetworkSecurityGroupSecurityRule", "DefaultSecurityList"),
        "oci:Kms/key:Key::cluster-encryption-cluster",
        "oci:Identity/policy:Policy::cluster-encryption-key-users",
      ],
    ]);
    // Files are reached, and load balancers are taken down, until the end.
    assertStages(registered, [inCluster, keysOf(registered, "MountTarget"), keysOf(registered, "Vcn")]);
    assertStages(registered, [inCluster, ["oci:Identity/policy:Policy::cluster-identity"]]);
  });

  it("of EKS leaves nodes, roles and gateways until the last load balancer and volume is gone", async () => {
    const { registered } = await record(
      () => {
        applications(
          new EksCluster("cluster", {
            stack: "production",
            settings: parsedEks(),
            controllers: controllerPins,
          }),
        );
      },
      { computed: awsComputed },
    );
    const addOns = keysOf(registered, "Addon");
    const base = addOns.filter((key) => key.includes("cluster-base-"));
    assertStages(registered, [
      inCluster,
      ["pulumi:providers:kubernetes::cluster-kubernetes"],
      addOns.filter((key) => !base.includes(key)),
      keysOf(registered, "NodeGroup"),
      base,
      ["aws:eks/cluster:Cluster::cluster-control-plane"],
      keysOf(registered, "Subnet", "NatGateway", "Route", "RouteTableAssociation", "VpcEndpoint"),
    ]);
    assertStages(registered, [
      ["pulumi:providers:kubernetes::cluster-kubernetes"],
      keysOf(registered, "PodIdentityAssociation", "MountTarget", "AccessPolicyAssociation"),
    ]);
    const rights = registered
      .filter(({ type }) => /RolePolicy(Attachment)?$/.test(type))
      .map(({ key }) => key);
    assertStages(registered, [["pulumi:providers:kubernetes::cluster-kubernetes"], rights]);
  });

  it("does not take its own parts out of a cluster that goes: policies and classes hold to the end", async () => {
    const oke = await record(
      () => new OkeCluster("cluster", { stack: "production", settings: parsedOke(), calico: calicoPins }),
      { answers: okeAnswers, computed: okeComputed },
    );
    const eks = await record(
      () =>
        new EksCluster("cluster", {
          stack: "production",
          settings: parsedEks(),
          controllers: controllerPins,
        }),
      { computed: awsComputed },
    );
    const inside = [...oke.registered, ...eks.registered].filter(
      ({ custom, type }) => custom && type.startsWith("kubernetes:"),
    );
    assert.ok(inside.length >= 10);
    for (const { key, deletedWith } of inside) {
      assert.match(deletedWith ?? "", /:Cluster::cluster-control-plane$/, key);
    }
  });
});
