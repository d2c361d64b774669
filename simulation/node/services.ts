/**
 * Services of real pods answer on this machine: NodePorts on 127.0.0.1, LoadBalancers there too. Behind both is
 * kube-proxy on the node's end of the link. Services whose pods are all simulated are left alone.
 */
import type { ApiClient, ApiObject } from "../api/client.ts";
import { codeOf } from "../problem.ts";
import { realNodeName } from "./addresses.ts";
import { forward, type Forwarding } from "./forward.ts";
import type { NodeLink } from "./link.ts";

interface ServicePort {
  readonly port: number;
  readonly nodePort?: number;
  readonly protocol?: string;
}

interface Listener {
  readonly host: string;
  readonly port: number;
  readonly nodePort: number;
}

const loopback = "127.0.0.1";
const key = ({ metadata }: ApiObject): string => `${metadata.namespace ?? ""}/${metadata.name}`;

/** Ports of this machine that lead to Services, kept in line with the cluster. */
export class PublishedServices {
  readonly #client: ApiClient;
  readonly #link: NodeLink;
  readonly #report: (line: string) => void;
  /** By Service, then by `host:port`. */
  readonly #open = new Map<string, Map<string, Forwarding>>();
  /** Listeners that could not be opened, with the reason: said once, tried again. */
  readonly #refused = new Map<string, string>();

  constructor(client: ApiClient, link: NodeLink, report: (line: string) => void) {
    this.#client = client;
    this.#link = link;
    this.#report = report;
  }

  /** What stands in the way of publishing, for `status`. */
  get problems(): string[] {
    return [...this.#refused.values()];
  }

  async sync(): Promise<void> {
    const [services, slices] = await Promise.all([
      this.#client.list("/api/v1/services?resourceVersion=0"),
      this.#client.list("/apis/discovery.k8s.io/v1/endpointslices?resourceVersion=0"),
    ]);
    const real = servicesOfRealPods(slices);
    const outward = services.filter((service) => ["NodePort", "LoadBalancer"].includes(typeOf(service)));
    const names = new Set(outward.map(key));
    for (const gone of [...this.#open.keys()].filter((name) => !names.has(name))) this.#closeService(gone);
    for (const service of outward) {
      // A Service whose pods are just being replaced keeps its ports.
      if (real.has(key(service)) || this.#open.has(key(service))) await this.#publish(service);
    }
  }

  close(): void {
    for (const name of [...this.#open.keys()]) this.#closeService(name);
  }

  async #publish(service: ApiObject): Promise<void> {
    const name = key(service);
    const ports = portsOf(service);
    const wanted: Listener[] = ports.map(({ nodePort }) => ({ host: loopback, port: nodePort, nodePort }));
    if (typeOf(service) === "LoadBalancer") {
      const host = await this.#balance(service, ports);
      if (host !== undefined) wanted.push(...ports.map(({ port, nodePort }) => ({ host, port, nodePort })));
    }
    const open = this.#open.get(name) ?? new Map<string, Forwarding>();
    this.#open.set(name, open);
    const keys = new Set(wanted.map(({ host, port }) => `${host}:${port}`));
    for (const [at, forwarding] of [...open].filter(([one]) => !keys.has(one))) {
      forwarding.close();
      open.delete(at);
    }
    for (const listener of wanted) await this.#listen(name, listener);
  }

  async #listen(service: string, { host, port, nodePort }: Listener): Promise<boolean> {
    const open = this.#open.get(service) ?? new Map<string, Forwarding>();
    this.#open.set(service, open);
    const at = `${host}:${port}`;
    if (open.has(at)) return true;
    try {
      open.set(at, await forward({ host, port }, () => ({ host: this.#link.node, port: nodePort })));
      this.#refused.delete(at);
      this.#report(`${service} answers on ${at}.`);
      return true;
    } catch (error) {
      const reason =
        codeOf(error) === "EADDRINUSE"
          ? "another program listens there (another clone's cluster?): stop it, and it is tried again"
          : `it cannot be listened on (${codeOf(error) ?? String(error)})`;
      const problem = `${service} does not answer on ${at}: ${reason}.`;
      if (this.#refused.get(at) !== problem) this.#report(problem);
      this.#refused.set(at, problem);
      return false;
    }
  }

  /**
   * The balancer's address: 127.0.0.1 where its ports are free there, else a loopback address of the Service's own
   * (127.96.x.y, with the last two octets of its cluster address), so that a second one on port 80 answers too.
   */
  async #balance(service: ApiObject, ports: readonly Required<ServicePort>[]): Promise<string | undefined> {
    const { clusterIP = "" } = service.spec as { clusterIP?: string };
    const own = `127.96.${clusterIP.split(".").slice(2).join(".")}`;
    for (const host of [loopback, own]) {
      const results: boolean[] = [];
      for (const { port, nodePort } of ports)
        results.push(await this.#listen(key(service), { host, port, nodePort }));
      if (!results.every(Boolean)) {
        for (const { port } of ports) this.#closeListener(key(service), `${host}:${port}`);
        continue;
      }
      for (const { port } of ports) this.#refused.delete(`${loopback}:${port}`);
      if (addressOf(service) !== host) {
        const { namespace, name } = service.metadata;
        await this.#client.mergePatch(`/api/v1/namespaces/${namespace ?? ""}/services/${name}/status`, {
          // `Proxy`: kube-proxy must not take the address for one of the cluster's.
          status: { loadBalancer: { ingress: [{ ip: host, ipMode: "Proxy" }] } },
        });
      }
      return host;
    }
    return undefined;
  }

  #closeListener(service: string, at: string): void {
    this.#open.get(service)?.get(at)?.close();
    this.#open.get(service)?.delete(at);
  }

  #closeService(name: string): void {
    for (const forwarding of this.#open.get(name)?.values() ?? []) forwarding.close();
    this.#open.delete(name);
  }
}

function typeOf(service: ApiObject): string {
  return (service.spec as { type?: string } | undefined)?.type ?? "ClusterIP";
}

function addressOf(service: ApiObject): string | undefined {
  const status = service.status as { loadBalancer?: { ingress?: { ip?: string }[] } } | undefined;
  return status?.loadBalancer?.ingress?.[0]?.ip;
}

/** TCP ports that have a port on the node. */
function portsOf(service: ApiObject): Required<ServicePort>[] {
  const { ports = [] } = service.spec as { ports?: readonly ServicePort[] };
  return ports.flatMap(({ port, nodePort, protocol = "TCP" }) =>
    nodePort !== undefined && protocol === "TCP" ? [{ port, nodePort, protocol }] : [],
  );
}

/** Names (`namespace/name`) of Services that have an endpoint on the real node. */
export function servicesOfRealPods(slices: readonly ApiObject[]): Set<string> {
  return new Set(
    slices
      .filter((slice) =>
        ((slice.endpoints as { nodeName?: string }[] | null | undefined) ?? []).some(
          ({ nodeName }) => nodeName === realNodeName,
        ),
      )
      .map(
        ({ metadata }) =>
          `${metadata.namespace ?? ""}/${metadata.labels?.["kubernetes.io/service-name"] ?? ""}`,
      ),
  );
}
