/** Tags on everything that a cloud bills: who made it, and for which stack. */

export type Tags = Readonly<Record<string, string>>;

/** Tags of every resource of a stack. OCI takes no dots and no spaces in keys. */
export function stackTags(stack: string): Tags {
  return { "managed-by": "quint", stack };
}
