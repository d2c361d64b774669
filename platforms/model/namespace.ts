/** What a platform may say of a namespace. */
import type { NamespaceSize } from "../../config/index.ts";

/** Where in a store of the cluster (`ClusterSecretStore`) Secrets are: `<prefix>/<namespace>/<Secret>`. */
export interface SecretStoreRef {
  readonly store: string;
  readonly prefix: string;
}

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
  /** People and what they may do here, by group name of the cluster's identity provider. */
  readonly access: readonly { readonly group: string; readonly role: "view" | "edit" | "admin" }[];
}
