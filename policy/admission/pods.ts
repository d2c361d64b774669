/**
 * Rules on pods in CEL. Templates of our own workloads meet all of them; pods themselves only that of images, since
 * operators, charts and the mesh make pods that cannot meet the others (a database writes to its root file system).
 */
import { credentialName, digest, imageTag, releaseTag } from "../patterns.ts";
import {
  changed,
  pattern,
  text,
  type AdmissionPolicy,
  type AdmissionScope,
  type Validation,
} from "./policy.ts";

/** A demand on each container. */
interface ContainerDemand {
  readonly rule: string;
  /** Name of the CEL variable that lists the containers which break it. */
  readonly list: string;
  /** CEL of a container `c` that is right. */
  readonly right: string;
  readonly message: string;
}

const stated = (side: string, resource: string) => `c.?resources.?${side}[?'${resource}'].hasValue()`;

const sized: ContainerDemand = {
  rule: "requests-and-limits",
  list: "unsized",
  right: ["requests", "limits"]
    .flatMap((side) => ["cpu", "memory"].map((resource) => stated(side, resource)))
    .join(" && "),
  message: "state requests and limits for cpu and memory",
};

const readOnly: ContainerDemand = {
  rule: "restricted-pods",
  list: "writable",
  right: "c.?securityContext.?readOnlyRootFilesystem.orValue(false)",
  message: "set securityContext.readOnlyRootFilesystem, and mount an emptyDir where it writes",
};

const withoutCredentials: ContainerDemand = {
  rule: "secrets-by-name",
  list: "credentials",
  right: `c.?env.orValue([]).all(e, !(e.name.matches(${pattern(credentialName)}) && e.?value.orValue('') != ''))`,
  message: "take credentials from a Secret (valueFrom.secretKeyRef), not as text",
};

const probed: ContainerDemand = {
  rule: "probes",
  list: "unprobed",
  right: [
    "object.kind == 'Job'",
    "'quint.dev/footprint' in variables.labels",
    // Those that run before the others end, or have no port.
    "!variables.pod.containers.exists(one, one.name == c.name)",
    "c.?ports.orValue([]).size() == 0",
    "(has(c.livenessProbe) && has(c.readinessProbe))",
  ].join(" || "),
  message: "give a server a livenessProbe and a readinessProbe",
};

const matches = (expression: RegExp) => `c.image.matches(${pattern(expression)})`;
const tagged = `(${matches(imageTag)} || ${matches(digest)})`;

const notLatest = {
  rule: "pinned-images",
  list: "unpinned",
  right: `${tagged} && !c.image.endsWith(':latest')`,
  message: "name the image with a tag or a digest; `latest` is for dev",
};

/** What images must be. */
const images: Readonly<Record<AdmissionScope["environment"], ContainerDemand>> = {
  dev: { ...notLatest, right: tagged, message: "name the image with a tag or a digest" },
  staging: notLatest,
  production: {
    ...notLatest,
    right: `${matches(releaseTag)} || ${matches(digest)}`,
    message: "name the image with a release tag (v1.2.3) or a digest",
  },
};

const priority: Validation = {
  rule: "priority-class",
  expression: "variables.pod.?priorityClassName.orValue('') != ''",
  message: "name a priorityClassName: critical-priority, high-priority, medium-priority or low-priority",
};

const account: Validation = {
  rule: "own-identity",
  expression: "!(variables.pod.?serviceAccountName.orValue('default') in ['', 'default'])",
  message: "name a ServiceAccount of its own (serviceAccountName)",
};

const meshed: Validation = {
  rule: "in-the-mesh",
  expression:
    "variables.labels[?'sidecar.istio.io/inject'].orValue('') != 'false' || 'quint.dev/data-service' in variables.labels",
  message: "leave sidecar.istio.io/inject out: pods of data services alone may decline the mesh",
};

function spread({ environment }: AdmissionScope): Validation {
  const firmly = environment === "production" ? " && s.whenUnsatisfiable == 'DoNotSchedule'" : "";
  return {
    rule: "spread",
    expression:
      "object.kind in ['Job', 'DaemonSet'] || ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].all(key, " +
      `variables.pod.?topologySpreadConstraints.orValue([]).exists(s, s.topologyKey == key${firmly}))`,
    message: `spread it over zones and nodes (topologySpreadConstraints${firmly === "" ? "" : ", DoNotSchedule"})`,
  };
}

/** Variables and validations of demands on containers. */
function ofContainers(demands: readonly ContainerDemand[]) {
  return {
    variables: Object.fromEntries(
      demands.map(({ list, right }) => [list, `variables.containers.filter(c, !(${right})).map(c, c.name)`]),
    ),
    validations: demands.map(({ rule, list, message }) => ({
      rule,
      expression: `variables.${list}.size() == 0`,
      message: `containers must: ${message}`,
      messageExpression: `${text(`${rule}: container `)} + variables.${list}.join(', ') + ${text(`: ${message}`)}`,
    })),
  };
}

/** Where a pod is in an object, and its containers, those that run before the others included. */
function podAt(path: string): Record<string, string> {
  return {
    pod: `object.${path}spec`,
    containers: "variables.pod.?initContainers.orValue([]) + variables.pod.containers",
  };
}

/** Our own templates: what the kinds have in common is said once for all, and once for those that keep it deeper. */
function templates(
  name: string,
  resources: AdmissionPolicy["resources"],
  template: string,
  demands: readonly ContainerDemand[],
  validations: readonly Validation[],
): AdmissionPolicy {
  const containers = ofContainers(demands);
  return {
    name,
    resources,
    of: "quint",
    where: "platforms",
    when: changed(template),
    variables: {
      ...podAt(`${template}.`),
      labels: `object.${template}.?metadata.?labels.orValue({})`,
      ...containers.variables,
    },
    validations: [...containers.validations, ...validations],
  };
}

/** Every pod of the platforms' namespaces, whoever makes it. */
function pods(): AdmissionPolicy {
  const containers = ofContainers([notLatest]);
  return {
    name: "pods",
    resources: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] }],
    of: "everyone",
    where: "platforms",
    when: changed("spec"),
    variables: { ...podAt(""), ...containers.variables },
    validations: containers.validations,
  };
}

export function podPolicies(scope: AdmissionScope): AdmissionPolicy[] {
  const always = [sized, readOnly, withoutCredentials, images[scope.environment]];
  return [
    templates(
      "workloads",
      [
        {
          apiGroups: ["apps"],
          apiVersions: ["v1"],
          resources: ["deployments", "statefulsets", "daemonsets"],
        },
        { apiGroups: ["batch"], apiVersions: ["v1"], resources: ["jobs"] },
        { apiGroups: ["argoproj.io"], apiVersions: ["v1alpha1"], resources: ["rollouts"] },
      ],
      "spec.template",
      [...always, probed],
      [priority, account, meshed, spread(scope)],
    ),
    templates(
      "cron-jobs",
      [{ apiGroups: ["batch"], apiVersions: ["v1"], resources: ["cronjobs"] }],
      "spec.jobTemplate.spec.template",
      always,
      [priority, account, meshed],
    ),
    // In dev an image may be what it likes.
    ...(scope.environment === "dev" ? [] : [pods()]),
  ];
}
