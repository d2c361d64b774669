/** What describes one resource of the random provider. */
import type { CheckFailure } from "../plugin/protocol.ts";
import type { Tree, TreeMap } from "../plugin/values.ts";

export type InputType = "string" | "number" | "boolean" | "map" | "list";

export interface Input {
  readonly type: InputType;
  readonly required?: true;
}

export interface Made {
  readonly id: string;
  /** What the resource has beside its inputs. */
  readonly outputs: TreeMap;
}

export interface RandomResource {
  readonly inputs: Readonly<Record<string, Input>>;
  /** Outputs that come only with the creation: a preview shows them as unknown. */
  readonly outputs: readonly string[];
  /** Outputs that are secret whatever the inputs are. */
  readonly secrets: readonly string[];
  /** The inputs with the defaults filled in; they are part of the state. */
  readonly complete: (inputs: TreeMap) => TreeMap;
  /** What is wrong with complete inputs of the right types; all of it. */
  readonly problems: (inputs: TreeMap) => readonly CheckFailure[];
  readonly make: (inputs: TreeMap) => Made;
  /** What the ID of an import says. Throws where it is malformed. */
  readonly adopt?: (id: string) => Made & { readonly inputs: TreeMap };
  /** The version of the state's schema in the official provider, which may read the state later. */
  readonly schemaVersion: number;
}

/** The parts that most resources have in common. */
export const plain = {
  secrets: [],
  complete: (inputs: TreeMap) => inputs,
  problems: () => [],
  schemaVersion: 0,
} as const satisfies Partial<RandomResource>;

export const numberAt = (inputs: TreeMap, key: string, fallback = 0): number =>
  typeof inputs[key] === "number" ? inputs[key] : fallback;
export const flagAt = (inputs: TreeMap, key: string): boolean | undefined =>
  typeof inputs[key] === "boolean" ? inputs[key] : undefined;
export const stringAt = (inputs: TreeMap, key: string): string =>
  typeof inputs[key] === "string" ? inputs[key] : "";
export const listAt = (inputs: TreeMap, key: string): readonly Tree[] =>
  Array.isArray(inputs[key]) ? inputs[key] : [];

/** A minimum of one, as a failure. */
export function atLeastOne(inputs: TreeMap, property: string): readonly CheckFailure[] {
  const value = numberAt(inputs, property);
  return value >= 1 ? [] : [{ property, reason: `expected ${property} to be at least (1), got (${value})` }];
}
