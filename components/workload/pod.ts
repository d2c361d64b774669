/**
 * The pod template of a workload. The only file that knows `@pulumi/kubernetesx`: its PodBuilder folds environment,
 * ports and mounts into a pod, and is left behind by changing this file alone (docs/decisions.md).
 */
import { createHash } from "node:crypto";
import * as kx from "@pulumi/kubernetesx";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type {
  ClaimSpec,
  ConfigSpec,
  EnvironmentValue,
  HttpProbe,
  Mount,
  SecretSpec,
  WorkloadSpec,
} from "../../platforms/model/index.ts";
import type { Architecture } from "../../config/schema/cluster.ts";
import type { Labels } from "../labels.ts";
import { portNumber } from "./network.ts";
import { spreadConstraints, nodeAntiAffinity } from "./spread.ts";

export interface PodArgs {
  readonly spec: WorkloadSpec;
  /** Labels of the pod. */
  readonly labels: Labels;
  /** Labels that select the workload's pods. */
  readonly selector: Labels;
  readonly serviceAccount: pulumi.Input<string>;
  /** The application's claims, by name. */
  readonly claims: ReadonlyMap<string, ClaimSpec>;
  /** The application's configs and secrets, by name: what the pod uses of them rolls it when it changes. */
  readonly configs: ReadonlyMap<string, ConfigSpec>;
  readonly secrets: ReadonlyMap<string, SecretSpec>;
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
  const mounts = container.mounts ?? [];
  refuseAmbiguousVolumes(spec.name, mounts);
  for (const mount of mounts) {
    if (mount.kind === "claim") {
      known(args.claims, mount.claim, spec.name, "claim");
    }
  }
  const builder = new kx.PodBuilder({
    serviceAccountName: args.serviceAccount,
    // The token is an attack surface: only a workload with rules of its own gets one.
    automountServiceAccountToken: (spec.identity.rules ?? []).length > 0,
    enableServiceLinks: false,
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
    topologySpreadConstraints: spreadConstraints(spec.spread, args.selector),
    affinity: nodeAntiAffinity(args.selector),
    containers: [
      {
        name: spec.name,
        image: container.image,
        imagePullPolicy: "IfNotPresent",
        ...(container.command === undefined ? {} : { command: [...container.command] }),
        ...(container.args === undefined ? {} : { args: [...container.args] }),
        env: environment(container.env ?? {}),
        envFrom: (container.envFromConfigs ?? []).map((config) => ({ configMapRef: { name: config } })),
        ports: Object.fromEntries(container.ports.map(({ name, port }) => [name, port])),
        resources: {
          requests: { ...spec.size.resources.requests },
          limits: { ...spec.size.resources.limits },
        },
        ...(container.probes.startup === undefined
          ? {}
          : { startupProbe: probe(spec, container.probes.startup) }),
        ...(keepsServing(spec) ? { lifecycle: { preStop: { sleep: { seconds: drainSeconds } } } } : {}),
        livenessProbe: probe(spec, container.probes.liveness),
        readinessProbe: probe(spec, container.probes.readiness),
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        volumeMounts: mounts.map(volumeMount),
      },
    ],
  });
  const annotations = { ...spec.annotations, ...rollAnnotations(args) };
  return pulumi.output(builder.asDeploymentSpec()).apply((deployment) => ({
    metadata: { labels: { ...args.labels }, annotations },
    spec: finished(deployment.template.spec, mounts),
  }));
}

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
    containers: pod.containers.map((container) =>
      withoutEmpty({
        ...container,
        volumeMounts: container.volumeMounts.map(({ name, mountPath }) => ({
          name,
          mountPath,
          ...(readOnlyPaths.has(mountPath) ? { readOnly: true } : {}),
        })),
      }),
    ),
  }) as unknown as Spec;
}

