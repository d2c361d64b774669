/** AWS IAM policies among recorded registrations. */
import type { Registered } from "./recorder.ts";

export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Every policy that says what may be done; not those that say who takes a role. */
export function policiesIn(
  registered: readonly Registered[],
): readonly { readonly key: string; readonly statements: readonly Statement[] }[] {
  return registered.flatMap(({ key, inputs }) => {
    const { policy } = inputs;
    if (typeof policy !== "string") return [];
    return [{ key, statements: (JSON.parse(policy) as { Statement: Statement[] }).Statement }];
  });
}
