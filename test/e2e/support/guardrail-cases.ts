/** Changes that the API server must refuse on its own: production's objects with one thing wrong, and what it must say. */
import { at, named, put, type Draft } from "../../support/objects.ts";

export interface GuardrailCase {
  readonly when: string;
  /** The object that is wrong. */
  readonly bad: (objects: Draft[]) => Draft;
  /** What would be right, as the refusal says it. */
  readonly says: string;
}

const pod = "spec.template.spec";
const container = `${pod}.containers.0`;

const changed =
  (kind: string, name: string, path: string, value: unknown) =>
  (objects: Draft[]): Draft => {
    const object = structuredClone(named(objects, kind, name));
    put(object, path, value);
    return object;
  };
const api = (path: string, value: unknown) => changed("Deployment", "api", path, value);
const rollout = (path: string, value: unknown) => changed("Rollout", "clinical-gateway", path, value);
const cronJob = (path: string, value: unknown) =>
  changed("CronJob", "training", `spec.jobTemplate.${path}`, value);

const inCancer = (apiVersion: string, kind: string, spec: object): Draft => ({
  apiVersion,
  kind,
  metadata: { name: "bad", namespace: "cancer-mlops", labels: { "app.kubernetes.io/managed-by": "quint" } },
  spec,
});
const service = (spec: object) => () =>
  inCancer("v1", "Service", { ports: [{ port: 80 }], selector: { app: "bad" }, ...spec });
const budget = (spec: object) => () =>
  inCancer("policy/v1", "PodDisruptionBudget", { selector: { matchLabels: { app: "bad" } }, ...spec });
const role = (kind: string, verbs: readonly string[], labels: object = {}): Draft => {
  const object = inCancer("rbac.authorization.k8s.io/v1", kind, {});
  put(object, "spec", undefined);
  return {
    ...object,
    rules: [{ apiGroups: [""], resources: ["pods"], verbs }],
    metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...labels } },
  };
};
const peers = (spec: object) => () => inCancer("security.istio.io/v1", "PeerAuthentication", spec);
const namespace = (label: string, value: string) => (objects: Draft[]) => {
  const object = structuredClone(named(objects, "Namespace", "cancer-mlops"));
  return {
    ...object,
    metadata: { ...object.metadata, labels: { ...object.metadata.labels, [label]: value } },
  };
};

/** A pod as an operator makes one: it carries no label of ours. */
export function podOf(workload: Draft, image?: string): Draft {
  const template = structuredClone(at(workload, "spec.template")) as {
    readonly metadata: { readonly labels: Record<string, string> };
    readonly spec: Draft;
  };
  // The ServiceAccount and the class would have to be there.
  const left = ["serviceAccountName", "priorityClassName", "app.kubernetes.io/managed-by"];
  const without = (map: object) =>
    Object.fromEntries(Object.entries(map).filter(([key]) => !left.includes(key)));
  const { namespace } = workload.metadata;
  const made: Draft = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "bad",
      ...(namespace === undefined ? {} : { namespace }),
      labels: without(template.metadata.labels),
    },
    spec: without(template.spec),
  };
  if (image !== undefined) put(made, "spec.containers.0.image", image);
  return made;
}

const sizes = "requests-and-limits: container api: state requests and limits for cpu and memory";
const release = "name the image with a release tag (v1.2.3) or a digest";

