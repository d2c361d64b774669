/** A cluster that answers by heart, and objects as its API server sends them. */
import type { Client } from "../../../automation/cluster/access.ts";

/** Objects as the API server sends them. */
export type Plain = Readonly<Record<string, unknown>>;

export const managed = { "app.kubernetes.io/managed-by": "quint", "app.kubernetes.io/part-of": "cancer" };

export function deployment(name: string, status: Plain | undefined, replicas = 2): Plain {
  return {
    metadata: {
      name,
      namespace: "cancer-mlops",
      generation: 3,
      labels: { ...managed, "app.kubernetes.io/name": name },
    },
    spec: {
      replicas,
      selector: {},
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [
            { name, image: `example.com/${name}:1` },
            { name: "istio-proxy", image: "proxy:1" },
          ],
        },
      },
    },
    ...(status === undefined ? {} : { status }),
  };
}

export function service(name: string, app: string, spec: Plain, status?: Plain): Plain {
  return {
    metadata: { name, namespace: "cancer-mlops", labels: managed },
    spec: { selector: { app }, ...spec },
    ...(status === undefined ? {} : { status }),
  };
}

/** A cluster with these objects. */
export function cluster(over: {
  deployments?: Plain[];
  autoscalers?: Plain[];
  services?: Plain[];
  pods?: Plain[];
  custom?: Readonly<Record<string, unknown[]>>;
  claims?: unknown[];
  quotas?: unknown[];
  secrets?: unknown[];
  events?: unknown[];
  namespaces?: readonly string[];
}): Client {
  const items = (list: unknown) => () => Promise.resolve({ items: list ?? [] });
  const missing = Object.assign(new Error("404"), { code: 404 });
  return {
    apps: {
      listDeploymentForAllNamespaces: items(over.deployments),
      listStatefulSetForAllNamespaces: items([]),
      listDaemonSetForAllNamespaces: items([]),
    },
    autoscaling: { listHorizontalPodAutoscalerForAllNamespaces: items(over.autoscalers) },
    core: {
      listServiceForAllNamespaces: items(over.services),
      listPodForAllNamespaces: items(over.pods),
      listPersistentVolumeClaimForAllNamespaces: items(over.claims),
      listResourceQuotaForAllNamespaces: items(over.quotas),
      listEventForAllNamespaces: items(over.events),
      listSecretForAllNamespaces: items(over.secrets),
      readNamespace: ({ name }: { name: string }) =>
        over.namespaces?.includes(name) === true
          ? Promise.resolve({ metadata: { name } })
          : Promise.reject(missing),
      readNamespacedSecret: ({ name }: { name: string }) => {
        const found = (over.secrets as { metadata: { name: string } }[]).find(
          (secret) => secret.metadata.name === name,
        );
        return found === undefined ? Promise.reject(missing) : Promise.resolve(found);
      },
    },
    custom: {
      listCustomObjectForAllNamespaces: ({ resourcePlural }: { resourcePlural: string }) => {
        const list = over.custom?.[resourcePlural];
        return list === undefined ? Promise.reject(missing) : Promise.resolve({ items: list });
      },
    },
  } as unknown as Client;
}

export const healthy = { observedGeneration: 3, replicas: 2, updatedReplicas: 2, readyReplicas: 2 };
