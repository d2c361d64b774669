/**
 * What may talk to what inside the VCN. Everything else is refused: the default security list is empty, and every
 * machine is in one of these groups. (OKE documentation, "Example Network Resource Configuration", for VCN-native pods;
 * narrowed to ports where that leaves them open.)
 */

export const groups = ["api", "nodes", "pods", "loadBalancers", "fileStorage"] as const;
export type Group = (typeof groups)[number];

/** The other end of a rule: a group, a range of addresses, or Oracle's own services behind the service gateway. */
export type Peer = Group | { readonly cidr: string } | "oracle-services";

export interface SecurityRule {
  /** Unique; part of the resource's name, so that a rule keeps its identity when others come and go. */
  readonly name: string;
  readonly group: Group;
  readonly direction: "INGRESS" | "EGRESS";
  readonly peer: Peer;
  readonly protocol: "tcp" | "udp" | "path-discovery" | "all";
  /** First and last destination port; all of them where left out. */
  readonly ports?: readonly [number, number];
  readonly why: string;
}

const world = { cidr: "0.0.0.0/0" } as const;
const kubernetesApi = [6443, 6443] as const;
/** OKE's own port beside the API server: nodes register there, and pods ask for workload identity tokens. */
const okeApi = [12250, 12250] as const;
const kubelet = [10250, 10250] as const;
const nodePorts = [30000, 32767] as const;
/** Where kube-proxy says whether a node has pods of a Service. */
const nodeHealth = [10256, 10256] as const;

type Half = Omit<SecurityRule, "group" | "direction" | "peer">;

/** A way from one group to another: egress at its start and ingress at its end. */
function way(from: Group, to: Group, { name, ...half }: Half): SecurityRule[] {
  return [
    { ...half, name: `${name}-egress`, group: from, direction: "EGRESS", peer: to },
    { ...half, name: `${name}-ingress`, group: to, direction: "INGRESS", peer: from },
  ];
}

/** Traffic inside a group. */
function within(group: Group, half: Half): SecurityRule[] {
  return way(group, group, half);
}

function egress(group: Group, peer: Peer, half: Half): SecurityRule {
  return { ...half, group, direction: "EGRESS", peer };
}

function ingress(group: Group, peer: Peer, half: Half): SecurityRule {
  return { ...half, group, direction: "INGRESS", peer };
}

/** NFS as File Storage serves it. */
function fileStorageRules(): SecurityRule[] {
  const parts = [
    { name: "portmapper-tcp", protocol: "tcp", ports: [111, 111] },
    { name: "portmapper-udp", protocol: "udp", ports: [111, 111] },
    { name: "nfs-tcp", protocol: "tcp", ports: [2048, 2050] },
    { name: "nfs-udp", protocol: "udp", ports: [2048, 2048] },
  ] as const;
  return parts.flatMap((part) =>
    way("nodes", "fileStorage", { ...part, name: `files-${part.name}`, why: "nodes mount shared volumes" }),
  );
}

/** Machines without a public address: what they need from outside. */
function outwardRules(group: "nodes" | "pods"): SecurityRule[] {
  return [
    egress(group, "oracle-services", {
      name: `${group}-to-oracle-services`,
      protocol: "tcp",
      why: "Oracle's APIs, registry and Object Storage, by the service gateway",
    }),
    ingress(group, world, {
      name: `${group}-world-path-discovery-ingress`,
      protocol: "path-discovery",
      why: "routers report packets that are too large",
    }),
    egress(group, world, {
      name: `${group}-world-path-discovery-egress`,
      protocol: "path-discovery",
      why: "reports packets that are too large",
    }),
  ];
}

/**
 * All rules of a cluster.
 *
 * @param apiCidrs ranges outside the VCN that may reach the API server.
 */
export function securityRules(apiCidrs: readonly string[]): readonly SecurityRule[] {
  return [
    ...way("nodes", "api", {
      name: "nodes-to-api",
      protocol: "tcp",
      ports: kubernetesApi,
      why: "kubelets and kube-proxy",
    }),
    ...way("nodes", "api", { name: "nodes-to-oke", protocol: "tcp", ports: okeApi, why: "nodes register" }),
    ...way("pods", "api", { name: "pods-to-api", protocol: "tcp", ports: kubernetesApi, why: "controllers" }),
    ...way("pods", "api", {
      name: "pods-to-oke",
      protocol: "tcp",
      ports: okeApi,
      why: "workload identity tokens",
    }),
    ...way("api", "nodes", {
      name: "api-to-kubelets",
      protocol: "tcp",
      ports: kubelet,
      why: "logs, exec, metrics",
    }),
    ...way("api", "nodes", { name: "api-path-discovery", protocol: "path-discovery", why: "packet sizes" }),
    ...way("nodes", "api", { name: "nodes-path-discovery", protocol: "path-discovery", why: "packet sizes" }),
    ...way("api", "pods", {
      name: "api-to-webhooks",
      protocol: "tcp",
      why: "admission webhooks and API services",
    }),
    egress("api", "oracle-services", { name: "api-to-oracle-services", protocol: "tcp", why: "OKE itself" }),
    ...apiCidrs.map((cidr) =>
      ingress(
        "api",
        { cidr },
        {
          name: `api-from-${cidr.replaceAll(/[./]/g, "-")}`,
          protocol: "tcp",
          ports: kubernetesApi,
          why: "settings: cluster.api.allowedCidrs",
        },
      ),
    ),
    ...within("nodes", { name: "nodes-to-nodes", protocol: "all", why: "host networking" }),
    ...within("pods", { name: "pods-to-pods", protocol: "all", why: "NetworkPolicies decide" }),
    ...way("nodes", "pods", { name: "nodes-to-pods", protocol: "all", why: "probes, node ports" }),
    ...way("pods", "nodes", { name: "pods-to-nodes", protocol: "all", why: "node agents, DNS on the host" }),
    ...outwardRules("nodes"),
    egress("nodes", world, {
      name: "nodes-to-internet",
      protocol: "tcp",
      ports: [443, 443],
      why: "image registries, by the NAT gateway",
    }),
    ...outwardRules("pods"),
    egress("pods", world, {
      name: "pods-to-internet",
      protocol: "all",
      why: "NetworkPolicies decide; by the NAT gateway",
    }),
    ingress("loadBalancers", world, {
      name: "world-to-http",
      protocol: "tcp",
      ports: [80, 80],
      why: "redirected to HTTPS",
    }),
    ingress("loadBalancers", world, {
      name: "world-to-https",
      protocol: "tcp",
      ports: [443, 443],
      why: "the gateway",
    }),
    ...way("loadBalancers", "nodes", {
      name: "balancers-to-node-ports",
      protocol: "tcp",
      ports: nodePorts,
      why: "the gateway's node ports",
    }),
    ...way("loadBalancers", "nodes", {
      name: "balancers-to-health",
      protocol: "tcp",
      ports: nodeHealth,
      why: "health checks",
    }),
    ...fileStorageRules(),
  ];
}