/** Volumes are named after what they hold: two of one name would be one volume, and a container sees the wrong files. */
function refuseAmbiguousVolumes(workload: string, mounts: readonly Mount[]): void {
  const volumes = new Map<string, string>();
  for (const mount of mounts) {
    const { volume } = volumeMount(mount);
    const content = JSON.stringify(volume);
    if ((volumes.get(volume.name) ?? content) !== content) {
      throw new Error(
        `workload "${workload}" mounts two different volumes under the name "${volume.name}"; rename one of them`,
      );
    }
    volumes.set(volume.name, content);
  }
}

/** One that is never there twice has nobody to take its requests over: the pause would only make it away for longer. */
function keepsServing(spec: WorkloadSpec): boolean {
  return spec.strategy === "rolling" && spec.services.length > 0;
}

function withoutEmpty<T extends object>(value: T): T {
  const entries = Object.entries(value) as [string, unknown][];
  const isEmpty = (field: unknown) =>
    typeof field === "object" && field !== null && Object.keys(field).length === 0;
  return Object.fromEntries(entries.filter(([, field]) => !isEmpty(field))) as T;
}

function isReadOnly(mount: Mount): boolean {
  switch (mount.kind) {
    case "claim":
      return mount.readOnly;
    case "config":
    case "secret":
      return true;
    case "scratch":
      return false;
  }
}

function volumeMount(mount: Mount) {
  switch (mount.kind) {
    case "claim":
      return {
        volume: {
          name: mount.claim,
          persistentVolumeClaim: { claimName: mount.claim, ...(mount.readOnly ? { readOnly: true } : {}) },
        },
        destPath: mount.path,
      };
    case "config":
      return { volume: { name: mount.config, configMap: { name: mount.config } }, destPath: mount.path };
    case "secret":
      // 0440: the process reads it through its group (fsGroup), nobody else does.
      return {
        volume: { name: mount.secret, secret: { secretName: mount.secret, defaultMode: 0o440 } },
        destPath: mount.path,
      };
    case "scratch":
      return { volume: { name: mount.name, emptyDir: { sizeLimit: mount.size } }, destPath: mount.path };
  }
}

function environment(values: Readonly<Record<string, EnvironmentValue>>): kx.types.EnvMap {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === "string" ? value : { secretKeyRef: { name: value.secret, key: value.key } },
    ]),
  );
}

function probe(workload: WorkloadSpec, spec: HttpProbe) {
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
function nodeSelector(spec: WorkloadSpec, cluster: readonly Architecture[]): Record<string, string> {
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

/** A changed config (by checksum) or a rotated secret (by rotation number) changes the template, which rolls the pods. */
function rollAnnotations(args: PodArgs): Record<string, string> {
  const { container } = args.spec;
  const mounts = container.mounts ?? [];
  const configs = new Set([
    ...mounts.flatMap((mount) => (mount.kind === "config" ? [mount.config] : [])),
    ...(container.envFromConfigs ?? []),
  ]);
  const secrets = new Set([
    ...mounts.flatMap((mount) => (mount.kind === "secret" ? [mount.secret] : [])),
    ...Object.values(container.env ?? {}).flatMap((value) =>
      typeof value === "string" ? [] : [value.secret],
    ),
  ]);
  const annotations: Record<string, string> = {};
  for (const name of configs) {
    const config = known(args.configs, name, args.spec.name, "config");
    annotations[`quint.dev/checksum-${name}`] = checksum(config.data);
  }
  for (const name of secrets) {
    const secret = known(args.secrets, name, args.spec.name, "secret");
    annotations[`quint.dev/rotation-${name}`] = String(secret.rotation);
  }
  return annotations;
}

function known<T>(map: ReadonlyMap<string, T>, name: string, workload: string, kind: string): T {
  const found = map.get(name);
  if (found === undefined) {
    const names = [...map.keys()].join(", ") || "none";
    throw new Error(
      `workload "${workload}" uses the ${kind} "${name}", which its application does not declare (declared: ${names})`,
    );
  }
  return found;
}

/** First 16 hexadecimal digits of SHA-256: enough to see a change, short enough to read in a diff. */
function checksum(data: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 16);
}
