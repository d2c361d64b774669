/** Questions to recorded registrations. */
import assert from "node:assert/strict";
import type { Registered } from "./recorder.ts";

type Inputs = Readonly<Record<string, unknown>>;

/** Registrations of a type, by the last part of its token: `Subnet`. */
export function ofType(registered: readonly Registered[], type: string): readonly Registered[] {
  const found = registered.filter((one) => one.custom && one.type.endsWith(`:${type}`));
  assert.ok(found.length > 0, `no ${type} was registered`);
  return found;
}

export function named(registered: readonly Registered[], type: string, name: string): Registered {
  const found = ofType(registered, type).find((one) => one.name === name);
  assert.ok(
    found,
    `no ${type} is called ${name}: ${ofType(registered, type)
      .map((one) => one.name)
      .join(", ")}`,
  );
  return found;
}

export function text(inputs: Inputs, key: string): string {
  const value = inputs[key];
  assert.equal(typeof value, "string", `${key} is not text`);
  return value as string;
}

export function object(inputs: Inputs, key: string): Inputs {
  const value = inputs[key];
  assert.ok(typeof value === "object" && value !== null && !Array.isArray(value), `${key} is no mapping`);
  return value as Inputs;
}

export function list(inputs: Inputs, key: string): readonly unknown[] {
  const value = inputs[key];
  assert.ok(Array.isArray(value), `${key} is no list`);
  return value as readonly unknown[];
}

/** What a test compares: everything that the engine would compare, in a stable order. */
export function comparable(registered: readonly Registered[]): Record<string, Omit<Registered, "key">> {
  return Object.fromEntries(
    registered.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ key, ...rest }) => [key, rest] as const),
  );
}

/** Registrations that differ, and those that only one of two recordings has. */
export function changed(one: readonly Registered[], other: readonly Registered[]) {
  const [before, after] = [comparable(one), comparable(other)];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return {
    added: keys.filter((key) => before[key] === undefined),
    removed: keys.filter((key) => after[key] === undefined),
    // What is asked of the cloud; dependencies follow from that.
    different: keys.filter(
      (key) =>
        before[key] !== undefined &&
        after[key] !== undefined &&
        JSON.stringify(before[key].inputs) !== JSON.stringify(after[key].inputs),
    ),
  };
}

/**
 * Whether the engine deletes one registration before another: it depends on it, however far, by dependencies, its
 * component or its provider. (The engine's graph: `DependenciesOf` names all three.)
 */
export function goesBefore(registered: readonly Registered[], first: string, later: string): boolean {
  const byKey = new Map(registered.map((one) => [one.key, one]));
  assert.ok(byKey.has(first), `${first} was not registered`);
  assert.ok(byKey.has(later), `${later} was not registered`);
  const seen = new Set<string>();
  const open = [first];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (key === later) return true;
    if (seen.has(key)) continue;
    seen.add(key);
    const one = byKey.get(key);
    if (one === undefined) continue;
    open.push(...one.dependencies, ...[one.parent, one.provider].filter((other) => other !== undefined));
  }
  return false;
}
