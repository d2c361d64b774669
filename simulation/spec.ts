/** What a simulated cluster is made from, and what its makers return. */
import type { NodePool } from "../config/schema/cluster.ts";
import type { RealChoice } from "../config/schema/real-choice.ts";

/** Requests or limits of one container, as Kubernetes writes quantities, e.g. `100m` and `128Mi`. */
export interface Quantities {
  readonly cpu: string;
  readonly memory: string;
}

/** The proxy that is injected into pods of namespaces labelled `istio-injection=enabled`. */
export interface SidecarSpec {
  /** Image with tag or digest; it is never pulled, but policies and budgets see it. */
  readonly image: string;
  readonly requests: Quantities;
  readonly limits: Quantities;
}

/** Everything that decides how the simulated cluster of a stack looks. */
export interface SimulatedClusterSpec {
  /** Name of the stack; one cluster a stack. */
  readonly stack: string;
  /** Pools whose shapes the nodes get. */
  readonly nodePools: readonly NodePool[];
  /** Names of the storage classes whose claims bind, by access mode. */
  readonly storageClasses: { readonly readWriteOnce: string; readonly readWriteMany?: string | undefined };
  readonly sidecar: SidecarSpec;
  /** Whether the stack has canaries or blue-greens, so that Argo Rollouts' controller has to run; not without it. */
  readonly rollouts?: boolean;
  /** How much runs for real, on a real node beside the simulated ones; nothing without it. */
  readonly realNode?: Exclude<RealChoice, "none"> | undefined;
  /** Images that the stack names, with their tags: no other one is made for the real node. All without it. */
  readonly images?: readonly string[];
}

/** A real node that is ready for pods. */
export interface RunningNode {
  readonly name: string;
  /** Images that run for real: their references, with the version made here. */
  readonly images: readonly {
    readonly reference: string;
    readonly version: string;
    readonly note?: string | undefined;
  }[];
  /** `true` when it ran already, as it would be started now. */
  readonly attached: boolean;
}

/** A cluster that runs. */
export interface RunningCluster {
  readonly stack: string;
  /** Folder of the cluster: certificates, data, logs, kubeconfig. */
  readonly folder: string;
  /** Kubeconfig (mode 0600) with the administrator's client certificate; context `quint-<stack>`. */
  readonly kubeconfigPath: string;
  readonly context: string;
  /** Address of the API server, e.g. `https://127.0.0.1:20443`. */
  readonly server: string;
  /** Version of the API server, e.g. `v1.36.2`. */
  readonly kubernetesVersion: string;
  /** `true` when the cluster already ran and was only brought in line with the spec. */
  readonly attached: boolean;
  /** The real node; `undefined` where all is simulated. */
  readonly realNode: RunningNode | undefined;
}
