/** What kind is told: one control plane, and workers that look like the nodes of the stack's pools. */
import type { KindSettings } from "../../../config/schema/cluster-kind.ts";

export interface KindConfigurationArgs {
  readonly settings: KindSettings;
  /** Folder of this machine that all workers share: where ReadWriteMany volumes are. */
  readonly sharedFolder: string;
}

/** Node ports that the gateway takes: ports of this machine lead to them. */
export const gatewayNodePorts = { http: 30080, https: 30443 };

/** Where workers see the shared folder. */
export const sharedMount = "/var/local/shared";

/** Addresses of Services: kind's default, written down because policies name one of them. */
export const servicesCidr = "10.96.0.0/16";

/** kind's configuration as JSON, which its reader of YAML takes. The same settings always give the same text. */
export function kindConfiguration({ settings, sharedFolder }: KindConfigurationArgs): string {
  const { ports } = settings;
  const image = settings.nodeImage === undefined ? {} : { image: settings.nodeImage };
  const mapping = (hostPort: number, containerPort: number) => ({
    hostPort,
    containerPort,
    // This machine alone: plain HTTP is for whoever sits at it.
    listenAddress: "127.0.0.1",
    protocol: "TCP",
  });
  return JSON.stringify({
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    networking: { apiServerAddress: "127.0.0.1", serviceSubnet: servicesCidr },
    // kubeadm hands one configuration to all kubelets: that of the pool that takes most.
    kubeadmConfigPatches: [
      JSON.stringify({
        kind: "KubeletConfiguration",
        maxPods: Math.max(...settings.nodePools.map(({ maxPods }) => maxPods)),
      }),
    ],
    nodes: [
      {
        role: "control-plane",
        ...image,
        extraPortMappings: [
          mapping(ports.http, gatewayNodePorts.http),
          mapping(ports.https, gatewayNodePorts.https),
        ],
      },
      ...settings.nodePools.flatMap((pool) =>
        Array.from({ length: pool.count }, (_, index) => ({
          role: "worker",
          ...image,
          labels: {
            ...pool.labels,
            "node.kubernetes.io/instance-type": pool.instanceType,
            "topology.kubernetes.io/zone": pool.zones[index % pool.zones.length] ?? "",
          },
          extraMounts: [{ hostPath: sharedFolder, containerPath: sharedMount }],
          ...joined(pool),
        })),
      ),
    ],
  });
}

/** What kubeadm is told when a worker joins. The form of these fields is the same in all its versions. */
function joined({ taints }: KindSettings["nodePools"][number]) {
  if (taints.length === 0) return {};
  const patch = { kind: "JoinConfiguration", nodeRegistration: { taints } };
  return { kubeadmConfigPatches: [JSON.stringify(patch)] };
}
