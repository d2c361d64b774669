/** HTTP to a Service inside of the cluster, through the API server's proxy: no port needs to be open. */
import { request, type RequestOptions } from "node:https";
import { text } from "node:stream/consumers";
import type { ClusterAccess } from "./access.ts";

export interface ServiceAddress {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly body: string;
  /** Whether the API server answered in place of the service, because it could not reach it. */
  readonly unreached: boolean;
}

/** Gets a path of a Service. */
export type ThroughApi = (address: ServiceAddress, path: string) => Promise<ServiceAnswer>;

/** A service that takes longer to answer than this, in milliseconds, does not. */
const patience = 10_000;

export async function throughApi({ kubeconfig, context }: ClusterAccess): Promise<ThroughApi> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  config.setCurrentContext(context);
  const server = config.getCurrentCluster()?.server ?? "";
  return async ({ namespace, service, port }, path) => {
    const options: RequestOptions = { timeout: patience };
    await config.applyToHTTPSOptions(options);
    const url = `${server}/api/v1/namespaces/${namespace}/services/${service}:${port}/proxy${path}`;
    return await new Promise<ServiceAnswer>((resolve, reject) => {
      const asking = request(url, options, (response) => {
        text(response).then((body) => {
          const status = response.statusCode ?? 0;
          resolve({ status, body, unreached: status >= 500 && isStatus(body) });
        }, reject);
      });
      asking.on("timeout", () => asking.destroy(new Error(`no answer within ${patience / 1000} s`)));
      asking.on("error", reject);
      asking.end();
    });
  };
}

/** What the API server itself says is an object of kind Status. */
function isStatus(body: string): boolean {
  try {
    return (JSON.parse(body) as { kind?: unknown }).kind === "Status";
  } catch {
    return false;
  }
}
