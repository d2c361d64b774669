/** Rules on each pod by itself. */
import { nameOf } from "../object.ts";
import { credentialName, digest, imageTag, releaseTag } from "../patterns.ts";
import type { Context, Rule } from "../rule.ts";
import { containersOf, workloadsIn, type Container, type Workload } from "../workloads.ts";

/** A rule that looks at one workload at a time and gives reasons. */
function onWorkloads(
  name: string,
  description: string,
  reasons: (workload: Workload, context: Context) => readonly (string | false)[],
): Rule {
  return {
    name,
    description,
    check: (objects, context) =>
      workloadsIn(objects).flatMap((workload) =>
        reasons(workload, context)
          .filter((reason) => reason !== false)
          .map((reason) => ({ object: nameOf(workload.object), reason })),
      ),
  };
}

function eachContainer(workload: Workload, reasons: (container: Container) => readonly (string | false)[]) {
  return containersOf(workload.pod).flatMap((container) =>
    reasons(container).map((reason) => reason !== false && `container ${container.name} ${reason}`),
  );
}

const restricted = onWorkloads(
  "restricted-pods",
  "Pods meet the `restricted` pod security standard, with a read-only root file system, but in namespaces that are exempt.",
  (workload, { exemptions }) =>
    exemptions.get(workload.object.metadata.namespace ?? "")?.privileged === undefined
      ? unrestricted(workload)
      : [],
);

function unrestricted(workload: Workload): readonly (string | false)[] {
  return [
    workload.pod.securityContext?.runAsNonRoot !== true && "runs as root: set runAsNonRoot",
    workload.pod.securityContext?.runAsUser === 0 && "runs as user 0",
    workload.pod.securityContext?.seccompProfile?.type !== "RuntimeDefault" &&
      "has no seccomp profile: set RuntimeDefault",
    [workload.pod.hostNetwork, workload.pod.hostPID, workload.pod.hostIPC].includes(true) &&
      "shares a namespace of the host",
    ...(workload.pod.volumes ?? []).map(
      (volume) => volume.hostPath !== undefined && `mounts a path of the host (${volume.name})`,
    ),
    ...eachContainer(workload, ({ securityContext }) => [
      securityContext?.allowPrivilegeEscalation !== false && "may escalate privileges",
      securityContext?.readOnlyRootFilesystem !== true && "has a writable root file system",
      securityContext?.privileged === true && "is privileged",
      // What a container says of itself goes before what its pod says.
      securityContext?.runAsNonRoot === false && "may run as root",
      securityContext?.runAsUser === 0 && "runs as user 0",
      (securityContext?.seccompProfile?.type ?? "RuntimeDefault") !== "RuntimeDefault" &&
        "leaves the seccomp profile RuntimeDefault",
      !(securityContext?.capabilities?.drop ?? []).includes("ALL") && "does not drop all capabilities",
      (securityContext?.capabilities?.add ?? []).length > 0 && "adds capabilities",
    ]),
  ];
}

const resources = onWorkloads(
  "requests-and-limits",
  "Every container states requests and limits for CPU and memory, so that the scheduler and the quota can count it.",
  (workload) =>
    eachContainer(workload, (container) =>
      (["requests", "limits"] as const).flatMap((side) =>
        (["cpu", "memory"] as const).map(
          (resource) =>
            container.resources?.[side]?.[resource] === undefined && `states no ${side} for ${resource}`,
        ),
      ),
    ),
);

const probes = onWorkloads(
  "probes",
  "Every server has a liveness and a readiness probe: without them a dead pod keeps its traffic.",
  (workload) =>
    workload.server && !workload.placeholder
      ? workload.pod.containers
          .filter((container) => (container.ports ?? []).length > 0)
          .flatMap((container) => [
            container.livenessProbe === undefined && `container ${container.name} has no liveness probe`,
            container.readinessProbe === undefined && `container ${container.name} has no readiness probe`,
          ])
      : [],
);

const priority = onWorkloads(
  "priority-class",
  "Every pod names its priority class; none is the default, so that forgetting it is seen.",
  ({ pod }) => [pod.priorityClassName === undefined && "names no priority class"],
);

const spread = onWorkloads(
  "spread",
  "Servers are spread over zones and nodes; in production an uneven placement is refused.",
  // A daemon set is on every node by itself.
  ({ object, pod, server }, { environment }) =>
    server && object.kind !== "DaemonSet"
      ? ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].flatMap((key) => {
          const constraint = (pod.topologySpreadConstraints ?? []).find(
            ({ topologyKey }) => topologyKey === key,
          );
          return [
            constraint === undefined && `is not spread over ${key}`,
            environment === "production" &&
              constraint?.whenUnsatisfiable === "ScheduleAnyway" &&
              `may be placed unevenly over ${key}`,
          ];
        })
      : [],
);

const pinnedImages = onWorkloads(
  "pinned-images",
  "Images carry a tag; `latest` is for dev alone; production takes release tags or digests.",
  (workload, { environment }) =>
    eachContainer(workload, ({ image }) => [
      !digest.test(image) && !imageTag.test(image) && `has an image without a tag (${image})`,
      environment !== "dev" && image.endsWith(":latest") && `runs ${image}`,
      environment === "production" &&
        !releaseTag.test(image) &&
        !digest.test(image) &&
        `runs ${image}, which is neither a release tag nor a digest`,
    ]),
);

const secretsByName = onWorkloads(
  "secrets-by-name",
  "Credentials reach a container through a reference to a Secret, never as text.",
  (workload) =>
    eachContainer(workload, (container) =>
      (container.env ?? []).map(
        ({ name, value }) =>
          credentialName.test(name) && value !== undefined && value !== "" && `has ${name} as plain text`,
      ),
    ),
);

export const podRules: readonly Rule[] = [
  restricted,
  resources,
  probes,
  priority,
  spread,
  pinnedImages,
  secretsByName,
];
