/** The form of a check. */
import type { Finding } from "../issues.ts";
import type { Frozen } from "../schema/frozen.ts";
import type { StackSettings } from "../schema/settings.ts";

/** Keys that are valid by themselves, with their defaults, and the stack's name. */
export type Valid = Partial<Frozen<StackSettings>> & { readonly stack: string };

/** A rule that settings keep together. */
export interface Check {
  /** The rule, as docs/configuration.md lists it. */
  readonly rule: string;
  /** What breaks the rule; nothing where the keys it looks at are missing or wrong by themselves. */
  readonly find: (settings: Valid) => Finding[];
}

/** A check that runs where all the keys it looks at are valid. */
export function check<Key extends keyof StackSettings>(
  rule: string,
  needs: readonly Key[],
  find: (settings: Required<Pick<Frozen<StackSettings>, Key>> & { readonly stack: string }) => Finding[],
): Check {
  return {
    rule,
    find: (settings) => (needs.every((key) => settings[key] !== undefined) ? find(settings as never) : []),
  };
}
