/** The configuration files of the node's programs. Every path is as the node sees it. */
import { stringify } from "yaml";
import { apiServerPort, clusterDomain, kubeletPort, realNodeLabel, realPodNetwork } from "./addresses.ts";
import { containerdSocket, insidePath } from "./folder.ts";
import type { NodePlan } from "./plan.ts";

const file = (...rest: readonly string[]): string => insidePath("configuration", ...rest);

/** Every file of the node's `etc/`, by name. */
export function configurationFiles(plan: NodePlan): Readonly<Record<string, string>> {
  return {
    "containerd.toml": containerd(plan),
    "cni/10-quint.conflist": podNetwork(),
    "kubelet.yaml": kubelet(plan),
    "kube-proxy.yaml": kubeProxy(plan),
    Corefile: corefile(plan),
    // The machine's own resolver is out of a pod's reach; the kubelet wants a file to start from.
    "resolv.conf": `nameserver ${plan.link.node}\n`,
  };
}

function containerd({ snapshotter, pauseReference, programs, packages, mayLowerOomScore }: NodePlan): string {
  const text = (value: string): string => JSON.stringify(value);
  return `version = 2
root = ${text(insidePath("containerd"))}
state = "/run/containerd-state"
# Snapshotters of file systems that are not used here; each logs an error at every start.
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing"]

[grpc]
  address = ${text(containerdSocket)}

[plugins."io.containerd.internal.v1.opt"]
  path = "/run/containerd-opt"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${text(pauseReference)}
  restrict_oom_score_adj = ${!mayLowerOomScore}
  # The security module's files are not in the node's /sys.
  disable_apparmor = true
  # Streams of \`exec\` and \`port-forward\`; only the kubelet asks there.
  stream_server_address = "127.0.0.1"

  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = ${text(snapshotter)}
    default_runtime_name = "runc"

    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"

      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = ${text(programs.runc)}
        SystemdCgroup = false

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = ${text(`${packages}/usr/lib/cni`)}
    conf_dir = ${text(file("cni"))}
`;
}

/** Each pod has a link of its own to the node, and everything is routed: no bridge whose traffic would escape kube-proxy's rules. */
function podNetwork(): string {
  const network = {
    cniVersion: "0.4.0",
    name: "quint",
    plugins: [
      {
        type: "ptp",
        ipam: {
          type: "host-local",
          dataDir: "/run/pod-addresses",
          ranges: [[{ subnet: realPodNetwork }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
  return `${JSON.stringify(network, null, 2)}\n`;
}

function kubelet({ link }: NodePlan): string {
  return stringify({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address: link.node,
    port: kubeletPort,
    readOnlyPort: 0,
    healthzPort: 0,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: insidePath("pki", "cluster-ca.crt") },
    },
    authorization: { mode: "Webhook" },
    tlsCertFile: insidePath("pki", "kubelet.crt"),
    tlsPrivateKeyFile: insidePath("pki", "kubelet.key"),
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    clusterDNS: [link.node],
    clusterDomain,
    resolvConf: file("resolv.conf"),
    podLogsDir: insidePath("podLogs"),
    volumePluginDir: insidePath("kubelet", "volume-plugins"),
    registerWithTaints: [{ key: realNodeLabel, value: "real", effect: "NoSchedule" }],
    maxPods: 60,
    failCgroupV1: false,
    failSwapOn: false,
    cgroupDriver: "cgroupfs",
    // No groups for classes of pods: the machine's own groups may not allow them (seen with version 1 in a guest).
    cgroupsPerQOS: false,
    enforceNodeAllocatable: [],
    // The disk belongs to the machine's owner. On a well-filled one the defaults evict pods and delete the pause image.
    evictionHard: {
      "memory.available": "100Mi",
      "nodefs.available": "0%",
      "nodefs.inodesFree": "0%",
      "imagefs.available": "0%",
      "imagefs.inodesFree": "0%",
    },
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    // A volume whose folder is just being made is looked for again this soon.
    syncFrequency: "5s",
    nodeStatusUpdateFrequency: "5s",
    shutdownGracePeriod: "0s",
  });
}

function kubeProxy({ link }: NodePlan): string {
  return stringify({
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    clientConnection: { kubeconfig: insidePath("pki", "kube-proxy.kubeconfig") },
    clusterCIDR: realPodNetwork,
    nodePortAddresses: [`${link.node}/32`],
    healthzBindAddress: "127.0.0.1:10256",
    metricsBindAddress: "127.0.0.1:10249",
    // A namespace that is not the machine's own may not set the size of the machine's table.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
    iptables: { localhostNodePorts: false, minSyncPeriod: "200ms" },
  });
}

/** Names of the cluster are answered; nothing else exists, since pods reach nothing outside the cluster. */
function corefile({ link }: NodePlan): string {
  return `${clusterDomain}:53 in-addr.arpa:53 {
  bind ${link.node}
  errors
  kubernetes ${clusterDomain} in-addr.arpa {
    kubeconfig ${insidePath("pki", "coredns.kubeconfig")}
    pods insecure
    ttl 5
  }
}
.:53 {
  bind ${link.node}
  errors
  template ANY ANY {
    rcode NXDOMAIN
  }
}
`;
}

/** Address at which the node's programs find the API server. */
export function apiServerFor({ link }: Pick<NodePlan, "link">): string {
  return `https://${link.machine}:${apiServerPort}`;
}
