/**
 * The footprint of a pod that a chart or an operator would make: placeholders with its name, number, requests, limits,
 * volumes and spread, which schedule, count and drain like it, and do nothing.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { nodePoolLabel, placeholderImage } from "../../config/catalog/placeholder.ts";
import type { FootprintSpec } from "../../platforms/model/foundation.ts";
import type { ClusterFacts } from "../cluster/contract.ts";
import { ownerLabels, type Labels, type Owner } from "../labels.ts";
import { spreadConstraints } from "../workload/spread.ts";

/** What a placeholder is told of the pods that it stands for. */
export type PlaceholderSpec = Pick<
  FootprintSpec,
  "kind" | "name" | "labels" | "storage" | "services" | "spread" | "architectures"
> & {
  /** Chart or operator that would make them. */
  readonly chart: string;
  readonly containers: readonly Pick<FootprintSpec["containers"][number], "name" | "resources">[];
  /** Left out under an autoscaler, which then owns the number. */
  readonly replicas?: number;
  readonly priority: string;
  /** Labels beside those that select them. */
  readonly podLabels?: Labels;
};

export interface FootprintArgs {
  readonly spec: PlaceholderSpec;
  /** Whose pods these would be; the foundation's, as an application of the chart, when left out. */
  readonly owner?: Owner;
  readonly namespace: pulumi.Input<string>;
  readonly facts: Pick<ClusterFacts, "architectures" | "storageClasses">;
  /** What pods need to be admitted: their priority class. */
  readonly after?: readonly pulumi.Resource[];
}

/** On every placeholder: invariants about what a container answers do not hold for one that answers nothing. */
const footprintLabel = "quint.dev/footprint";

/** Placeholder pods, and the Services by which others call what they stand for. */
export class Footprint extends pulumi.ComponentResource {
  constructor(name: string, args: FootprintArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:footprint:Footprint", name, {}, opts);
    const { spec, namespace } = args;
    const owner: Labels = {
      ...ownerLabels(args.owner ?? { platform: "foundation", application: spec.chart }),
      [footprintLabel]: spec.chart,
    };
    const labels: Labels = { ...owner, ...spec.labels, ...spec.podLabels };
    // Objects go by their own names: pods of several may share a name label.
    const metadata = (name: string) => ({
      name,
      namespace,
      labels: { ...owner, "app.kubernetes.io/name": name },
    });
    const account = new k8s.core.v1.ServiceAccount(
      name,
      { metadata: metadata(spec.name), automountServiceAccountToken: false },
      { parent: this },
    );
    const workload = { parent: this, dependsOn: [...(args.after ?? [])] };
    const template = {
      metadata: { labels },
      spec: podSpec(spec, account.metadata.name, args.facts.architectures),
    };
    const selector = { matchLabels: { ...spec.labels } };
    const replicas = spec.replicas === undefined ? {} : { replicas: spec.replicas };
    const claim = claimSpec(spec, args.facts.storageClasses.readWriteOnce);
    switch (spec.kind) {
      case "DaemonSet":
        new k8s.apps.v1.DaemonSet(
          name,
          { metadata: metadata(spec.name), spec: { selector, template } },
          workload,
        );
        break;
      case "StatefulSet":
        new k8s.apps.v1.StatefulSet(
          name,
          {
            metadata: metadata(spec.name),
            spec: {
              serviceName: spec.name,
              podManagementPolicy: "Parallel",
              ...replicas,
              selector,
              template,
              ...(claim === undefined
                ? {}
                : { volumeClaimTemplates: [{ metadata: { name: "data", labels: owner }, spec: claim }] }),
            },
          },
          workload,
        );
        break;
      case "Deployment":
        new k8s.apps.v1.Deployment(
          name,
          { metadata: metadata(spec.name), spec: { ...replicas, selector, template } },
          workload,
        );
        if (claim !== undefined) {
          new k8s.core.v1.PersistentVolumeClaim(
            name,
            { metadata: metadata(spec.name), spec: claim },
            { parent: this },
          );
        }
        break;
    }
    for (const service of spec.services) {
      new k8s.core.v1.Service(
        `${name}-${service.name}`,
        {
          metadata: metadata(service.name),
          spec: {
            type: service.type ?? "ClusterIP",
            selector: { ...spec.labels },
            ports: service.ports.map((port) => ({ ...port, protocol: "TCP" })),
          },
        },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}

const onPools = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: nodePoolLabel, operator: "Exists" }] }],
    },
  },
};

function podSpec(
  spec: PlaceholderSpec,
  serviceAccountName: pulumi.Input<string>,
  cluster: ClusterFacts["architectures"],
): k8s.types.input.core.v1.PodSpec {
  const targets = spec.services.flatMap(({ ports }) => ports.map(({ targetPort }) => targetPort));
  const [onlyArchitecture] = spec.architectures.filter((architecture) => cluster.includes(architecture));
  const everywhere = cluster.every((architecture) => spec.architectures.includes(architecture));
  return {
    serviceAccountName,
    automountServiceAccountToken: false,
    priorityClassName: spec.priority,
    securityContext: {
      runAsNonRoot: true,
      // The user of the pause image.
      runAsUser: 65535,
      runAsGroup: 65535,
      seccompProfile: { type: "RuntimeDefault" },
    },
    terminationGracePeriodSeconds: 0,
    ...(everywhere || onlyArchitecture === undefined
      ? {}
      : { nodeSelector: { "kubernetes.io/arch": onlyArchitecture } }),
    // A node agent runs on every node of the stack's pools, tainted or not, and a node has one. A node that runs real
    // containers beside them is none of a pool.
    ...(spec.kind === "DaemonSet"
      ? { tolerations: [{ operator: "Exists" }], affinity: onPools }
      : { topologySpreadConstraints: spreadConstraints(spec.spread, spec.labels) }),
    containers: spec.containers.map(({ name, resources }, index) => ({
      name,
      image: placeholderImage.reference,
      // The ports that Services lead to belong to the first container.
      ...(index === 0 && targets.length > 0
        ? { ports: [...new Set(targets)].map((containerPort) => ({ containerPort, protocol: "TCP" })) }
        : {}),
      resources: { requests: { ...resources.requests }, limits: { ...resources.limits } },
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      },
    })),
  };
}

function claimSpec(spec: PlaceholderSpec, storageClassName: string) {
  return spec.storage === undefined
    ? undefined
    : {
        accessModes: ["ReadWriteOnce"],
        storageClassName,
        resources: { requests: { storage: spec.storage } },
      };
}
