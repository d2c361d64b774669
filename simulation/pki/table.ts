/** Every certificate of a simulated cluster, as one table. */
import type { LeafRequest } from "./certificates.ts";

/** Addresses that Services get. /16, so that a Service's last two octets are its own (see the LoadBalancer Stage). */
export const serviceNetwork = "10.96.0.0/16";
/** The `kubernetes` Service: the first address of that network. */
const kubernetesServiceAddress = "10.96.0.1";

export const authorities = {
  "cluster-ca": "quint-cluster-ca",
  "etcd-ca": "quint-etcd-ca",
  "front-proxy-ca": "quint-front-proxy-ca",
} as const;
export type AuthorityName = keyof typeof authorities;

/** A certificate of the table. */
export interface Leaf extends LeafRequest {
  readonly authority: AuthorityName;
}

const loopback = ["127.0.0.1", "localhost"];

export const leaves = {
  apiserver: {
    authority: "cluster-ca",
    commonName: "kube-apiserver",
    use: ["server"],
    hosts: [
      ...loopback,
      "kubernetes",
      "kubernetes.default",
      "kubernetes.default.svc",
      "kubernetes.default.svc.cluster.local",
      kubernetesServiceAddress,
    ],
  },
  admin: {
    authority: "cluster-ca",
    commonName: "quint-admin",
    organisation: "system:masters",
    use: ["client"],
  },
  "controller-manager": {
    authority: "cluster-ca",
    commonName: "system:kube-controller-manager",
    use: ["client"],
  },
  scheduler: { authority: "cluster-ca", commonName: "system:kube-scheduler", use: ["client"] },
  // system:masters is exempt from priority and fairness: a storm of pods must not starve the nodes' heartbeats,
  // or every node is NotReady after 50 s.
  kwok: {
    authority: "cluster-ca",
    commonName: "quint-kwok",
    organisation: "system:masters",
    use: ["client"],
  },
  // What its chart would let it do is the chart's business: here it may do all.
  "rollouts-controller": {
    authority: "cluster-ca",
    commonName: "quint-rollouts-controller",
    organisation: "system:masters",
    use: ["client"],
  },
  etcd: { authority: "etcd-ca", commonName: "etcd", use: ["server", "client"], hosts: loopback },
  "etcd-client": { authority: "etcd-ca", commonName: "kube-apiserver-etcd-client", use: ["client"] },
  "front-proxy-client": { authority: "front-proxy-ca", commonName: "front-proxy-client", use: ["client"] },
} as const satisfies Record<string, Leaf>;
export type LeafName = keyof typeof leaves;
