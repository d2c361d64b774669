/** A namespace with everything that makes it safe to put workloads in. */
import { AuthorizationPolicy } from "@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { NamespaceSpec } from "../../platforms/model/index.ts";
import { customResource } from "../custom-resource.ts";
import type { PullSecret } from "../cluster/cloud/facts.ts";
import { ownerLabels } from "../labels.ts";
import { copyOfPullSecret, pullSecretIn, pullSecretsOf } from "../secrets/pull-secret.ts";
import { inNamespace } from "../workload/network.ts";

type NetworkPolicyEgressRule = k8s.types.input.networking.v1.NetworkPolicyEgressRule;

export interface NamespaceArgs {
  readonly platform: string;
  readonly spec: NamespaceSpec;
  /** Credentials for the images of its pods, where the cluster has some. */
  readonly pullSecret?: PullSecret | undefined;
}

/** Port of DNS, both protocols. */
const dnsPorts = [
  { port: 53, protocol: "UDP" },
  { port: 53, protocol: "TCP" },
];

/** Where NodeLocal DNSCache answers on each node that has it: its own pods are on the host's network. */
const nodeLocalDns = "169.254.20.10/32";

/** Where istiod answers the sidecars' certificate and configuration requests. */
const istiodPort = 15012;
/** Where the collector takes the sidecars' traces. */
const tracePort = 4317;

/** Namespace, quota, limit range, default-deny and DNS policies, and the access of people. */
export class Namespace extends pulumi.ComponentResource {
  readonly spec: NamespaceSpec;
  /** Name of the namespace, known once it exists. */
  readonly namespaceName: pulumi.Output<string>;

  constructor(name: string, args: NamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:namespace:Namespace", name, {}, opts);
    const { spec } = args;
    this.spec = spec;
    const labels = ownerLabels({ platform: args.platform });
    const namespace = new k8s.core.v1.Namespace(
      name,
      { metadata: { name: spec.name, labels: { ...labels, ...spec.labels, ...admissionLabels(spec) } } },
      { parent: this },
    );
    this.namespaceName = namespace.metadata.name;
    const metadata = (objectName: string) => ({ name: objectName, namespace: this.namespaceName, labels });

    new k8s.core.v1.ResourceQuota(
      `${name}-quota`,
      { metadata: metadata("quota"), spec: { hard: { ...spec.size.quota } } },
      { parent: this },
    );
    const { containerDefault, containerDefaultRequest, containerMax, podMax } = spec.size.limits;
    new k8s.core.v1.LimitRange(
      `${name}-limits`,
      {
        metadata: metadata("limits"),
        spec: {
          limits: [
            {
              type: "Container",
              default: { ...containerDefault },
              defaultRequest: { ...containerDefaultRequest },
              max: { ...containerMax },
            },
            ...(podMax === undefined ? [] : [{ type: "Pod", max: { ...podMax } }]),
          ],
        },
      },
      { parent: this },
    );
    new k8s.networking.v1.NetworkPolicy(
      `${name}-default-deny`,
      { metadata: metadata("default-deny"), spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
      { parent: this },
    );
    for (const [policy, egress] of Object.entries(allowances(spec.injected))) {
      new k8s.networking.v1.NetworkPolicy(
        `${name}-${policy}`,
        { metadata: metadata(policy), spec: { podSelector: {}, policyTypes: ["Egress"], egress } },
        { parent: this },
      );
    }
    if (spec.injected) {
      // Allows, and names nobody: what no other policy lets in is refused.
      customResource(
        `${name}-default-deny`,
        new AuthorizationPolicy({
          metadata: { name: "default-deny", namespace: spec.name, labels: { ...labels } },
          spec: {},
        }),
        { parent: this, dependsOn: [namespace] },
      );
    }
    const { pullSecretStore: store } = spec.secretsFromCluster ?? {};
    if (store !== undefined) {
      for (const secret of pullSecretsOf(args, spec)) {
        copyOfPullSecret(
          `${name}-${secret}`,
          secret,
          { store, namespace: spec.name, labels },
          { parent: this, dependsOn: [namespace] },
        );
      }
    } else if (args.pullSecret !== undefined) {
      const { pullSecret } = args;
      pullSecretIn(
        `${name}-${pullSecret.name}`,
        { pullSecret, namespace: this.namespaceName, labels },
        { parent: this },
      );
    }
    for (const { group, role } of spec.access) {
      new k8s.rbac.v1.RoleBinding(
        `${name}-${group}-${role}`,
        {
          metadata: metadata(`${group}-${role}`),
          roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
          subjects: [{ kind: "Group", apiGroup: "rbac.authorization.k8s.io", name: group }],
        },
        { parent: this },
      );
    }
    this.registerOutputs({ namespaceName: this.namespaceName });
  }
}

/** What every pod of a namespace may call, beside what its own policy allows. */
function allowances(injected: boolean): Record<string, NetworkPolicyEgressRule[]> {
  return {
    "allow-dns": [{ to: [inNamespace("kube-system"), { ipBlock: { cidr: nodeLocalDns } }], ports: dnsPorts }],
    ...(injected
      ? {
          "allow-mesh": [
            { to: [inNamespace("istio-system")], ports: [{ port: istiodPort, protocol: "TCP" }] },
            { to: [inNamespace("platform-monitoring")], ports: [{ port: tracePort, protocol: "TCP" }] },
          ],
        }
      : {}),
  };
}

function admissionLabels(spec: NamespaceSpec): Record<string, string> {
  return {
    "pod-security.kubernetes.io/enforce": spec.podSecurity,
    "pod-security.kubernetes.io/audit": spec.podSecurity,
    "pod-security.kubernetes.io/warn": spec.podSecurity,
    ...(spec.injected ? { "istio-injection": "enabled" } : {}),
  };
}
