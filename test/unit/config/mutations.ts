/** Settings as people get them wrong: one of the repository's stacks, with up to four mistakes at random places. */
import fc from "fast-check";
import { isMapping } from "../../../config/values.ts";
import { stackValues } from "../../support/stack-files.ts";
import { stacks, type Stack } from "./project-folder.ts";

export interface Mutated {
  readonly stack: Stack;
  readonly values: Readonly<Record<string, unknown>>;
}

/** In the form of a credential, that no message may show; put together here: no file holds one, not even as a sample. */
export const credential = `ghp_${"0123456789abcdefGH".repeat(2)}`;

type Path = readonly (string | number)[];
interface Mistake {
  readonly place: number;
  readonly kind:
    "remove" | "replace" | "rename" | "add" | "borrow" | "wrap" | "repeat" | "scale" | "contradict";
  readonly value: unknown;
  readonly name: string;
}

/** Values of every type that YAML has, valid in some places and in none of others. */
const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    "",
    " ",
    "0",
    "true",
    [],
    {},
    [[]],
    [null],
    { secure: "v1:a=:b=" },
    credential,
  ),
  fc.constantFrom<unknown>(
    0,
    -1,
    1,
    0.5,
    1.5,
    1e9,
    -0,
    NaN,
    Infinity,
    -Infinity,
    Number.MAX_SAFE_INTEGER + 2,
  ),
  fc.constantFrom<unknown>(
    "latest",
    "r/a:latest",
    "r/a:develop",
    "r/a:v1.0.0",
    "r/a",
    "default",
    "x".repeat(300),
    "a\nb\u001b[0m",
  ),
  fc.integer(),
  fc.double(),
  fc.string({ unit: "grapheme-composite", maxLength: 30 }),
  fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 3 }),
  fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
);

/** Changes that leave each key valid by itself. */
const contradictions: readonly (readonly [Path, unknown])[] = [
  ...["dev", "staging", "production"].map((name) => [["environment"], name] as const),
  ...["direct", "gateway"].map((name) => [["platforms", "cancer", "expose"], name] as const),
  ...[0, 1, 2, 5, 12, 25, 400].map(
    (count) => [["platforms", "cancer", "workloads"], { api: { replicas: count } }] as const,
  ),
  ...["r/a:latest", "r/a:develop", "r/a:v2.0.0"].map(
    (image) => [["platforms", "cancer", "workloads"], { api: { image } }] as const,
  ),
  [["platforms", "chest-xray", "traffic"], { blue: 50, green: 50 }],
  [["platforms", "chest-xray", "standbyReplicas"], 3],
  [["platforms", "code-review", "rotation"], 2],
  [["platforms", "code-review", "versions"], { stable: "v1.1.0" }],
  [["platforms", "code-review", "providerCidrs"], ["203.0.113.0/24"]],
  [["platforms", "health-data", "applications"], ["etl-engine"]],
  [["platforms", "health-data", "timeZone"], "Europe/Berlin"],
  [["images"], { sample: true }],
  [["images"], {}],
  [["platforms"], {}],
  [["cluster", "type"], "simulated"],
  [["cluster", "type"], "existing"],
  [["cluster", "enforcesNetworkPolicy"], false],
  [["cluster", "loadBalancer"], false],
  [["cluster", "storageClasses"], { readWriteOnce: "a" }],
  [["cluster", "nodePools", 0, "zones"], ["z"]],
  [["cluster", "nodePools", 0, "count"], 1],
  [["cluster", "nodePools", 0, "taints"], [{ key: "a", effect: "NoSchedule" }]],
  [["state"], { backend: "local", secretsProvider: "passphrase" }],
  [["domain"], "quint.localhost"],
];

