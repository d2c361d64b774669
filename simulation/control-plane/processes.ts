/** The processes of a cluster in the order they start, with their flags. Everything listens on 127.0.0.1 only. */
import { join } from "node:path";
import type { ClusterFolder } from "../folder.ts";
import { pkiFile } from "../pki/files.ts";
import { type AuthorityName, type LeafName, serviceNetwork } from "../pki/table.ts";
import {
  type ClusterDescription,
  type ControlPlaneProgram,
  type Ports,
  rolloutsController,
} from "./launch.ts";

/** A question over TLS that a healthy process answers with 200. */
export interface HealthQuestion {
  readonly url: string;
  readonly authority: AuthorityName;
  readonly client: LeafName;
}

export interface ProcessDefinition {
  readonly name: string;
  readonly program: string;
  readonly arguments: readonly string[];
  /** Asked until it is answered before the next process starts. Without one, the next starts at once. */
  readonly health?: HealthQuestion;
  /** Asked until it is answered before this one starts, while the others go on without it. */
  readonly after?: HealthQuestion;
  /** Variables beside those that every process has. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Seconds it gets to end after SIGTERM. */
  readonly endsWithin: number;
}

/** Addresses of pods: a /24 for each node gives room for 250 pods on each of 4,096 nodes. */
const podNetwork = "10.128.0.0/12";

/** The kubeconfig of one of the control plane's own programs. */
export function componentKubeconfig(paths: ClusterFolder, user: LeafName): string {
  return join(paths.pkiFolder, `${user}.kubeconfig`);
}

export function processesOf(
  description: Pick<ClusterDescription, "ports" | "programs">,
  paths: ClusterFolder,
): ProcessDefinition[] {
  const { ports } = description;
  const process = (
    name: ControlPlaneProgram,
    endsWithin: number,
    flags: Readonly<Record<string, string>>,
    health?: HealthQuestion,
  ): ProcessDefinition => ({
    name,
    program: description.programs[name],
    arguments: Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
    endsWithin,
    ...(health ? { health } : {}),
  });
  return [
    process("etcd", 5, etcdFlags(paths, ports), {
      url: `https://127.0.0.1:${ports.etcdClient}/health`,
      authority: "etcd-ca",
      client: "etcd-client",
    }),
    process("kube-apiserver", 10, apiServerFlags(paths, ports), {
      url: `https://127.0.0.1:${ports.apiServer}/readyz`,
      authority: "cluster-ca",
      client: "admin",
    }),
    process("kube-controller-manager", 5, controllerManagerFlags(paths)),
    process("kube-scheduler", 5, { config: paths.schedulerConfiguration, "secure-port": "0" }),
    process("kwok", 5, { config: paths.kwokConfiguration, kubeconfig: componentKubeconfig(paths, "kwok") }),
    ...rolloutsProcess(description, paths),
  ];
}

/** Argo Rollouts' controller, as the only one of its kind: it needs no lease, and no namespace to keep one in. */
function rolloutsProcess(
  { ports, programs }: Pick<ClusterDescription, "ports" | "programs">,
  paths: ClusterFolder,
): ProcessDefinition[] {
  const program = programs[rolloutsController];
  if (program === undefined) return [];
  return [
    {
      name: rolloutsController,
      program,
      arguments: [
        `--kubeconfig=${componentKubeconfig(paths, rolloutsController)}`,
        "--leader-elect=false",
        "--istio-api-version=v1",
        // It listens on every address of the machine or, at a port that there is not, nowhere.
        "--metricsPort=-1",
        "--healthzPort=-1",
        "--loglevel=warn",
      ],
      // Where it finds no routes of the mesh when it starts it looks again after ten minutes.
      after: {
        url: `https://127.0.0.1:${ports.apiServer}/apis/networking.istio.io/v1/virtualservices`,
        authority: "cluster-ca",
        client: "admin",
      },
      // Names of the cluster's Services lead nowhere from here. Analyses ask Prometheus alone, by plain HTTP.
      environment: { HTTP_PROXY: `http://127.0.0.1:${ports.prometheus}` },
      endsWithin: 5,
    },
  ];
}

