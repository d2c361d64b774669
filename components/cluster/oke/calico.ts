/** NetworkPolicy on OKE: OCI's pod networking enforces none, so Calico does, with nothing but its policy part. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { InsideOptions } from "../cloud/inside-options.ts";
import { clusterNamespace, insideRelease, type PinnedChart } from "../cloud/inside-release.ts";
import { calicoNodeSpec } from "./calico-node.ts";

/** Which Calico. Oracle supports, for each version of Kubernetes, the version that it has tested. */
export interface CalicoPins {
  /** The chart with Calico's definitions. They are too large for anything that keeps a copy in an annotation. */
  readonly definitions: PinnedChart;
  /** Image of the node agent, of the same version. */
  readonly image: string;
}

const name = "calico-node";
const namespace = clusterNamespace;
const read = ["get", "list", "watch"];

/** Calico's own kinds that the agent reads, and those that it also writes. */
const readKinds = [
  "bgpconfigurations",
  "bgpfilters",
  "bgppeers",
  "blockaffinities",
  "caliconodestatuses",
  "clusterinformations",
  "felixconfigurations",
  "globalnetworkpolicies",
  "globalnetworksets",
  "hostendpoints",
  "ipamblocks",
  "ippools",
  "ipreservations",
  "networkpolicies",
  "networksets",
  "stagedglobalnetworkpolicies",
  "stagedkubernetesnetworkpolicies",
  "stagednetworkpolicies",
  "tiers",
];
const writtenKinds = ["clusterinformations", "felixconfigurations", "bgpconfigurations"];

/** What the agent needs to enforce policies: less than Calico's own manifest gives it, which also serves its networking. */
const rules: k8s.types.input.rbac.v1.PolicyRule[] = [
  { apiGroups: [""], resources: ["namespaces", "nodes", "pods", "serviceaccounts", "services"], verbs: read },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
  { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: ["list", "watch"] },
  {
    apiGroups: ["policy.networking.k8s.io"],
    resources: ["clusternetworkpolicies"],
    verbs: ["list", "watch"],
  },
  { apiGroups: [""], resources: ["nodes/status"], verbs: ["patch", "update"] },
  { apiGroups: ["crd.projectcalico.org"], resources: readKinds, verbs: read },
  { apiGroups: ["crd.projectcalico.org"], resources: writtenKinds, verbs: ["create", "update"] },
  { apiGroups: ["crd.projectcalico.org"], resources: ["tiers"], verbs: ["create"] },
  { apiGroups: ["crd.projectcalico.org"], resources: ["caliconodestatuses"], verbs: ["update"] },
];

/** Calico in policy-only mode. It is not removed from a cluster that goes: policies hold until the end. */
export class Calico extends pulumi.ComponentResource {
  constructor(componentName: string, pins: CalicoPins, opts: InsideOptions) {
    super("quint:cluster:Calico", componentName, {}, opts);
    const labels = { "app.kubernetes.io/managed-by": "quint", "k8s-app": name };
    const metadata = { name, namespace, labels };
    const child = { parent: this, deletedWith: opts.deletedWith };
    const definitions = insideRelease(
      `${componentName}-definitions`,
      { release: "calico-definitions", chart: pins.definitions, values: {} },
      child,
    );
    const account = new k8s.core.v1.ServiceAccount(`${componentName}-account`, { metadata }, child);
    const role = new k8s.rbac.v1.ClusterRole(
      `${componentName}-role`,
      { metadata: { name, labels }, rules },
      child,
    );
    const binding = new k8s.rbac.v1.ClusterRoleBinding(
      `${componentName}-binding`,
      {
        metadata: { name, labels },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
        subjects: [{ kind: "ServiceAccount", name, namespace }],
      },
      { ...child, dependsOn: [account, role] },
    );
    new k8s.apps.v1.DaemonSet(
      `${componentName}-agent`,
      { metadata, spec: calicoNodeSpec(pins.image, name) },
      { ...child, dependsOn: [definitions, binding] },
    );
    this.registerOutputs();
  }
}
