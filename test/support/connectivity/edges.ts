/**
 * Who may talk to whom, as policies say it: each layer by itself, so that one that is loosened or gone is seen though
 * another still holds. A connection is `caller -> namespace/workload:port`.
 */
import { ofKind, selects, type KubernetesObject } from "../../../policy/object.ts";
import { containersOf, workloadsIn } from "../../../policy/workloads.ts";

/** One end of a connection. */
export interface Party {
  readonly name: string;
  /** Nothing for an address outside of the cluster. */
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** ServiceAccount, by which the mesh knows it; nothing where it has no sidecar. */
  readonly account?: string;
  /** Of an address outside of the cluster. */
  readonly address?: string;
  readonly ports: readonly number[];
}

type Labels = Readonly<Record<string, string>>;
interface Selector {
  readonly matchLabels?: Labels;
}
interface Peer {
  readonly namespaceSelector?: Selector;
  readonly podSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string };
}
interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port: number }[];
}
interface NetworkPolicy {
  readonly podSelector: Selector;
  readonly policyTypes: readonly string[];
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}
interface Authorization {
  readonly selector?: Selector;
  readonly action?: string;
  readonly rules?: readonly {
    readonly from?: readonly { readonly source: { readonly principals?: readonly string[] } }[];
    readonly to?: readonly { readonly operation: { readonly ports?: readonly string[] } }[];
  }[];
}
interface PeerAuthentication {
  readonly selector?: Selector;
  readonly mtls?: { readonly mode?: string };
  readonly portLevelMtls?: Readonly<Record<string, { readonly mode?: string }>>;
}

/** The workloads of a stack as parties, those that stand for a chart's pods left out. */
export function partiesIn(objects: readonly KubernetesObject[]): Party[] {
  const injected = injectedIn(objects);
  return workloadsIn(objects)
    .filter(({ labels }) => labels["quint.dev/footprint"] === undefined)
    .map(({ object, labels, pod }) => {
      const namespace = object.metadata.namespace ?? "default";
      return {
        name: `${namespace}/${object.metadata.name}`,
        namespace,
        labels,
        ...(injected.has(namespace) && pod.serviceAccountName !== undefined
          ? { account: pod.serviceAccountName }
          : {}),
        ports: containersOf(pod).flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort)),
      };
    });
}

function injectedIn(objects: readonly KubernetesObject[]): ReadonlySet<string> {
  return new Set(
    ofKind(objects, "Namespace")
      .filter(({ metadata }) => metadata.labels?.["istio-injection"] === "enabled")
      .map(({ metadata }) => metadata.name),
  );
}

type Allows = (from: Party, to: Party, port: number) => boolean;

/** Connections that a layer lets through, sorted. */
export function edges(from: readonly Party[], to: readonly Party[], allows: Allows): string[] {
  return to
    .flatMap((target) =>
      target.ports.flatMap((port) =>
        from
          .filter((source) => source.name !== target.name && allows(source, target, port))
          .map((source) => `${source.name} -> ${target.name}:${String(port)}`),
      ),
    )
    .sort();
}

/** What NetworkPolicies let in at the called one's end, or out at the caller's. */
export function networkLayer(objects: readonly KubernetesObject[], end: "ingress" | "egress"): Allows {
  const policies = ofKind(objects, "NetworkPolicy");
  const type = end === "ingress" ? "Ingress" : "Egress";
  return (from, to, port) => {
    const [own, other] = end === "ingress" ? [to, from] : [from, to];
    const binding = policies
      .filter(({ metadata }) => metadata.namespace === own.namespace)
      .map(({ spec }) => spec as NetworkPolicy)
      .filter(({ podSelector, policyTypes }) => {
        return policyTypes.includes(type) && selects(podSelector.matchLabels, own.labels);
      });
    return (
      binding.length === 0 ||
      binding.some((policy) =>
        (policy[end] ?? []).some((rule) => {
          const peers = end === "ingress" ? rule.from : rule.to;
          return (
            (rule.ports === undefined || rule.ports.some((open) => open.port === port)) &&
            (peers === undefined || peers.some((peer) => isPeer(peer, other, own)))
          );
        }),
      )
    );
  };
}

/** An `ipBlock` is for addresses outside of the cluster; a peer without a namespace is of the policy's own. */
function isPeer({ ipBlock, namespaceSelector, podSelector }: Peer, party: Party, own: Party): boolean {
  if (ipBlock !== undefined) return party.address !== undefined && contains(ipBlock.cidr, party.address);
  if (party.namespace === undefined) return false;
  const namespace = { "kubernetes.io/metadata.name": party.namespace };
  const inside =
    namespaceSelector === undefined
      ? party.namespace === own.namespace
      : selects(namespaceSelector.matchLabels, namespace);
  return inside && selects(podSelector?.matchLabels, party.labels);
}

/** Whether a range of IPv4 addresses holds an address. */
function contains(cidr: string, address: string): boolean {
  const [base = "", bits = "32"] = cidr.split("/");
  if (base.includes(":")) return false;
  const number = (text: string) => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(base) / size) === Math.floor(number(address) / size);
}

/** Ports of the sidecar's own metrics, which the mesh does not capture. */
export const sidecarPorts = [15020, 15090] as const;

/** What the mesh lets in: mutual TLS first, then the callers that AuthorizationPolicies name. */
export function meshLayer(objects: readonly KubernetesObject[]): Allows {
  const injected = injectedIn(objects);
  const inNamespace = (kind: string, { labels, namespace }: Party) =>
    ofKind(objects, kind).filter(
      ({ metadata, spec }) =>
        metadata.namespace === namespace &&
        selects((spec as { readonly selector?: Selector }).selector?.matchLabels, labels),
    );
  return (from, to, port) => {
    if (to.namespace === undefined || !injected.has(to.namespace)) return true;
    const opened = inNamespace("PeerAuthentication", to).some(({ spec }) => {
      const { mtls, portLevelMtls } = spec as PeerAuthentication;
      return (portLevelMtls?.[String(port)]?.mode ?? mtls?.mode ?? "STRICT") !== "STRICT";
    });
    if (from.account === undefined && !opened) return false;
    const allowing = inNamespace("AuthorizationPolicy", to)
      .map(({ spec }) => spec as Authorization)
      .filter(({ action }) => (action ?? "ALLOW") === "ALLOW");
    return (
      allowing.length === 0 ||
      allowing.some(({ rules = [] }) =>
        rules.some(({ from: sources, to: operations }) => {
          const principals = sources?.flatMap(({ source }) => source.principals ?? ["*"]);
          const ports = operations?.flatMap(({ operation }) => operation.ports ?? [String(port)]);
          return (
            (ports === undefined || ports.includes(String(port))) &&
            (principals === undefined || principals.some((principal) => isPrincipal(principal, from)))
          );
        }),
      )
    );
  };
}

function isPrincipal(principal: string, { account, namespace }: Party): boolean {
  if (account === undefined) return false;
  const own = `cluster.local/ns/${namespace ?? ""}/sa/${account}`;
  return principal.endsWith("*") ? own.startsWith(principal.slice(0, -1)) : own === principal;
}