function etcdFlags(paths: ClusterFolder, ports: Ports): Record<string, string> {
  const file = (name: AuthorityName | LeafName, kind: "crt" | "key"): string =>
    pkiFile(paths.pkiFolder, name, kind);
  const client = `https://127.0.0.1:${ports.etcdClient}`;
  const peer = `https://127.0.0.1:${ports.etcdPeer}`;
  return {
    name: "quint",
    "data-dir": paths.etcdFolder,
    "listen-client-urls": client,
    "advertise-client-urls": client,
    "listen-peer-urls": peer,
    "initial-advertise-peer-urls": peer,
    "initial-cluster": `quint=${peer}`,
    "client-cert-auth": "true",
    "trusted-ca-file": file("etcd-ca", "crt"),
    "cert-file": file("etcd", "crt"),
    "key-file": file("etcd", "key"),
    "peer-client-cert-auth": "true",
    "peer-trusted-ca-file": file("etcd-ca", "crt"),
    "peer-cert-file": file("etcd", "crt"),
    "peer-key-file": file("etcd", "key"),
    // The cluster is disposable: a machine's crash may cost it, and a slow disk must not slow it down.
    "unsafe-no-fsync": "true",
    "log-level": "warn",
  };
}

function apiServerFlags(paths: ClusterFolder, ports: Ports): Record<string, string> {
  const file = (name: Parameters<typeof pkiFile>[1], kind: "crt" | "key" | "pub"): string =>
    pkiFile(paths.pkiFolder, name, kind);
  return {
    "bind-address": "127.0.0.1",
    "secure-port": String(ports.apiServer),
    // Endpoints may not be loopback addresses, so the `kubernetes` Service has none: nothing here would use them.
    "advertise-address": "127.0.0.1",
    "endpoint-reconciler-type": "none",
    "etcd-servers": `https://127.0.0.1:${ports.etcdClient}`,
    "etcd-cafile": file("etcd-ca", "crt"),
    "etcd-certfile": file("etcd-client", "crt"),
    "etcd-keyfile": file("etcd-client", "key"),
    "tls-cert-file": file("apiserver", "crt"),
    "tls-private-key-file": file("apiserver", "key"),
    "client-ca-file": file("cluster-ca", "crt"),
    "anonymous-auth": "false",
    "authorization-mode": "Node,RBAC",
    "enable-admission-plugins": "NodeRestriction",
    "service-cluster-ip-range": serviceNetwork,
    "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
    "service-account-key-file": file("service-accounts", "pub"),
    "service-account-signing-key-file": file("service-accounts", "key"),
    "requestheader-client-ca-file": file("front-proxy-ca", "crt"),
    "requestheader-allowed-names": "front-proxy-client",
    "requestheader-username-headers": "X-Remote-User",
    "requestheader-group-headers": "X-Remote-Group",
    "requestheader-extra-headers-prefix": "X-Remote-Extra-",
    "proxy-client-cert-file": file("front-proxy-client", "crt"),
    "proxy-client-key-file": file("front-proxy-client", "key"),
    // For logs and exec on a real node, where there is one; only its kubelet answers.
    "kubelet-client-certificate": file("admin", "crt"),
    "kubelet-client-key": file("admin", "key"),
    "kubelet-certificate-authority": file("cluster-ca", "crt"),
    "kubelet-preferred-address-types": "InternalIP",
    "allow-privileged": "true",
    profiling: "false",
  };
}

function controllerManagerFlags(paths: ClusterFolder): Record<string, string> {
  return {
    kubeconfig: componentKubeconfig(paths, "controller-manager"),
    "use-service-account-credentials": "true",
    "service-account-private-key-file": pkiFile(paths.pkiFolder, "service-accounts", "key"),
    "root-ca-file": pkiFile(paths.pkiFolder, "cluster-ca", "crt"),
    "leader-elect": "false",
    "secure-port": "0",
    "allocate-node-cidrs": "true",
    "cluster-cidr": podNetwork,
    "node-cidr-mask-size": "24",
    "service-cluster-ip-range": serviceNetwork,
    "configure-cloud-routes": "false",
    // With the defaults (20 and 30) 1,000 pods take 50 s to become ready.
    "kube-api-qps": "500",
    "kube-api-burst": "1000",
    profiling: "false",
  };
}
