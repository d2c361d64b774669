/**
 * The namespaces of the foundation: which pod security level each enforces and why it is not `restricted`, and why its
 * pods are outside the mesh. Invariants read this table; nothing else is exempt.
 */
import { nodeAgentNamespace } from "../../config/catalog/charts/observability.ts";

export interface NamespaceExemption {
  readonly podSecurity: "restricted" | "privileged";
  /** Why not `restricted`. */
  readonly privileged?: string;
  /** Why its pods have no sidecar, and take connections without a certificate of the mesh. */
  readonly outsideMesh: string;
}

const operator =
  "the API server calls its webhook and Prometheus its metrics, both from outside the mesh; TLS of its own and NetworkPolicy";

export const foundationNamespaces = {
  "istio-system": {
    podSecurity: "restricted",
    outsideMesh: "istiod is the mesh's own authority: proxies reach it by its own TLS",
  },
  "istio-cni": {
    podSecurity: "privileged",
    privileged: "it writes the node's CNI configuration and enters pods' network namespaces",
    outsideMesh: "it prepares the mesh on a node before any sidecar runs",
  },
  "istio-ingress": {
    podSecurity: "restricted",
    outsideMesh: "the gateway is a proxy itself: it takes the world's connections and opens the mesh's",
  },
  "cert-manager": { podSecurity: "restricted", outsideMesh: operator },
  "metrics-server": {
    podSecurity: "restricted",
    outsideMesh: "the API server calls it by TLS, and it calls kubelets",
  },
  "external-secrets": { podSecurity: "restricted", outsideMesh: operator },
  "sealed-secrets": { podSecurity: "restricted", outsideMesh: operator },
  "platform-monitoring": {
    podSecurity: "restricted",
    outsideMesh:
      "it scrapes and collects from inside and outside the mesh; Prometheus alone has a proxy, which only writes certificates",
  },
  [nodeAgentNamespace]: {
    podSecurity: "privileged",
    privileged: "node exporter shares the node's network, the log collector reads /var/log of the node",
    outsideMesh: "pods on the node's own network have no sidecar",
  },
  argocd: {
    podSecurity: "restricted",
    outsideMesh: "it must work while the mesh is broken: it is what mends it; its parts speak TLS",
  },
  "argo-rollouts": {
    podSecurity: "restricted",
    outsideMesh: "it calls the API server and Prometheus alone, and takes no traffic",
  },
  velero: {
    podSecurity: "privileged",
    privileged: "the node agent, which must live beside its server, reads pods' volumes on the node",
    outsideMesh: "it calls the API server and the object store alone",
  },
  "cnpg-system": { podSecurity: "restricted", outsideMesh: operator },
  strimzi: { podSecurity: "restricted", outsideMesh: operator },
  "rabbitmq-system": { podSecurity: "restricted", outsideMesh: operator },
  "spark-operator": { podSecurity: "restricted", outsideMesh: operator },
  keda: { podSecurity: "restricted", outsideMesh: operator },
} as const satisfies Record<string, NamespaceExemption>;

export type FoundationNamespace = keyof typeof foundationNamespaces;

/** The names of the foundation's namespaces: no platform may take one. */
export const foundationNamespaceNames = Object.keys(foundationNamespaces) as FoundationNamespace[];
