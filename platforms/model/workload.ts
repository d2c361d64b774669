/** What a platform may say of a workload: plain data, in Kubernetes' own words. */
import type { Architecture, WorkloadSize } from "../../config/index.ts";
import type { ProgressiveSpec } from "./progressive.ts";

export interface Port {
  /**
   * Name of the port; Services, probes and monitors refer to it. Its first word tells the mesh what it carries: `tcp`,
   * `tls`, `grpc` or `https`; anything else is HTTP.
   */
  readonly name: string;
  readonly port: number;
}

export interface HttpProbe {
  readonly path: string;
  /** Name of the port. */
  readonly port: string;
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold?: number;
  /** Host header; left out: the pod's address. For a server that answers only to names it knows. */
  readonly host?: string;
}

export interface Probes {
  readonly startup?: HttpProbe;
  readonly liveness: HttpProbe;
  readonly readiness: HttpProbe;
}

/** A value of the environment: plain text or a key of a Secret. Credentials are never plain text. */
export type EnvironmentValue = string | { readonly secret: string; readonly key: string };

/** What a container sees in its file system. The names are those of the application's claims, configs and secrets. */
export type Mount =
  | { readonly kind: "claim"; readonly claim: string; readonly path: string; readonly readOnly: boolean }
  | { readonly kind: "config"; readonly config: string; readonly path: string }
  | { readonly kind: "secret"; readonly secret: string; readonly path: string }
  /** Scratch space that dies with the pod. */
  | {
      readonly kind: "scratch";
      readonly name: string;
      readonly path: string;
      readonly size: string;
      /** Whether it is a volume of its own, for more than a node's disk holds. */ readonly onVolume?: boolean;
    };

export type ServiceExposure =
  | { readonly type: "ClusterIP"; readonly headless?: boolean }
  | { readonly type: "LoadBalancer" }
  | { readonly type: "NodePort"; readonly nodePort: number };

export interface ServiceSpec {
  readonly name: string;
  /** Port of the Service. */
  readonly port: number;
  /** Name of the container's port behind it. */
  readonly targetPort: string;
  readonly exposure: ServiceExposure;
}

/**
 * Who may open connections to a workload. NetworkPolicies and mesh authorization are made from nothing else, and the
 * connectivity test compares the rendered policies with these declarations.
 */
export type Caller =
  /** Another workload of the platform. */
  | {
      readonly kind: "workload";
      readonly workload: string;
      readonly namespace?: string;
      readonly port: string;
    }
  /** A declared wildcard: every pod of a namespace of the platform. */
  | { readonly kind: "namespace"; readonly namespace: string; readonly port: string }
  /** The ingress gateway. */
  | { readonly kind: "gateway"; readonly port: string }
  /** The cluster's monitoring. */
  | { readonly kind: "monitoring"; readonly port: string }
  /** Anyone who reaches the load balancer or node port. */
  | { readonly kind: "world"; readonly port: string };

/** What a workload calls that is not a workload of its own platform. */
export type Egress =
  | { readonly kind: "api-server" }
  /** The cluster's collector of traces, by OTLP. */
  | { readonly kind: "telemetry" }
  /** A declared wildcard: whatever it likes. */
  | { readonly kind: "everywhere" }
  | { readonly kind: "cidr"; readonly cidr: string; readonly ports: readonly number[] };

export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  /** Names of the objects; left out: all of the kind. */
  readonly names?: readonly string[];
  readonly verbs: readonly string[];
}

/** The identity of a workload. Every workload has one; the token is mounted only where rules need it. */
export interface Identity {
  readonly name: string;
  /** Rules of a Role in the workload's own namespace. */
  readonly rules?: readonly RoleRule[];
}

/** Scraping by the cluster's Prometheus. */
export interface Monitor {
  readonly port: string;
  readonly path: string;
  readonly intervalSeconds: number;
}

export interface Container {
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, EnvironmentValue>>;
  /** ConfigMaps of the application whose keys become environment variables. */
  readonly envFromConfigs?: readonly string[];
  readonly ports: readonly Port[];
  readonly probes: Probes;
  readonly mounts?: readonly Mount[];
}

/** How the mesh spreads and limits calls to a server (a DestinationRule). */
export interface TrafficSpec {
  readonly loadBalancing: "round-robin" | "least-request" | "random";
  readonly maxConnections: number;
  readonly maxPendingRequests: number;
  /** Circuit breaker: a pod that fails so many times in a row is left out for a while. */
  readonly outliers?: {
    readonly consecutiveErrors: number;
    readonly intervalSeconds: number;
    readonly ejectionSeconds: number;
    readonly maxEjectionPercent: number;
  };
}

/** What a voluntary disruption (a drain) may take at a time; one of the two. */
export type DisruptionSpec = { readonly maxUnavailable: number } | { readonly minAvailable: number };

/** What a stack may say of a workload. */
export type WorkloadSetting = "image" | "replicas";

/** A long-running server. */
export interface WorkloadSpec {
  readonly name: string;
  /** Role in the platform (`app.kubernetes.io/component`), e.g. `api`. */
  readonly component: string;
  readonly container: Container;
  readonly size: WorkloadSize;
  /** `recreate` where two copies must never run at once (a ReadWriteOnce volume, SQLite). */
  readonly strategy: "rolling" | "recreate";
  readonly identity: Identity;
  readonly services: readonly ServiceSpec[];
  readonly callers: readonly Caller[];
  readonly egress?: readonly Egress[];
  readonly monitor?: Monitor;
  readonly priorityClass: PriorityClassName;
  /** User and group of the processes; the file system group of its volumes. */
  readonly runAs: { readonly user: number; readonly group: number };
  /** Architectures that the image runs on. One alone pins the pods to it. */
  readonly architectures: readonly Architecture[];
  /** Architecture that is taken where both have room; left out: either. */
  readonly prefersArchitecture?: Architecture;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** How hard replicas are kept apart: `required` refuses two on a node, `preferred` only tries. */
  readonly spread: "required" | "preferred";
  /** Pod labels beside Quint's own, e.g. one that people's commands select by. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Pod annotations, e.g. for the mesh. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly terminationGraceSeconds?: number;
  /** Left out: one at a time where there is more than one. */
  readonly disruption?: DisruptionSpec;
  readonly traffic?: TrafficSpec;
  /**
   * Keys of the platform's settings under which a stack says the image and the replicas; left out:
   * `workloads.<name>.image` and `.replicas`. One that is missing here cannot be said.
   */
  readonly settings?: Partial<Readonly<Record<WorkloadSetting, readonly string[]>>>;
  /** Left out: a rolling update. Taken at its word where the stack delivers progressively. */
  readonly progressive?: ProgressiveSpec;
}

/** The four classes of the clinical seed (heading "Priority Classes"), owned by the foundation. */
export const priorityClasses = {
  "critical-priority": 1_000_000,
  "high-priority": 100_000,
  "medium-priority": 10_000,
  "low-priority": 1_000,
} as const;
export type PriorityClassName = keyof typeof priorityClasses;
