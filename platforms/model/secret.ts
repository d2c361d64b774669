/** Secrets travel as names: a platform says which Secret and keys must exist, a component makes the values. */

/** How the value of a key comes to be. */
export type SecretValue =
  /** A generated password; `special` characters only where the consumer takes them. */
  | { readonly kind: "password"; readonly length: number; readonly special?: boolean }
  /** A key of so many bytes, as base64 text (signing keys, cookie secrets). 32 letters and digits hold 190 bits. */
  | { readonly kind: "key"; readonly length: number }
  /** Not secret by itself, e.g. a user name that belongs beside its password. */
  | { readonly kind: "plain"; readonly value: string }
  /**
   * Text with the values of other keys of the same Secret in it: `redis://:${password}@cache:6379/0`; of another Secret
   * that is made with it, by `${secret/key}`.
   */
  | { readonly kind: "text"; readonly template: string }
  /** A line of an htpasswd file: the user, and the hash of the password that another key of the same Secret holds. */
  | { readonly kind: "htpasswd"; readonly user: string; readonly password: string };

export interface SecretSpec {
  readonly name: string;
  readonly keys: Readonly<Record<string, SecretValue>>;
  /** Raise by one to have every generated value of the Secret made anew and its pods rolled. */
  readonly rotation: number;
  /** Default `Opaque`. */
  readonly type?: "Opaque" | "kubernetes.io/basic-auth";
  /** Labels beside those that every object has. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What it opens: shown by `quint secrets`. */
  readonly purpose: string;
  /** Made by people under this name, e.g. because a provider issues it. Left out: made here. */
  readonly existing?: boolean;
}
