/** Every pod that a stack has for long, as its pages say: what it asks of nodes. */
import type { Architecture, Resources } from "../config/index.ts";
import type { FoundationSpec } from "./model/foundation.ts";
import { amountOf, type DataServiceSpec, type Platform } from "./model/index.ts";

/** Some pods that are all alike. */
export interface Pods {
  readonly name: string;
  readonly namespace: string;
  /** The fewest that run. */
  readonly replicas: number;
  /** The most: what an autoscaler may reach. */
  readonly most: number;
  /** Of one pod, its sidecar included. */
  readonly requests: Amounts;
  readonly limits: Amounts;
  readonly architectures: readonly Architecture[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly everyNode: boolean;
}

/** Cores and bytes. */
export interface Amounts {
  readonly cpu: number;
  readonly memory: number;
}

export function add(one: Amounts, other: Amounts, times = 1): Amounts {
  return { cpu: one.cpu + other.cpu * times, memory: one.memory + other.memory * times };
}

export const nothing: Amounts = { cpu: 0, memory: 0 };

/** Requests or limits of containers that share a pod. */
function sum(shares: readonly Resources[], kind: keyof Resources): Amounts {
  return shares.reduce(
    (total, share) => add(total, { cpu: amountOf(share[kind].cpu), memory: amountOf(share[kind].memory) }),
    nothing,
  );
}

/**
 * Long-running pods of a stack: the foundation's, the platforms' servers and their data services.
 *
 * @param sidecar of the mesh, in namespaces that are injected.
 */
export function podsOf(
  foundation: Pick<FoundationSpec, "addOns">,
  platforms: readonly Platform[],
  sidecar: Resources,
): Pods[] {
  return [
    ...foundation.addOns
      .flatMap(({ releases }) => releases)
      .flatMap(({ pods }) => pods)
      .map((pod) => ({
        name: pod.name,
        namespace: pod.namespace,
        replicas: pod.replicas,
        most: pod.maxReplicas ?? pod.replicas,
        requests: sum(
          pod.containers.map(({ resources }) => resources),
          "requests",
        ),
        limits: sum(
          pod.containers.map(({ resources }) => resources),
          "limits",
        ),
        architectures: pod.architectures,
        nodeSelector: {},
        everyNode: pod.kind === "DaemonSet",
      })),
    ...platforms.flatMap((platform) => podsOfPlatform(platform, sidecar)),
  ];
}

function podsOfPlatform({ applications, namespaces }: Platform, sidecar: Resources): Pods[] {
  return applications.flatMap(({ namespace, workloads, data = [] }) => {
    const injected = namespaces.find(({ name }) => name === namespace)?.injected === true;
    const common = { namespace, everyNode: false };
    return [
      ...workloads.map(({ name, size, architectures, nodeSelector = {} }) => {
        const containers = [size.resources, ...(injected ? [sidecar] : [])];
        return {
          ...common,
          name,
          replicas: size.autoscaling?.min ?? size.replicas,
          most: size.autoscaling?.max ?? size.replicas,
          requests: sum(containers, "requests"),
          limits: sum(containers, "limits"),
          architectures,
          nodeSelector,
        };
      }),
      ...data.flatMap((service) =>
        partsOf(service).map(({ replicas, resources }) => ({
          ...common,
          name: service.name,
          replicas,
          most: replicas,
          requests: sum([resources], "requests"),
          limits: sum([resources], "limits"),
          architectures: ["amd64", "arm64"] as const,
          nodeSelector: {},
        })),
      ),
    ];
  });
}

/** The pods of a data service that are always there. */
function partsOf(
  service: DataServiceSpec,
): readonly { readonly replicas: number; readonly resources: Resources }[] {
  switch (service.kind) {
    case "kafka":
      return [
        service.size.brokers,
        ...(service.size.controllers === undefined ? [] : [service.size.controllers]),
      ];
    case "object-store":
      return [service.size.masters, service.size.volumes, service.size.filers];
    case "spark-application": {
      const { driver, executor, executors } = service.size;
      return [
        { replicas: 1, resources: driver },
        { replicas: executors, resources: executor },
      ];
    }
    case "airflow": {
      const { apiServer, scheduler, dagProcessor, triggerer, worker } = service.size;
      return [apiServer, scheduler, dagProcessor, triggerer, worker];
    }
    default:
      return [service.size];
  }
}
