/** A long-running server, with everything that belongs to it. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ClaimSpec, ConfigSpec, ServiceSpec, WorkloadSpec } from "../../platforms/model/index.ts";
import type { ClusterFacts } from "../cluster/contract.ts";
import { customResource } from "../custom-resource.ts";
import { ownerLabels, selectorLabels, type Labels, type Owner } from "../labels.ts";
import type { Namespace } from "../namespace/namespace.ts";
import { serviceTraffic } from "../traffic/service-traffic.ts";
import { authorizationPolicy, type MeshAccounts } from "./authorization.ts";
import { autoscaler } from "./autoscaling.ts";
import { replicaController } from "./replicas.ts";
import { portsOutsideTheMesh } from "./mesh.ts";
import { serviceMonitor } from "./monitor.ts";
import { pullSecretsOf } from "../secrets/pull-secret.ts";
import { identity } from "./identity.ts";
import { incomingOf } from "./incoming.ts";
import { calleesOf, networkPolicySpec, portNumber, type Edges } from "./network.ts";
import { podTemplate } from "./pod.ts";
import type { Rotated } from "./rolling.ts";
import { services } from "./services.ts";
import { versions } from "./versions.ts";

export interface WorkloadArgs {
  readonly owner: Owner;
  readonly namespace: Namespace;
  readonly spec: WorkloadSpec;
  readonly facts: ClusterFacts;
  /** The application's claims, configs and secrets by name. */
  readonly claims: ReadonlyMap<string, ClaimSpec>;
  readonly configs: ReadonlyMap<string, ConfigSpec>;
  readonly secrets: ReadonlyMap<string, Rotated>;
  /** The calls of the platform. */
  readonly edges: Edges;
  /** Who the platform's pods are in the mesh. */
  readonly accounts: MeshAccounts;
}

/** A workload's names, as its parts take them. */
interface Named {
  readonly name: string;
  readonly selector: Labels;
  /** Custom resources validate themselves: they take the namespace's plain name, and depend on it in words. */
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels: Labels };
}

/**
 * Deployment or Rollout, identity, Services, autoscaler, disruption budget, network and mesh policies, and monitor of
 * one workload.
 */
export class Workload extends pulumi.ComponentResource {
  constructor(name: string, args: WorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:workload:Workload", name, {}, opts);
    const { spec, owner } = args;
    const { injected, name: namespace } = args.namespace.spec;
    const selector = selectorLabels(owner.platform, spec.name);
    const labels = { ...ownerLabels(owner), ...selector, "app.kubernetes.io/component": spec.component };
    const named: Named = { name, selector, metadata: { name: spec.name, namespace, labels } };
    const metadata = (objectName: string) => ({
      name: objectName,
      namespace: args.namespace.namespaceName,
      labels,
    });

    const pullSecrets = pullSecretsOf(args.facts, args.namespace.spec);
    const serviceAccount = identity(name, spec.identity, metadata, pullSecrets, { parent: this });
    const template = podTemplate({
      spec: { ...spec, resources: spec.size.resources },
      labels,
      selector,
      serviceAccount: serviceAccount.metadata.name,
      claims: args.claims,
      configs: args.configs,
      secrets: args.secrets,
      clusterArchitectures: args.facts.architectures,
    });
    const incoming = incomingOf(spec, injected);
    const controller = replicaController(
      name,
      { spec, incoming, metadata: metadata(spec.name), selector, template },
      {
        parent: this,
        dependsOn: versions(name, incoming, named.metadata, { parent: this, dependsOn: [args.namespace] }),
      },
    );
    services(
      name,
      { spec, incoming, metadata, labels, selector },
      // A Service is ready when its pods are: waiting for both in turn would only be slower to fail.
      { parent: this, dependsOn: [controller.resource] },
    );
    if (spec.size.autoscaling !== undefined) {
      autoscaler(
        name,
        {
          metadata: metadata(spec.name),
          target: controller.target,
          container: spec.name,
          autoscaling: spec.size.autoscaling,
        },
        { parent: this },
      );
    }
    if (minimumReplicas(spec) > 1) {
      new k8s.policy.v1.PodDisruptionBudget(
        name,
        {
          metadata: metadata(spec.name),
          spec: {
            // One at a time: a drain always goes on, and never takes the last copy of a replicated workload.
            ...(spec.disruption ?? { maxUnavailable: 1 }),
            // A pod that does not become ready serves nobody: it must not hold up the drain of its node.
            unhealthyPodEvictionPolicy: "AlwaysAllow",
            selector: { matchLabels: { ...selector } },
          },
        },
        { parent: this },
      );
    }
    new k8s.networking.v1.NetworkPolicy(
      name,
      {
        metadata: metadata(spec.name),
        spec: networkPolicySpec({
          namespace,
          selector,
          callees: calleesOf(args.edges, namespace, spec.name),
          callers: spec.callers,
          portsOf: (port) => [portNumber(spec, port)],
          egress: spec.egress ?? [],
          edges: args.edges,
          injected,
          facts: args.facts,
        }),
      },
      { parent: this },
    );
    this.inTheMesh(args, named);
    this.calls(args, named, incoming === undefined ? spec.services : [...spec.services, incoming.beside]);
    this.registerOutputs({ controller: controller.target.name });
  }

  /** Who is let in by the mesh, and how it is scraped there. */
  private inTheMesh({ spec, namespace, accounts }: WorkloadArgs, { name, metadata, selector }: Named): void {
    const resources = [
      ...(namespace.spec.injected
        ? [
            portsOutsideTheMesh(spec, metadata, selector),
            authorizationPolicy({
              metadata,
              selector,
              admitted: spec.callers.map((caller) => ({ caller, ports: [portNumber(spec, caller.port)] })),
              accounts,
            }),
          ]
        : []),
      serviceMonitor(spec, metadata, selector, namespace.spec),
    ];
    for (const resource of resources) {
      if (resource !== undefined) {
        customResource(name, resource, { parent: this, dependsOn: [namespace] });
      }
    }
  }

  /** How calls to its Services are spread and limited. */
  private calls(
    { spec, namespace }: WorkloadArgs,
    { name, metadata }: Named,
    to: readonly ServiceSpec[],
  ): void {
    if (spec.traffic === undefined) return;
    for (const service of to) {
      const of = { ...metadata, name: service.name };
      customResource(
        `${name}-${service.name}`,
        serviceTraffic(service.name, spec.traffic, of, namespace.spec.injected),
        { parent: this, dependsOn: [namespace] },
      );
    }
  }
}

/** The fewest replicas that the workload runs with. */
function minimumReplicas(spec: WorkloadSpec): number {
  return spec.size.autoscaling?.min ?? spec.size.replicas;
}
