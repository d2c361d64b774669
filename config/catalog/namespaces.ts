/**
 * The namespaces that are exempt from a rule which holds everywhere else: that pods are injected with the mesh's sidecar
 * and so take connections with its certificates alone (STRICT), and that pod security is `restricted`. Components take
 * a namespace's level from this table and the invariants read it; nothing else is exempt.
 */
import { nodeAgentNamespace } from "./charts/observability.ts";

export interface NamespaceExemption {
  /** Who makes it. */
  readonly owner: "cluster" | "foundation";
  /** Why its pods have no sidecar, and take connections without a certificate of the mesh. */
  readonly outsideMesh: string;
  /** Why its pods may do what `restricted` refuses; left out where they may not. */
  readonly privileged?: string;
}

const operator =
  "the API server calls its webhook and Prometheus its metrics, both from outside the mesh; TLS of its own and NetworkPolicy";

const exemptNamespaces = {
  "kube-system": {
    owner: "cluster",
    outsideMesh: "the cluster's own: the mesh needs it to start",
    privileged:
      "Calico's agent writes each node's packet filter; kube-proxy and storage drivers are the cluster's",
  },
  "istio-system": {
    owner: "foundation",
    outsideMesh: "istiod is the mesh's own authority: proxies reach it by its own TLS",
  },
  "istio-cni": {
    owner: "foundation",
    privileged: "it writes the node's CNI configuration and enters pods' network namespaces",
    outsideMesh: "it prepares the mesh on a node before any sidecar runs",
  },
  "istio-ingress": {
    owner: "foundation",
    outsideMesh: "the gateway is a proxy itself: it takes the world's connections and opens the mesh's",
  },
  "cert-manager": { owner: "foundation", outsideMesh: operator },
  "metrics-server": {
    owner: "foundation",
    outsideMesh: "the API server calls it by TLS, and it calls kubelets",
  },
  "external-secrets": { owner: "foundation", outsideMesh: operator },
  "sealed-secrets": { owner: "foundation", outsideMesh: operator },
  "platform-monitoring": {
    owner: "foundation",
    outsideMesh:
      "it scrapes and collects from inside and outside the mesh; Prometheus alone has a proxy, which only writes certificates",
  },
  [nodeAgentNamespace]: {
    owner: "foundation",
    privileged: "node exporter shares the node's network, the log collector reads /var/log of the node",
    outsideMesh: "pods on the node's own network have no sidecar",
  },
  argocd: {
    owner: "foundation",
    outsideMesh: "it must work while the mesh is broken: it is what mends it; its parts speak TLS",
  },
  "argo-rollouts": {
    owner: "foundation",
    outsideMesh: "it calls the API server and Prometheus alone, and takes no traffic",
  },
  velero: {
    owner: "foundation",
    privileged: "the node agent, which must live beside its server, reads pods' volumes on the node",
    outsideMesh: "it calls the API server and the object store alone",
  },
  "cnpg-system": { owner: "foundation", outsideMesh: operator },
  strimzi: { owner: "foundation", outsideMesh: operator },
  "rabbitmq-system": { owner: "foundation", outsideMesh: operator },
  "spark-operator": { owner: "foundation", outsideMesh: operator },
  keda: { owner: "foundation", outsideMesh: operator },
} as const satisfies Record<string, NamespaceExemption>;

export type ExemptNamespace = keyof typeof exemptNamespaces;

/** The table without its literal types, by name. */
export const namespaceExemptions: ReadonlyMap<string, NamespaceExemption> = new Map(
  Object.entries(exemptNamespaces),
);

/** The names of the foundation's namespaces. */
export const foundationNamespaceNames = (Object.keys(exemptNamespaces) as ExemptNamespace[]).filter(
  (name) => exemptNamespaces[name].owner === "foundation",
);
