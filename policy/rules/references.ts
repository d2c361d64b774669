/** Rules on how objects refer to each other: a name that nothing carries fails only at night. */
import { nameOf, selects, type KubernetesObject } from "../object.ts";
import { violationsOf, type Rule, type Violation } from "../rule.ts";
import { leadsSomewhere } from "../services.ts";
import { containersOf, workloadsIn, type Workload } from "../workloads.ts";

/** What everything that an object refers to is looked up in. */
class Index {
  private readonly names: ReadonlySet<string>;

  constructor(objects: readonly KubernetesObject[]) {
    this.names = new Set(
      objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`),
    );
  }

  has(kind: string, namespace: string | undefined, name: string): boolean {
    return this.names.has(`${kind} ${namespace ?? ""}/${name}`);
  }
}

export const podReferences: Rule = {
  name: "pod-references",
  description:
    "Whatever a pod mounts or reads exists: claims, ConfigMaps, Secrets and their keys, its ServiceAccount.",
  check: (objects, { secrets }) => {
    const index = new Index(objects);
    return workloadsIn(objects).flatMap((workload) => {
      const { namespace } = workload.object.metadata;
      const missing = (kind: string, name: string | undefined) =>
        name !== undefined && !index.has(kind, namespace, name)
          ? [`refers to ${kind} ${name}, which nothing makes`]
          : [];
      const missingSecret = (name: string | undefined, key?: string) => {
        if (name === undefined) {
          return [];
        }
        const keys = secrets.get(`${namespace ?? ""}/${name}`) ?? keysByOperator(objects, namespace, name);
        if (keys === undefined) {
          return [`refers to Secret ${name}, which nothing makes`];
        }
        return key === undefined || keys.includes(key)
          ? []
          : [`refers to key ${key} of Secret ${name}, which has none such`];
      };
      const { pod } = workload;
      const volumes = new Set((pod.volumes ?? []).map(({ name }) => name));
      const reasons = [
        ...missing("ServiceAccount", pod.serviceAccountName),
        ...(pod.volumes ?? []).flatMap((volume) => [
          ...missing("ConfigMap", volume.configMap?.name),
          ...missing("PersistentVolumeClaim", volume.persistentVolumeClaim?.claimName),
          ...missingSecret(volume.secret?.secretName),
        ]),
        ...containersOf(pod).flatMap((container) => [
          ...(container.volumeMounts ?? []).flatMap(({ name }) =>
            volumes.has(name) ? [] : [`mounts the volume ${name}, which the pod does not have`],
          ),
          ...(container.envFrom ?? []).flatMap((source) => [
            ...missing("ConfigMap", source.configMapRef?.name),
            ...missingSecret(source.secretRef?.name),
          ]),
          ...(container.env ?? []).flatMap(({ valueFrom }) => [
            ...missing("ConfigMap", valueFrom?.configMapKeyRef?.name),
            ...missingSecret(valueFrom?.secretKeyRef?.name, valueFrom?.secretKeyRef?.key),
          ]),
        ]),
      ];
      return reasons.map((reason) => ({ object: nameOf(workload.object), reason }));
    });
  },
};

interface ExternalSecretSpec {
  readonly target: {
    readonly name: string;
    readonly template?: { readonly data: Readonly<Record<string, string>> };
  };
  readonly data: readonly { readonly secretKey: string }[];
}

interface SealedSecretSpec {
  readonly encryptedData: Readonly<Record<string, string>>;
  readonly template?: { readonly data?: Readonly<Record<string, string>> };
}

/**
 * Keys of a Secret that an operator makes for one of the objects: the brokers' authority of a Kafka, a store's values,
 * what was sealed.
 */
function keysByOperator(
  objects: readonly KubernetesObject[],
  namespace: string | undefined,
  secret: string,
): readonly string[] | undefined {
  const here = objects.filter(({ metadata }) => metadata.namespace === namespace);
  if (here.some(({ kind, metadata }) => kind === "Kafka" && secret === `${metadata.name}-cluster-ca-cert`)) {
    return ["ca.crt", "ca.p12", "ca.password"];
  }
  const sealed = here.find(({ kind, metadata }) => kind === "SealedSecret" && metadata.name === secret);
  if (sealed !== undefined) {
    const { encryptedData, template } = sealed.spec as SealedSecretSpec;
    return Object.keys({ ...encryptedData, ...template?.data });
  }
  return here
    .filter(({ kind }) => kind === "ExternalSecret")
    .map(({ spec }) => spec as ExternalSecretSpec)
    .filter(({ target }) => target.name === secret)
    .map(({ target, data }) =>
      target.template === undefined
        ? data.map(({ secretKey }) => secretKey)
        : Object.keys(target.template.data),
    )[0];
}

interface ServiceSpec {
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly targetPort?: string | number }[];
}

const services: Rule = {
  name: "services",
  description: "A Service selects pods of exactly one workload, and its target ports are ports of theirs.",
  check: (objects) =>
    objects
      .filter(({ kind, apiVersion }) => kind === "Service" && apiVersion === "v1")
      .flatMap((service): Violation[] => {
        const spec = service.spec as ServiceSpec;
        if (spec.selector === undefined || isOfChart(service)) {
          return [];
        }
        const selected = selectedBy(spec.selector, service, objects);
        if (selected.length !== 1) {
          const names = selected.map(({ object }) => nameOf(object)).join(", ") || "none";
          return [
            {
              object: nameOf(service),
              reason: `selects the pods of ${selected.length} workloads (${names})`,
            },
          ];
        }
        const ports = selected.flatMap(({ pod }) =>
          pod.containers.flatMap((container) => container.ports ?? []),
        );
        return spec.ports
          .filter(
            ({ targetPort }) =>
              !ports.some((port) => port.name === targetPort || port.containerPort === targetPort),
          )
          .map(({ targetPort }) => ({
            object: nameOf(service),
            reason: `leads to port ${String(targetPort)}, which its pods do not open`,
          }));
      }),
};

interface RouteSpec {
  readonly http?: readonly {
    readonly delegate?: { readonly name: string; readonly namespace: string };
    readonly route?: readonly {
      readonly destination: { readonly host: string; readonly port?: { readonly number: number } };
    }[];
  }[];
}

const routes: Rule = {
  name: "routes",
  description:
    "A route leads to a Service that exists, on a port that it has, or to another route that does.",
  check: (objects) => {
    const all = objects.filter(({ kind }) => kind === "VirtualService");
    return all.flatMap((route) =>
      ((route.spec as RouteSpec).http ?? []).flatMap(({ delegate, route: destinations = [] }) =>
        violationsOf(route, [
          delegate !== undefined &&
            !all.some(
              ({ metadata }) => metadata.name === delegate.name && metadata.namespace === delegate.namespace,
            ) &&
            `delegates to ${delegate.namespace}/${delegate.name}, which does not exist`,
          ...destinations.map(
            ({ destination }) =>
              !leadsSomewhere(destination.host, destination.port?.number, objects) &&
              `leads to ${destination.host}, which no Service answers on that port`,
          ),
        ]),
      ),
    );
  },
};

interface MonitorSpec {
  readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly endpoints: readonly { readonly port?: string }[];
}

/** Kinds that name pods. */
const selectors: readonly string[] = [
  "NetworkPolicy",
  "PodDisruptionBudget",
  "PeerAuthentication",
  "AuthorizationPolicy",
];

const policies: Rule = {
  name: "policy-selectors",
  description:
    "A NetworkPolicy, a budget or a monitor that names pods selects some: a misspelt label protects nothing.",
  check: (objects) => [
    ...objects
      .filter(({ kind }) => selectors.includes(kind))
      .flatMap((policy) => {
        const spec = policy.spec as Record<
          string,
          { readonly matchLabels?: Readonly<Record<string, string>> } | undefined
        >;
        const labels = (spec.podSelector ?? spec.selector)?.matchLabels;
        return labels === undefined || isOfChart(policy) || selectedBy(labels, policy, objects).length > 0
          ? []
          : [{ object: nameOf(policy), reason: `selects no pod (${JSON.stringify(labels)})` }];
      }),
    ...objects
      .filter(({ kind }) => kind === "ServiceMonitor")
      .flatMap((monitor) => scrapes(monitor, objects)),
  ],
};

/** A chart's pods are not among the objects; the component says of which chart they are. */
function isOfChart({ metadata }: KubernetesObject): boolean {
  return metadata.labels?.["quint.dev/pods-of-chart"] !== undefined;
}

/** A ServiceMonitor selects Services, and names ports of theirs; through two of them it scrapes each pod twice. */
function scrapes(monitor: KubernetesObject, objects: readonly KubernetesObject[]): readonly Violation[] {
  const { selector, endpoints } = monitor.spec as MonitorSpec;
  const ports = objects
    .filter(
      ({ kind, metadata }) =>
        kind === "Service" &&
        metadata.namespace === monitor.metadata.namespace &&
        selects(selector.matchLabels, metadata.labels),
    )
    .flatMap(({ spec }) => (spec as { readonly ports: readonly { readonly name?: string }[] }).ports);
  return endpoints.flatMap(({ port }) => {
    const found = ports.filter(({ name }) => name === port).length;
    return found === 1
      ? []
      : [
          {
            object: nameOf(monitor),
            reason: `scrapes the port ${port ?? "(none)"}, which ${found} of the Services that it selects have`,
          },
        ];
  });
}

function selectedBy(
  selector: Readonly<Record<string, string>>,
  by: KubernetesObject,
  objects: readonly KubernetesObject[],
): readonly Workload[] {
  return workloadsIn(objects).filter(
    (workload) =>
      workload.object.metadata.namespace === by.metadata.namespace && selects(selector, workload.labels),
  );
}

export const referenceRules: readonly Rule[] = [podReferences, services, routes, policies];
