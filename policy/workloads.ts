/** The objects that make pods, and the pods they make. */
import type { KubernetesObject } from "./object.ts";

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly privileged?: boolean;
    readonly runAsNonRoot?: boolean;
    readonly runAsUser?: number;
    readonly seccompProfile?: { readonly type?: string };
    readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  };
  readonly livenessProbe?: unknown;
  readonly readinessProbe?: unknown;
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: {
      readonly secretKeyRef?: { readonly name: string; readonly key: string };
      readonly configMapKeyRef?: { readonly name: string; readonly key: string };
    };
  }[];
  readonly envFrom?: readonly {
    readonly configMapRef?: { readonly name: string };
    readonly secretRef?: { readonly name: string };
  }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly secret?: { readonly secretName: string };
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly hostPath?: unknown;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly priorityClassName?: string;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: {
    readonly runAsNonRoot?: boolean;
    readonly runAsUser?: number;
    readonly seccompProfile?: { readonly type?: string };
  };
  readonly topologySpreadConstraints?: readonly {
    readonly topologyKey: string;
    readonly whenUnsatisfiable: string;
  }[];
}

/** An object with a pod template. */
export interface Workload {
  readonly object: KubernetesObject;
  readonly pod: PodSpec;
  readonly labels: Readonly<Record<string, string>>;
  /** Replicas that it states; nothing under an autoscaler. */
  readonly replicas: number | undefined;
  /** Whether it only stands for pods that a chart or an operator would make: its containers do nothing. */
  readonly placeholder: boolean;
  /** Whether its pods serve until they are told to stop, unlike those of a Job. */
  readonly server: boolean;
  /** Volumes that each of its pods gets. */
  readonly volumes: readonly ClaimTemplate[];
  /** Pods that a rollout may run beyond the replicas. */
  readonly surge: (replicas: number) => number;
}

/** Whether the mesh leaves a pod of an injected namespace alone. */
export function declinesMesh(labels: Workload["labels"]): boolean {
  return labels["sidecar.istio.io/inject"] === "false";
}

/** On the pods of every placeholder. */
const placeholderLabel = "quint.dev/footprint";

const servers = ["Deployment", "StatefulSet", "DaemonSet", "Rollout"];

interface ClaimTemplate {
  readonly spec: { readonly resources: { readonly requests: { readonly storage: string } } };
}

interface WorkloadSpec {
  readonly replicas?: number;
  readonly volumeClaimTemplates?: readonly ClaimTemplate[];
  readonly strategy?: {
    readonly type?: string;
    readonly rollingUpdate?: { readonly maxSurge?: string | number };
    readonly canary?: { readonly steps?: readonly { readonly setWeight?: number }[] };
    readonly blueGreen?: object;
  };
  readonly template: {
    readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
    readonly spec: PodSpec;
  };
}

/** Every object that makes pods. */
export function workloadsIn(objects: readonly KubernetesObject[]): readonly Workload[] {
  return objects.flatMap((object) => {
    const spec = templateOf(object);
    if (spec === undefined) {
      return [];
    }
    return [
      {
        object,
        pod: spec.template.spec,
        labels: spec.template.metadata?.labels ?? {},
        replicas: spec.replicas,
        placeholder: spec.template.metadata?.labels?.[placeholderLabel] !== undefined,
        server: servers.includes(object.kind),
        volumes: spec.volumeClaimTemplates ?? [],
        surge: (replicas: number) => surgeOf(object.kind, spec, replicas),
      },
    ];
  });
}

/** All containers of a pod, those that run before the others included. */
export function containersOf(pod: PodSpec): readonly Container[] {
  return [...(pod.initContainers ?? []), ...pod.containers];
}

function templateOf({ kind, spec }: KubernetesObject): WorkloadSpec | undefined {
  if (kind === "CronJob") {
    return (spec as { readonly jobTemplate: { readonly spec: WorkloadSpec } }).jobTemplate.spec;
  }
  return [...servers, "Job"].includes(kind) ? (spec as WorkloadSpec) : undefined;
}

function surgeOf(kind: string, spec: WorkloadSpec, replicas: number): number {
  // The preview is whole before the switch, and the old version for a while after it.
  if (spec.strategy?.blueGreen !== undefined) return replicas;
  if (spec.strategy?.canary !== undefined) {
    const weights = (spec.strategy.canary.steps ?? []).flatMap(({ setWeight }) => setWeight ?? []);
    return Math.ceil((replicas * canarySurge(weights)) / 100);
  }
  // The others replace a pod in its place, or are not rolled out.
  const surges = ["Deployment", "Rollout"].includes(kind) && spec.strategy?.type !== "Recreate";
  const surge = surges ? (spec.strategy?.rollingUpdate?.maxSurge ?? "25%") : 0;
  return typeof surge === "number" ? surge : Math.ceil((replicas * Number.parseFloat(surge)) / 100);
}

/**
 * Percent of its pods that a canary adds at the most. The old version keeps as many as its calls need, and gets them
 * all back at once when the canary is refused, at its highest watched weight or before; at the last step the canary
 * becomes whole before the old version shrinks.
 */
function canarySurge(weights: readonly number[]): number {
  const watched = Math.max(0, ...weights.filter((weight) => weight < 100));
  return Math.max(watched, 100 - watched);
}
