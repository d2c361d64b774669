/** What the makers of clusters tell later parts about the infrastructure: the additions to the contract. */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** Who answers for Services of type LoadBalancer. */
export type LoadBalancerKind =
  /** Nobody: such a Service stays without an address. */
  | "none"
  /** The simulated cluster: an address, and nothing behind it. */
  | "simulated"
  /** A controller that was there before Quint (`existing`). */
  | "provided"
  /** OCI network load balancer, made by OKE's own controller. */
  | "oci-network"
  /** AWS network load balancer, made by the AWS load balancer controller, which comes with the cluster. */
  | "aws-network"
  /** No load balancer: ports of this machine lead to node ports (`kind`). */
  | "host-ports";

export interface LoadBalancers {
  readonly kind: LoadBalancerKind;
  /** Annotations that a Service needs for a public load balancer in the right subnets and security groups. */
  readonly annotations: Readonly<Record<string, pulumi.Input<string>>>;
  /** `loadBalancerClass` of such a Service, where the cluster needs one. */
  readonly class?: string;
  /**
   * `externalTrafficPolicy` of such a Service: `Local` where only packets' source tells who the client is, `Cluster`
   * where nodes without a gateway's pod get connections, too.
   */
  readonly externalTrafficPolicy: "Cluster" | "Local";
  /** Whether connections begin with a PROXY protocol header: the gateway learns clients' addresses from it. */
  readonly proxyProtocol: boolean;
  /** Node ports that the gateway has to take, where the cluster leads ports of its host to them. */
  readonly nodePorts?: { readonly http: number; readonly https: number };
}

/** A bucket for backups, spoken to by the S3 API. */
export interface ObjectStore {
  /** `oci` is OCI Object Storage through its S3-compatible API: path style, and checksums only where required. */
  readonly kind: "s3" | "oci";
  readonly bucket: string;
  readonly region: string;
  /** Address of the API, e.g. `https://….oraclecloud.com`; none for AWS itself. */
  readonly endpoint?: string;
  /** Key of AWS KMS that encrypts its objects (`alias/…`), where one does: what S3 calls their hash is none then. */
  readonly kmsKey?: string;
  readonly credentials: ObjectStoreCredentials;
}

export type ObjectStoreCredentials =
  /** Pods get rights through their ServiceAccount: see {@link WorkloadIdentity.grantObjectStore}. */
  | { readonly how: "workload-identity" }
  /** A key pair that may reach just this bucket. */
  | (KeyPair & {
      readonly how: "access-key";
      /** Of a user who reads everything and adds to it, and neither overwrites nor deletes: {@link BucketRights} of pods without an identity. */
      readonly adding?: KeyPair;
    });

/** Both are secrets: they go into a Secret and nowhere else. */
export interface KeyPair {
  readonly accessKeyId: pulumi.Output<string>;
  readonly secretAccessKey: pulumi.Output<string>;
}

/** What a ServiceAccount may do with the objects of the bucket. */
export type BucketRights =
  /** Read, write and delete all of them. */
  | "all"
  /** Read all of them, and write those whose keys match: `*` stands for anything. */
  | { readonly writes: readonly string[] };

export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

/** Add-ons of the foundation that act in the cloud. */
export type IdentityPurpose =
  "cluster-autoscaler" | "external-secrets" | "load-balancer-controller" | "velero";

/** How pods get rights in the cloud without a stored credential. */
export interface WorkloadIdentity {
  readonly kind: "none" | "oke" | "eks-pod-identity";
  /** Ports of the API server's address where pods ask for tokens: egress policies must allow them. */
  readonly tokenPorts: readonly number[];
  /** Gives a ServiceAccount rights in the bucket for backups. Only where credentials are `workload-identity`. */
  readonly grantObjectStore?: (
    name: string,
    serviceAccount: ServiceAccountName,
    rights: BucketRights,
    opts?: pulumi.CustomResourceOptions,
  ) => pulumi.Resource;
}

/** Where External Secrets reads from. */
export type SecretStore =
  | { readonly kind: "oci-vault"; readonly region: string; readonly vault: pulumi.Output<string> }
  | { readonly kind: "aws-secrets-manager"; readonly region: string; readonly prefix: string };

/** Credentials for a private registry: a namespace that pulls from it holds them as a Secret. */
export interface PullSecret {
  /** Name of the Secret in every namespace. */
  readonly name: string;
  readonly registry: string;
  /** Content of `.dockerconfigjson`, a secret. */
  readonly dockerConfigJson: pulumi.Output<string>;
}

export interface InfrastructureFacts {
  /**
   * Addresses behind which pods find the API server: its endpoints, and the address of its Service. None where they are
   * not known: pods that talk to it are then let out to anywhere, on its ports.
   */
  readonly apiServerCidrs: readonly string[];
  readonly apiServerPorts: readonly number[];
  readonly loadBalancers: LoadBalancers;
  readonly workloadIdentity: WorkloadIdentity;
  /** The bucket for backups that comes with the cluster. */
  readonly objectStore?: ObjectStore;
  readonly secretStore?: SecretStore;
  readonly pullSecret?: PullSecret;
  /** A public DNS zone of the cluster's own, to which the parent zone has to delegate. */
  readonly dnsZone?: { readonly name: string; readonly nameservers: pulumi.Output<string[]> };
}

/** What a maker gives, whose cluster was not there before. */
export interface MadeCluster {
  readonly provider: k8s.Provider;
  readonly facts: InfrastructureFacts;
  /** What has to be in the cluster before workloads are. */
  readonly prerequisites: readonly pulumi.Resource[];
  /** How people and tools reach it. */
  readonly kubeconfig: pulumi.Output<string>;
}

/** Pods have no identity in any cloud. */
export const noWorkloadIdentity: WorkloadIdentity = { kind: "none", tokenPorts: [] };

/** What is known of a cluster that somebody else made, and that is in no cloud that Quint speaks to. */
export const plainInfrastructure = {
  apiServerCidrs: [],
  apiServerPorts: [443, 6443],
  loadBalancers: {
    kind: "provided",
    annotations: {},
    externalTrafficPolicy: "Local",
    proxyProtocol: false,
  },
  workloadIdentity: noWorkloadIdentity,
} as const satisfies InfrastructureFacts;
