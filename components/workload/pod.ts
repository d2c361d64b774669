/**
 * The pod template of a workload. The only file that knows `@pulumi/kubernetesx`: its PodBuilder folds environment,
 * ports and mounts into a pod, and is left behind by changing this file alone (docs/decisions.md).
 */
import * as kx from "@pulumi/kubernetesx";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type {
  Container,
  EnvironmentValue,
  HttpProbe,
  JobSpec,
  JobStep,
  Mount,
  Probes,
  WorkloadSpec,
} from "../../platforms/model/index.ts";
import type { Architecture } from "../../config/schema/cluster.ts";
import type { Labels } from "../labels.ts";
import { quantities } from "../quantities.ts";
import { portNumber } from "./network.ts";
import { refuseUnknownClaims, rollAnnotations, type Readable } from "./rolling.ts";
import { architecturePreference, nodeAntiAffinity, spreadConstraints } from "./spread.ts";
import { isReadOnly, refuseAmbiguousVolumes, volumeMount } from "./volumes.ts";

/** What a pod is made from: a workload, or a job, which has neither ports nor probes nor others to be spread from. */
type PodDescription = Pick<
  JobSpec,
  "name" | "resources" | "identity" | "priorityClass" | "runAs" | "architectures" | "nodeSelector"
> &
  Partial<
    Pick<
      WorkloadSpec,
      | "spread"
      | "progressive"
      | "annotations"
      | "labels"
      | "prefersArchitecture"
      | "terminationGraceSeconds"
      | "strategy"
      | "services"
    >
  > & {
    readonly container: JobSpec["container"] & Partial<Pick<Container, "ports" | "probes">>;
    readonly before?: readonly JobStep[];
  };

export interface PodArgs extends Readable {
  readonly spec: PodDescription;
  /** Labels of the pod. */
  readonly labels: Labels;
  /** Labels that select the workload's pods. */
  readonly selector: Labels;
  readonly serviceAccount: pulumi.Input<string>;
  /** What happens when it ends; left out: it starts anew, as a server does. */
  readonly restartPolicy?: "Never";
  /** Architectures of the cluster's nodes. */
  readonly clusterArchitectures: readonly Architecture[];
}

/**
 * Seconds that a pod goes on serving after it was told to end: gateways, sidecars and nodes learn a moment later that
 * it is no endpoint any more. Counts towards its grace period.
 */
const drainSeconds = 5;

type PodTemplate = k8s.types.input.core.v1.PodTemplateSpec;

/** The template, as Deployments, StatefulSets and Jobs take it. */
export function podTemplate(args: PodArgs): pulumi.Output<PodTemplate> {
  const { spec } = args;
  const { container } = spec;
  const { mounts: own = [], ports = [] } = container;
  const { before = [] } = spec;
  const mounts = [...own, ...before.flatMap((step) => step.mounts ?? [])];
  refuseAmbiguousVolumes(spec.name, mounts);
  refuseUnknownClaims(spec, args);
  const builder = new kx.PodBuilder({
    serviceAccountName: args.serviceAccount,
    // The token is an attack surface: only a workload with rules of its own gets one.
    automountServiceAccountToken: (spec.identity.rules ?? []).length > 0,
    enableServiceLinks: false,
    ...(args.restartPolicy === undefined ? {} : { restartPolicy: args.restartPolicy }),
    priorityClassName: spec.priorityClass,
    terminationGracePeriodSeconds: spec.terminationGraceSeconds ?? 30,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: spec.runAs.user,
      runAsGroup: spec.runAs.group,
      fsGroup: spec.runAs.group,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    nodeSelector: nodeSelector(spec, args.clusterArchitectures),
    ...(spec.spread === undefined
      ? {}
      : {
          topologySpreadConstraints: spreadConstraints(
            spec.spread,
            args.selector,
            spec.progressive === undefined ? undefined : "rollouts-pod-template-hash",
          ),
          affinity: {
            ...nodeAntiAffinity(args.selector),
            ...architecturePreference(spec.prefersArchitecture),
          },
        }),
    initContainers: before.map((step) => ({
      name: step.name,
      image: step.image,
      imagePullPolicy: "IfNotPresent",
      ...(step.command === undefined ? {} : { command: [...step.command] }),
      ...(step.args === undefined ? {} : { args: [...step.args] }),
      env: environment(step.env ?? {}),
      resources: quantities(spec.resources),
      securityContext: restricted,
      volumeMounts: (step.mounts ?? []).map(volumeMount),
    })),
    containers: [
      {
        name: spec.name,
        image: container.image,
        imagePullPolicy: "IfNotPresent",
        ...(container.command === undefined ? {} : { command: [...container.command] }),
        ...(container.args === undefined ? {} : { args: [...container.args] }),
        env: environment(container.env ?? {}),
        envFrom: (container.envFromConfigs ?? []).map((config) => ({ configMapRef: { name: config } })),
        ports: Object.fromEntries(ports.map(({ name, port }) => [name, port])),
        resources: quantities(spec.resources),
        ...(container.probes === undefined
          ? {}
          : probesOf({ name: spec.name, container: { ports } }, container.probes)),
        ...(keepsServing(spec) ? { lifecycle: { preStop: { sleep: { seconds: drainSeconds } } } } : {}),
        securityContext: restricted,
        volumeMounts: own.map(volumeMount),
      },
    ],
  });
  const annotations = { ...spec.annotations, ...rollAnnotations(spec, args) };
  return pulumi.output(builder.asDeploymentSpec()).apply((deployment) => ({
    metadata: { labels: { ...spec.labels, ...args.labels }, annotations },
    spec: finished(deployment.template.spec, mounts),
  }));
}

