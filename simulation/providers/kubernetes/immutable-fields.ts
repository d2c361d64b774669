/**
 * The fields whose change takes a new object. The lists are those of the official provider (4.34), also where the API
 * server has become more tolerant since (a StatefulSet's revisionHistoryLimit): a preview must not depend on which of
 * the two providers made it.
 */
import { isMap, type Tree } from "../plugin/values.ts";
import type { PropertyPath } from "../plugin/property-path.ts";
import { at, type KubeObject } from "./object.ts";
import { apiVersionOf, type GroupVersionKind, kindOfObject } from "./kind.ts";

/** Settings of the provider: by default a ConfigMap or Secret with other data is another object. */
export interface Mutability {
  readonly configMaps: boolean;
  readonly secrets: boolean;
}

const identity = ["metadata.name", "metadata.namespace"];

const podSpec = [
  "affinity",
  "automountServiceAccountToken",
  "dnsConfig",
  "dnsPolicy",
  "enableServiceLinks",
  "hostAliases",
  "hostIPC",
  "hostNetwork",
  "hostPID",
  "hostname",
  "imagePullSecrets",
  "nodeName",
  "nodeSelector",
  "overhead",
  "preemptionPolicy",
  "priority",
  "priorityClassName",
  "readinessGates",
  "restartPolicy",
  "runtimeClassName",
  "schedulerName",
  "securityContext",
  "serviceAccount",
  "serviceAccountName",
  "shareProcessNamespace",
  "subdomain",
  "terminationGracePeriodSeconds",
  "volumes",
];

const container = [
  "args",
  "command",
  "env",
  "image",
  "imagePullPolicy",
  "lifecycle",
  "livenessProbe",
  "ports",
  "readinessProbe",
  "resources",
  "securityContext",
  "stdin",
  "stdinOnce",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "tty",
  "volumeDevices",
  "volumeMounts",
  "workingDir",
];

const volumeSource = [
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "csi",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "glusterfs",
  "hostPath",
  "iscsi",
  "local",
  "nfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
];

/** Where a group or version is not named, its objects can be updated in place. */
const byKind: Readonly<Record<string, readonly string[]>> = {
  "apps/v1/DaemonSet": ["spec.selector"],
  "apps/v1/Deployment": ["spec.selector"],
  "apps/v1/StatefulSet": [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/v1/Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  "rbac.authorization.k8s.io/v1/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1/RoleBinding": ["roleRef"],
  "storage.k8s.io/v1/StorageClass": ["parameters", "provisioner"],
  "v1/PersistentVolume": volumeSource.map((source) => `spec.${source}`),
  "v1/PersistentVolumeClaim": [
    "spec.accessModes",
    "spec.selector",
    "spec.storageClassName",
    "spec.volumeName",
  ],
  "v1/Pod": [
    ...podSpec.map((field) => `spec.${field}`),
    ...["containers", "initContainers"].flatMap((kind) =>
      container.map((field) => `spec.${kind}.*.${field}`),
    ),
  ],
  "v1/ResourceQuota": ["spec.scopes"],
  "v1/Secret": ["type"],
  "v1/Service": ["spec.clusterIP"],
};

/** The immutable fields of an object, as paths; `*` stands for any place in a list. */
export function immutableFields(object: KubeObject, mutability: Mutability): readonly PropertyPath[] {
  const type = kindOfObject(object);
  const fields = [
    ...identity,
    ...(byKind[`${apiVersionOf(type)}/${type.kind}`] ?? []),
    ...dataFields(object, type, mutability),
  ];
  return fields.map((field) => field.split("."));
}

function dataFields(
  object: KubeObject,
  { group, kind }: GroupVersionKind,
  mutability: Mutability,
): readonly string[] {
  if (group !== "") return [];
  const frozen = at(object, "immutable") === true;
  if (kind === "Secret" && (frozen || !mutability.secrets)) return ["data", "stringData"];
  if (kind === "ConfigMap" && (frozen || !mutability.configMaps)) return ["binaryData", "data"];
  return [];
}

/**
 * Whether a change at `path` touches an immutable field: it is such a field, lies below one, or the value that is
 * added there has one inside.
 */
export function touches(
  fields: readonly PropertyPath[],
  path: PropertyPath,
  value: Tree | undefined,
): boolean {
  return fields.some((field) => {
    const shared = Math.min(field.length, path.length);
    if (!field.slice(0, shared).every((step, index) => step === "*" || step === path[index])) return false;
    return hasPath(value, field.slice(shared));
  });
}

function hasPath(value: Tree | undefined, path: PropertyPath): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return true;
  if (step === "*" && Array.isArray(value)) return value.some((element) => hasPath(element, rest));
  return isMap(value) && typeof step === "string" && step in value && hasPath(value[step], rest);
}
