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

/** A value that a text takes: of a key of its own Secret, or of another's. */
export interface TextReference {
  /** Left out: the text's own. */
  readonly secret?: string;
  readonly key: string;
}

const reference = /\$\{(?:([^}/]*)\/)?([^}]*)\}/g;

/** The values that a text takes. */
export function referencesIn(template: string): TextReference[] {
  return [...template.matchAll(reference)].map(([, secret, key = ""]) => ({
    key,
    ...(secret === undefined ? {} : { secret }),
  }));
}

/** A text with something in the place of each value that it takes. */
export function withReferences(template: string, written: (reference: TextReference) => string): string {
  return template.replaceAll(reference, (_match, secret: string | undefined, key: string) =>
    written({ key, ...(secret === undefined ? {} : { secret }) }),
  );
}

/**
 * Whether a value is sealed as it is, where its Secret is (Sealed Secrets): what is secret by itself, and a text with
 * values of another Secret, which a template of its own cannot take.
 */
export function isSealed(value: SecretValue): boolean {
  switch (value.kind) {
    case "password":
    case "key":
    case "htpasswd":
      return true;
    case "plain":
      return false;
    case "text":
      return referencesIn(value.template).some(({ secret }) => secret !== undefined);
  }
}

export interface SecretSpec {
  readonly name: string;
  readonly keys: Readonly<Record<string, SecretValue>>;
  /** Raise by one to have every generated value of the Secret made anew and its pods rolled. */
  readonly rotation: number;
  /** Default `Opaque`. */
  readonly type?: "Opaque" | "kubernetes.io/basic-auth" | "kubernetes.io/dockerconfigjson";
  /** Labels beside those that every object has. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What it opens: shown by `quint secrets`. */
  readonly purpose: string;
  /** Made by people under this name, e.g. because a provider issues it. Left out: made here. */
  readonly existing?: boolean;
}