const restricted = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

/**
 * What PodBuilder leaves to do: its mount objects have no `readOnly` and an undefined `subPath`, a volume stands there
 * once a mount, and every empty list is written out.
 */
function finished<Spec>(built: Spec, mounts: readonly Mount[]): Spec {
  const readOnlyPaths = new Set(mounts.filter(isReadOnly).map((mount) => mount.path));
  const pod = built as unknown as k8s.types.output.core.v1.PodSpec;
  return withoutEmpty({
    ...pod,
    volumes: [...new Map(pod.volumes.map((volume) => [volume.name, volume])).values()],
    initContainers: pod.initContainers.map((container) => finishedContainer(container, readOnlyPaths)),
    containers: pod.containers.map((container) => finishedContainer(container, readOnlyPaths)),
  }) as unknown as Spec;
}

function finishedContainer(
  container: k8s.types.output.core.v1.Container,
  readOnlyPaths: ReadonlySet<string>,
) {
  return withoutEmpty({
    ...container,
    volumeMounts: container.volumeMounts.map(({ name, mountPath }) => ({
      name,
      mountPath,
      ...(readOnlyPaths.has(mountPath) ? { readOnly: true } : {}),
    })),
  });
}

/** One that is never there twice has nobody to take its requests over: the pause would only make it away for longer. */
function keepsServing({ strategy, services = [] }: PodDescription): boolean {
  return strategy === "rolling" && services.length > 0;
}

function withoutEmpty<T extends object>(value: T): T {
  const entries = Object.entries(value) as [string, unknown][];
  const isEmpty = (field: unknown) =>
    typeof field === "object" && field !== null && Object.keys(field).length === 0;
  return Object.fromEntries(entries.filter(([, field]) => !isEmpty(field))) as T;
}

function environment(values: Readonly<Record<string, EnvironmentValue>>): kx.types.EnvMap {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === "string" ? value : { secretKeyRef: { name: value.secret, key: value.key } },
    ]),
  );
}

type Probed = Parameters<typeof portNumber>[0];

function probesOf(workload: Probed, { startup, liveness, readiness }: Probes) {
  return {
    ...(startup === undefined ? {} : { startupProbe: probe(workload, startup) }),
    livenessProbe: probe(workload, liveness),
    readinessProbe: probe(workload, readiness),
  };
}

function probe(workload: Probed, spec: HttpProbe) {
  // The reference is checked here: a probe on a port that has no name in the pod fails for ever.
  portNumber(workload, spec.port);
  return {
    httpGet: {
      path: spec.path,
      port: spec.port,
      ...(spec.host === undefined ? {} : { httpHeaders: [{ name: "Host", value: spec.host }] }),
    },
    initialDelaySeconds: spec.initialDelaySeconds ?? 0,
    periodSeconds: spec.periodSeconds ?? 10,
    timeoutSeconds: spec.timeoutSeconds ?? 3,
    failureThreshold: spec.failureThreshold ?? 3,
  };
}

/** Pins the pods to an architecture only where the image lacks one that the cluster has. */
function nodeSelector(spec: PodDescription, cluster: readonly Architecture[]): Record<string, string> {
  const runsEverywhere = cluster.every((architecture) => spec.architectures.includes(architecture));
  const [only] = spec.architectures.filter((architecture) => cluster.includes(architecture));
  if (!runsEverywhere && only === undefined) {
    throw new Error(
      `workload "${spec.name}": its image runs on ${spec.architectures.join(", ")}, but the cluster has only ` +
        `${cluster.join(", ")} nodes; add a node pool of that architecture or use an image that has one`,
    );
  }
  return {
    ...(runsEverywhere || only === undefined ? {} : { "kubernetes.io/arch": only }),
    ...spec.nodeSelector,
  };
}