export const guardrailCases: readonly GuardrailCase[] = [
  {
    when: "a container without a limit",
    bad: api(`${container}.resources.limits`, { cpu: "1" }),
    says: sizes,
  },
  {
    when: "a container of a Rollout without requests",
    bad: rollout(`${container}.resources`, {}),
    says: "state requests and limits for cpu and memory",
  },
  {
    when: "a container of a CronJob without requests",
    bad: cronJob(`${container}.resources`, {}),
    says: "state requests and limits for cpu and memory",
  },
  {
    when: "a writable root file system",
    bad: api(`${container}.securityContext.readOnlyRootFilesystem`, false),
    says: "restricted-pods: container api: set securityContext.readOnlyRootFilesystem",
  },
  {
    when: "no priority class",
    bad: api(`${pod}.priorityClassName`, undefined),
    says: "priority-class: name a priorityClassName",
  },
  {
    when: "the default ServiceAccount",
    bad: api(`${pod}.serviceAccountName`, undefined),
    says: "own-identity: name a ServiceAccount",
  },
  {
    when: "a pod that declines the mesh",
    bad: (objects) => {
      const object = structuredClone(named(objects, "Deployment", "api"));
      const labels = at(object, "spec.template.metadata.labels") as Record<string, string>;
      put(object, "spec.template.metadata.labels", { ...labels, "sidecar.istio.io/inject": "false" });
      return object;
    },
    says: "in-the-mesh: leave sidecar.istio.io/inject out",
  },
  {
    when: "an uneven placement",
    bad: api(`${pod}.topologySpreadConstraints.0.whenUnsatisfiable`, "ScheduleAnyway"),
    says: "spread: spread it over zones and nodes (topologySpreadConstraints, DoNotSchedule)",
  },
  {
    when: "a server without a readiness probe",
    bad: api(`${container}.readinessProbe`, undefined),
    says: "probes: container api: give a server a livenessProbe and a readinessProbe",
  },
  ...[
    "registry.example.com:5000/api",
    "registry.example.com/api:latest",
    "registry.example.com/api:develop",
  ].map((image) => ({ when: `the image ${image}`, bad: api(`${container}.image`, image), says: release })),
  {
    when: "a plain password",
    bad: api(`${container}.env`, [{ name: "DB_PASSWORD", value: "not-a-real-one" }]),
    says: "secrets-by-name: container api: take credentials from a Secret",
  },
  ...["registry.example.com/api", "registry.example.com/api:latest"].map((image) => ({
    when: `a pod of somebody else's with the image ${image}`,
    bad: (objects: Draft[]) => podOf(named(objects, "Deployment", "api"), image),
    says: "pinned-images: container api: name the image with a tag or a digest; `latest` is for dev",
  })),
  ...[{ maxUnavailable: 0 }, { maxUnavailable: "0%" }, { minAvailable: "100%" }].map((spec) => ({
    when: `a budget of ${JSON.stringify(spec)}`,
    bad: budget(spec),
    says: "disruption-budgets: let a drain evict one pod at a time (maxUnavailable: 1)",
  })),
  ...["NodePort", "LoadBalancer"].map((type) => ({
    when: `a ${type}`,
    bad: service({ type }),
    says: "outside-addresses: make the Service a ClusterIP and give it a route",
  })),
  {
    when: "addresses of others",
    bad: service({ externalIPs: ["192.0.2.1"] }),
    says: "outside-addresses: leave externalIPs out",
  },
  {
    when: "a mesh that takes plain text",
    bad: peers({ mtls: { mode: "PERMISSIVE" } }),
    says: "strict-mesh: set mtls.mode: STRICT",
  },
  {
    when: "a port that takes plain text",
    bad: peers({
      selector: { matchLabels: { app: "bad" } },
      mtls: { mode: "STRICT" },
      portLevelMtls: { "8000": { mode: "PERMISSIVE" } },
    }),
    says: "strict-mesh: leave portLevelMtls out",
  },
  {
    when: "a wildcard in a Role",
    bad: () => role("Role", ["*"]),
    says: "least-privilege: name verbs, resources and groups",
  },
  {
    when: "a ClusterRole of a platform",
    bad: () => role("ClusterRole", ["get"], { "app.kubernetes.io/part-of": "cancer" }),
    says: "least-privilege: give a platform a Role",
  },
  {
    when: "a namespace that leaves the guardrails",
    bad: namespace("app.kubernetes.io/managed-by", "me"),
    says: "labelled: leave the label app.kubernetes.io/managed-by: quint",
  },
  {
    when: "a namespace that leaves the mesh",
    bad: namespace("istio-injection", "disabled"),
    says: "exempt-namespaces: leave the namespace in the mesh",
  },
  {
    when: "a namespace that is not restricted",
    bad: namespace("pod-security.kubernetes.io/enforce", "privileged"),
    says: "exempt-namespaces: leave the namespace restricted",
  },
];
