/**
 * The resource metrics API, for a cluster whose containers use nothing: every pod uses the same share of what a test
 * says. It answers on loopback, to which an ExternalName Service leads.
 */
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { KubernetesObject } from "@kubernetes/client-node";
import type { Client } from "../../../automation/cluster/access.ts";
import type { ClusterFolder } from "../../../simulation/folder.ts";
import { readPair } from "../../../simulation/pki/cluster-pki.ts";

const group = "metrics.k8s.io";
const version = "v1beta1";
const service = { namespace: "kube-system", name: "metrics-server" } as const;
const serviceObject = { apiVersion: "v1", kind: "Service", metadata: service } as const;
const apiService = {
  apiVersion: "apiregistration.k8s.io/v1",
  kind: "APIService",
  metadata: { name: `${version}.${group}` },
} as const;

type Registered = KubernetesObject & { readonly spec: object };

export interface Use {
  readonly cpu: string;
  readonly memory: string;
}

export class ResourceMetrics {
  #use: Use;
  #server: Server | undefined;
  #client: Client | undefined;

  /** @param use of each container, whatever it is called. */
  constructor(use: Use) {
    this.#use = use;
  }

  /** What each container uses from now on. */
  uses(use: Use): void {
    this.#use = use;
  }

  async start(client: Client, paths: ClusterFolder): Promise<void> {
    const pair = readPair(paths.pkiFolder, "apiserver");
    const server = createServer({ cert: pair?.certificate, key: pair?.key }, (request, response) => {
      void answer(client, request.url ?? "", this.#use).then(
        (metrics) => {
          response.setHeader("Content-Type", "application/json");
          response.end(JSON.stringify(metrics));
        },
        // The API server is on its way down: nobody asks again.
        () => response.writeHead(503).end(),
      );
    });
    [this.#server, this.#client] = [server, client];
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const outside = { type: "ExternalName", externalName: "localhost", ports: [{ port }] };
    await client.objects.create<Registered>({ ...serviceObject, spec: outside });
    const spec = {
      group,
      version,
      service: { ...service, port },
      insecureSkipTLSVerify: true,
      groupPriorityMinimum: 100,
      versionPriority: 100,
    };
    await client.objects.create<Registered>({ ...apiService, spec });
  }

  /** Takes the API away before whoever answers for it: an API that does not answer holds every namespace's deletion up. */
  async stop(): Promise<void> {
    await this.#client?.objects.delete(apiService).catch(() => undefined);
    await this.#client?.objects.delete(serviceObject).catch(() => undefined);
    this.#server?.close();
    this.#server?.closeAllConnections();
  }
}

async function answer(client: Client, url: string, use: Use): Promise<object> {
  const { pathname, searchParams } = new URL(url, "https://localhost");
  const namespace = /\/namespaces\/([^/]+)\/pods$/.exec(pathname)?.[1];
  if (namespace === undefined) {
    const pods = {
      name: "pods",
      singularName: "",
      namespaced: true,
      kind: "PodMetrics",
      verbs: ["get", "list"],
    };
    return {
      kind: "APIResourceList",
      apiVersion: "v1",
      groupVersion: `${group}/${version}`,
      resources: [pods],
    };
  }
  const labelSelector = searchParams.get("labelSelector") ?? "";
  const { items } = await client.core.listNamespacedPod({ namespace, labelSelector });
  return {
    kind: "PodMetricsList",
    apiVersion: `${group}/${version}`,
    metadata: {},
    items: items.map(({ metadata, spec }) => ({
      metadata: { name: metadata?.name, namespace, labels: metadata?.labels },
      timestamp: new Date().toISOString(),
      window: "30s",
      containers: (spec?.containers ?? []).map(({ name }) => ({ name, usage: { ...use } })),
    })),
  };
}
