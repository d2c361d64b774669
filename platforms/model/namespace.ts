/** What a platform may say of a namespace. */
import type { NamespaceSize } from "../../config/index.ts";
import type { SecretSpec } from "./secret.ts";

/** Where in a store of the cluster (`ClusterSecretStore`) Secrets are: `<prefix>/<namespace>/<Secret>`. */
export interface SecretStoreRef {
  readonly store: string;
  readonly prefix: string;
}

/** Values of a Secret by key, encrypted for one cluster, one namespace and one name. */
export type SealedValues = Readonly<Record<string, string>>;

export interface NamespaceSpec {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Pod Security level that is enforced, audited and warned about. */
  readonly podSecurity: "restricted" | "baseline" | "privileged";
  /** Whether the mesh injects its sidecar into the namespace's pods. */
  readonly injected: boolean;
  readonly size: NamespaceSize;
  /** Store from which the values of its Secrets are read; left out: they are generated. */
  readonly secretStore?: SecretStoreRef;
  /**
   * Its Secrets come from the cluster itself, by External Secrets: values are made there once, and Secrets that images
   * are pulled with are copied through this `ClusterSecretStore`. For a namespace that Argo CD makes; left out: its
   * Secrets are this deployment's.
   */
  readonly secretsFromCluster?: { readonly pullSecretStore: string };
  /** Credentials for the images of its pods, beside those that the cluster has; left out: none. */
  readonly pullSecret?: SecretSpec;
  /** Secrets whose values are sealed, by name; they take the place of others. */
  readonly sealedSecrets?: Readonly<Record<string, SealedValues>>;
  /** People and what they may do here, by group name of the cluster's identity provider. */
  readonly access: readonly { readonly group: string; readonly role: "view" | "edit" | "admin" }[];
}
