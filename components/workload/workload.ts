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
import { portsOutsideTheMesh } from "./mesh.ts";
import { serviceLabels, serviceMonitor } from "./monitor.ts";
import { pullSecretsOf } from "../secrets/pull-secret.ts";
import { identity } from "./identity.ts";
import { calleesOf, networkPolicySpec, portNumber, type Edges } from "./network.ts";
import { podTemplate } from "./pod.ts";
import type { Rotated } from "./rolling.ts";

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

/**
 * Deployment, identity, Services, autoscaler, disruption budget, network and mesh policies, and monitor of one
 * workload.
 */
export class Workload extends pulumi.ComponentResource {
  readonly deployment: k8s.apps.v1.Deployment;

  constructor(name: string, args: WorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:workload:Workload", name, {}, opts);
    const { spec, owner } = args;
    const selector = selectorLabels(owner.platform, spec.name);
    const labels = { ...ownerLabels(owner), ...selector, "app.kubernetes.io/component": spec.component };
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
    this.deployment = new k8s.apps.v1.Deployment(
      name,
      {
        metadata: metadata(spec.name),
        spec: {
          // Under an autoscaler the field is its own.
          ...(spec.size.autoscaling === undefined ? { replicas: spec.size.replicas } : {}),
          revisionHistoryLimit: 5,
          selector: { matchLabels: { ...selector } },
          strategy:
            spec.strategy === "recreate"
              ? { type: "Recreate" }
              : { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: 0 } },
          template,
        },
      },
      { parent: this },
    );
    for (const service of spec.services) {
      const serviceMetadata = { ...metadata(service.name), labels: serviceLabels(spec, service, labels) };
      this.service(`${name}-${service.name}`, service, spec, serviceMetadata, selector);
    }
    if (spec.size.autoscaling !== undefined) {
      autoscaler(
        name,
        {
          metadata: metadata(spec.name),
          target: { apiVersion: "apps/v1", kind: "Deployment", name: this.deployment.metadata.name },
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
          namespace: args.namespace.spec.name,
          selector,
          callees: calleesOf(args.edges, args.namespace.spec.name, spec.name),
          callers: spec.callers,
          portsOf: (port) => [portNumber(spec, port)],
          egress: spec.egress ?? [],
          edges: args.edges,
          injected: args.namespace.spec.injected,
          facts: args.facts,
        }),
      },
      { parent: this },
    );
    // Custom resources validate themselves, so they take the namespace's plain name and depend on it in words.
    const plainMetadata = { name: spec.name, namespace: args.namespace.spec.name, labels };
    const { injected } = args.namespace.spec;
    const custom = [
      ...(injected
        ? [
            portsOutsideTheMesh(spec, plainMetadata, selector),
            authorizationPolicy({
              metadata: plainMetadata,
              selector,
              admitted: spec.callers.map((caller) => ({ caller, ports: [portNumber(spec, caller.port)] })),
              accounts: args.accounts,
            }),
          ]
        : []),
      serviceMonitor(spec, plainMetadata, selector, args.namespace.spec),
    ];
    for (const resource of custom) {
      if (resource !== undefined) {
        customResource(name, resource, { parent: this, dependsOn: [args.namespace] });
      }
    }
    if (spec.traffic !== undefined) {
      for (const service of spec.services) {
        const of = { ...plainMetadata, name: service.name };
        customResource(`${name}-${service.name}`, serviceTraffic(service.name, spec.traffic, of, injected), {
          parent: this,
          dependsOn: [args.namespace],
        });
      }
    }
    this.registerOutputs({ deployment: this.deployment.metadata.name });
  }

  private service(
    name: string,
    service: ServiceSpec,
    spec: WorkloadSpec,
    metadata: k8s.types.input.meta.v1.ObjectMeta,
    selector: Labels,
  ): void {
    const { exposure } = service;
    // The reference is checked here: a Service whose port has no name in the pod would silently have no endpoints.
    portNumber(spec, service.targetPort);
    new k8s.core.v1.Service(
      name,
      {
        metadata,
        spec: {
          type: exposure.type,
          ...(exposure.type === "ClusterIP" && exposure.headless === true ? { clusterIP: "None" } : {}),
          selector: { ...selector },
          ports: [
            {
              name: service.targetPort,
              appProtocol: protocolOf(service.targetPort),
              protocol: "TCP",
              port: service.port,
              targetPort: service.targetPort,
              ...(exposure.type === "NodePort" ? { nodePort: exposure.nodePort } : {}),
            },
          ],
        },
      },
      // A Service is ready when its pods are: waiting for both in turn would only be slower to fail.
      { parent: this, dependsOn: [this.deployment] },
    );
  }
}

/** What a port carries: the first word of its name says it, as the mesh reads names (`tcp-store`, `grpc`); else HTTP. */
function protocolOf(port: string): string {
  const [word = ""] = port.split("-");
  return ["grpc", "https", "tcp", "tls"].includes(word) ? word : "http";
}

/** The fewest replicas that the workload runs with. */
function minimumReplicas(spec: WorkloadSpec): number {
  return spec.size.autoscaling?.min ?? spec.size.replicas;
}