const mistake: fc.Arbitrary<Mistake> = fc.record({
  place: fc.nat(),
  kind: fc.constantFrom(
    "remove",
    "replace",
    "rename",
    "add",
    "borrow",
    "wrap",
    "repeat",
    "scale",
    "contradict",
  ),
  value: junk,
  name: fc.oneof(
    fc.constantFrom(
      "__proto__",
      "constructor",
      "toString",
      "secure",
      "adminPassword",
      credential,
      "",
      "a.b/c",
      "Image",
    ),
    fc.string({ unit: "grapheme", maxLength: 12 }),
  ),
});

export const mutated: fc.Arbitrary<Mutated> = fc
  .record({
    stack: fc.constantFrom(...stacks),
    mistakes: fc.array(mistake, { minLength: 1, maxLength: 4 }),
  })
  .map(({ stack, mistakes }) => ({
    stack,
    values: mistakes.reduce<Record<string, unknown>>((values, each) => {
      const changed = make(each, values, stack);
      return isMapping(changed) ? changed : values;
    }, stackValues(stack)),
  }));

function make({ place, kind, value, name }: Mistake, values: Record<string, unknown>, stack: Stack): unknown {
  const paths = pathsOf(values);
  const path = paths[place % paths.length] ?? [];
  const old = at(values, path);
  switch (kind) {
    case "remove":
      return put(values, path, undefined);
    case "replace":
      return put(values, path, value);
    case "rename":
      return put(
        put(values, path, undefined),
        [...path.slice(0, -1), misspelt(String(path.at(-1)), place)],
        old,
      );
    case "add":
      return put(values, [...path, name], value);
    case "borrow": {
      const other = stackValues(stacks[(stacks.indexOf(stack) + 1 + (place % 2)) % stacks.length] ?? "dev");
      return put(values, path, at(other, path));
    }
    case "wrap":
      return put(values, path, place % 2 === 0 ? [old] : { [name]: old });
    case "repeat":
      return put(
        values,
        path,
        Array.isArray(old)
          ? [...(old as unknown[]), ...(old as unknown[])]
          : JSON.stringify(old ?? null).repeat(2),
      );
    case "scale":
      return put(
        values,
        path,
        typeof old === "number"
          ? old * [-1, 0, 0.1, 1.5, 100, 1e6][place % 6]!
          : JSON.stringify(old ?? null).toUpperCase(),
      );
    case "contradict": {
      const [where, what] = contradictions[place % contradictions.length]!;
      return put(values, where, what);
    }
  }
}

/** A name with one letter less, twice or changed. */
function misspelt(name: string, place: number): string {
  const cut = place % (name.length + 1);
  return [
    name.slice(0, cut) + name.slice(cut + 1),
    name.slice(0, cut) + name.slice(0, cut + 1).slice(-1) + name.slice(cut),
    `${name.slice(0, cut)}x${name.slice(cut + 1)}`,
  ][place % 3]!;
}

/** The path of every value in settings, the settings themselves left out. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  const steps = Array.isArray(value) ? [...value.keys()] : isMapping(value) ? Object.keys(value) : [];
  return steps.flatMap((step) => [[...path, step], ...pathsOf(at(value, [step]), [...path, step])]);
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      Object.hasOwn(Object(inner) as object, step) ? (inner as Record<string, unknown>)[step] : undefined,
    value,
  );
}

/** A copy with one value changed. `Object.fromEntries` makes even `__proto__` a key like any other, as YAML does. */
function put(holder: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(holder)) {
    const items = [...(holder as unknown[])];
    const index = Number.isInteger(Number(step)) ? Number(step) : items.length;
    if (value === undefined && rest.length === 0) items.splice(index, 1);
    else items.splice(index, 1, put(items[index], rest, value));
    return items;
  }
  const entries = isMapping(holder) ? Object.entries(holder) : [];
  const others = entries.filter(([key]) => key !== String(step));
  if (value === undefined && rest.length === 0) return Object.fromEntries(others);
  const inner = entries.find(([key]) => key === String(step))?.[1];
  return Object.fromEntries([...others, [String(step), put(inner, rest, value)]]);
}
