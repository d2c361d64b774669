/**
 * What Calico's node agent runs with beside OCI's own pod networking: it filters packets, and neither gives addresses
 * nor configures interfaces. (OKE documentation, "Installing Calico alongside the OCI VCN-Native Pod Networking CNI
 * plugin", which removes the rest from Calico's policy-only manifest.)
 */
import type * as k8s from "@pulumi/kubernetes";

type DaemonSetSpec = k8s.types.input.apps.v1.DaemonSetSpec;

const labels = { "k8s-app": "calico-node" };

const environment: Readonly<Record<string, string>> = {
  DATASTORE_TYPE: "kubernetes",
  WAIT_FOR_DATASTORE: "true",
  CLUSTER_TYPE: "k8s",
  // No routes, no addresses, no CNI of its own.
  CALICO_NETWORKING_BACKEND: "none",
  CALICO_MANAGE_CNI: "false",
  NO_DEFAULT_POOLS: "true",
  CALICO_DISABLE_FILE_LOGGING: "true",
  FELIX_HEALTHENABLED: "true",
  FELIX_IPV6SUPPORT: "false",
  FELIX_DEFAULTENDPOINTTOHOSTACTION: "ACCEPT",
  // How OCI's plugin calls the interfaces of pods.
  FELIX_INTERFACEPREFIX: "oci",
  // OCI's own rules stay in front, and packets go on to them.
  FELIX_CHAININSERTMODE: "Append",
  FELIX_IPTABLESMANGLEALLOWACTION: "Return",
  // The packet filter of Oracle Linux 8.
  FELIX_IPTABLESBACKEND: "NFT",
};

/** Folders of the host, by the path inside the container. */
const hostFolders = {
  "lib-modules": { path: "/lib/modules", readOnly: true },
  "xtables-lock": { path: "/run/xtables.lock", type: "FileOrCreate" },
  "var-run-calico": { path: "/var/run/calico", type: "DirectoryOrCreate" },
  "var-lib-calico": { path: "/var/lib/calico", type: "DirectoryOrCreate" },
  policysync: { path: "/var/run/nodeagent", type: "DirectoryOrCreate" },
} as const satisfies Record<string, { path: string; type?: string; readOnly?: boolean }>;

function check(argument: string, rest: { initialDelaySeconds?: number; failureThreshold?: number } = {}) {
  return {
    exec: { command: ["/bin/calico-node", argument] },
    periodSeconds: 10,
    timeoutSeconds: 10,
    ...rest,
  };
}

/** The agent on every node, tainted ones included. */
export function calicoNodeSpec(image: string, serviceAccountName: string): DaemonSetSpec {
  return {
    selector: { matchLabels: labels },
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
    template: {
      metadata: { labels },
      spec: {
        serviceAccountName,
        hostNetwork: true,
        nodeSelector: { "kubernetes.io/os": "linux" },
        priorityClassName: "system-node-critical",
        tolerations: [
          { effect: "NoSchedule", operator: "Exists" },
          { effect: "NoExecute", operator: "Exists" },
        ],
        // Rules stay in the kernel while the agent is replaced: the shorter the better.
        terminationGracePeriodSeconds: 0,
        securityContext: { seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            name: "calico-node",
            image,
            env: [
              { name: "NODENAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
              ...Object.entries(environment).map(([name, value]) => ({ name, value })),
            ],
            // It writes the kernel's packet filter.
            securityContext: { privileged: true },
            resources: {
              requests: { cpu: "250m", memory: "128Mi" },
              limits: { cpu: "1", memory: "512Mi" },
            },
            livenessProbe: check("-felix-live", { initialDelaySeconds: 10, failureThreshold: 6 }),
            readinessProbe: check("-felix-ready"),
            lifecycle: { preStop: { exec: { command: ["/bin/calico-node", "-shutdown"] } } },
            volumeMounts: Object.entries(hostFolders).map(([name, folder]) => ({
              name,
              mountPath: folder.path,
              ...("readOnly" in folder ? { readOnly: true } : {}),
            })),
          },
        ],
        volumes: Object.entries(hostFolders).map(([name, folder]) => ({
          name,
          hostPath: { path: folder.path, ...("type" in folder ? { type: folder.type } : {}) },
        })),
      },
    },
  };
}
