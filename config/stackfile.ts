/** A stack file (`Pulumi.<stack>.yaml`): found, read, and its mistakes as problems with line numbers. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LineCounter, parseDocument, type Document } from "yaml";
import { nearest, quoted, suggestion } from "./nearest.ts";
import { SettingsError, type Problem } from "./problems.ts";
import { isMapping, plain, shown, shownLine } from "./values.ts";

/** Namespace of Quint's own settings; other namespaces belong to the engine and to providers. */
const namespace = "quint:";

/** Namespaces that something reads: Quint's, the engine's, and one for each provider in package.json. */
const namespaces = ["quint", "pulumi", "kubernetes", "random", "oci", "aws"];

/** Keys that the engine knows at the top of a stack file. */
const engineKeys = ["config", "secretsprovider", "encryptedkey", "encryptionsalt", "environment"];

/** A stack file, read. */
export interface StackFile {
  /** Name of the file, e.g. `Pulumi.dev.yaml`. */
  readonly name: string;
  /** Its path. */
  readonly path: string;
  readonly text: string;
  readonly document: Document.Parsed;
  /** Everything in it, as plain data. */
  readonly content: Readonly<Record<string, unknown>>;
  /** The configuration in it, every namespace, as plain data. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The `quint:` keys of the configuration, without the namespace. */
  readonly quint: Readonly<Record<string, unknown>>;
  /** File and line of a setting (a path that starts with a key of `quint`), or of the nearest one around it. */
  readonly whereIs: (path: readonly PropertyKey[]) => string | undefined;
}

/** The stacks that have a file in the project's folder, sorted. */
export function stacksIn(root: string): string[] {
  return readdirSync(root)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();
}

/**
 * Reads the file of a stack.
 *
 * @throws SettingsError when there is no such file, or it is not YAML, or not a mapping.
 */
export function readStackFile(root: string, stack: string): StackFile {
  const name = `Pulumi.${stack}.yaml`;
  const stacks = stacksIn(root);
  if (!stacks.includes(stack)) throw noSuchStack(stack, stacks);
  const path = join(root, name);
  return parseStackFile(path, name, readFileSync(path, "utf8"));
}

/**
 * Takes a stack file's text apart.
 *
 * @throws SettingsError when it is not YAML, or not a mapping.
 */
export function parseStackFile(path: string, name: string, text: string): StackFile {
  const lines = new LineCounter();
  // The engine's YAML reader follows merge keys (`<<`) too. What the parser has to say is said below, not printed.
  const document = parseDocument(text, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
    logLevel: "error",
  });
  const refuse = (problems: readonly Problem[]): never => {
    throw new SettingsError(problems, name);
  };
  const faults = [...document.errors, ...document.warnings].map(({ message, pos }) =>
    fault(name, lines.linePos(pos[0]).line, message, text),
  );
  if (faults.length > 0) refuse(firstOfEachLine(faults));
  const content = contentOf(document, name, refuse);
  const config: unknown = content.config ?? {};
  if (!isMapping(config)) {
    return refuse([
      problem("config", config, "is not a mapping of settings", "config:\n  quint:environment: dev"),
    ]);
  }
  const strays = [
    ...Object.keys(content)
      .filter((key) => !engineKeys.includes(key))
      .map((key) => problem(plain(key), content[key], "is not a key of a stack file", stray(key))),
    ...Object.keys(config)
      .filter((key) => !key.includes(":"))
      .map((key) => problem(plain(key), config[key], "has no namespace", `\`quint:${plain(key)}\``)),
    ...Object.keys(config)
      .filter((key) => key.includes(":") && !namespaces.includes(namespaceOf(key)))
      .map((key) => problem(plain(key), config[key], "is in a namespace that nothing reads", respelt(key))),
  ];
  if (strays.length > 0) refuse(strays);
  return {
    name,
    path,
    text,
    document,
    content,
    config,
    quint: ownKeys(config),
    whereIs: (settings) => lineOf(document, lines, name, settings),
  };
}

/** The keys of Quint's namespace, without it. */
export function ownKeys(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(namespace))
      .map(([key, value]) => [key.slice(namespace.length), value]),
  );
}

function contentOf(document: Document.Parsed, name: string, refuse: (problems: readonly Problem[]) => never) {
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // Aliases that multiply, or that refer to nothing.
    return refuse([fault(name, 1, error instanceof Error ? error.message : "cannot be read", "")]);
  }
  if (isMapping(content)) return content;
  return refuse([
    {
      ...problem(name, content ?? undefined, "is not a mapping", "config:\n  quint:environment: dev"),
      where: `${name}:1`,
    },
  ]);
}

/** A stack that is none of `stacks`. */
export function noSuchStack(stack: string, stacks: readonly string[]): SettingsError {
  const remedy =
    stacks.length === 0
      ? "a file `Pulumi.<stack>.yaml` in the project's folder; docs/configuration.md says what goes into it"
      : suggestion(stack, stacks);
  return new SettingsError(
    [problem("stack", stack, `has no file Pulumi.${plain(stack)}.yaml in the project's folder`, remedy)],
    "the command",
  );
}

function fault(name: string, line: number, message: string, text: string): Problem {
  return {
    key: name,
    value: shownLine(text.split(/\r?\n/)[line - 1] ?? ""),
    reason: `is not YAML: ${plain(message.split("\n")[0] ?? "")}`,
    remedy: `correct line ${line}; indentation is two spaces, and text with \`: \` or \`#\` in it needs quotes`,
    where: `${name}:${line}`,
  };
}

/** One slip makes several faults of the parser; the first on a line is the slip. */
function firstOfEachLine(faults: readonly Problem[]): Problem[] {
  return faults.filter(({ where }, index) => faults.findIndex((other) => other.where === where) === index);
}

function problem(key: string, value: unknown, reason: string, remedy: string): Problem {
  return { key: key === "" ? '""' : key, value: shown(value, [key]), reason, remedy };
}

function namespaceOf(key: string): string {
  return key.slice(0, key.indexOf(":"));
}

/** The key in the namespace that was most likely meant, or what there is to choose from. */
function respelt(key: string): string {
  const near = nearest(namespaceOf(key), namespaces);
  if (near === undefined) return `one of the namespaces ${quoted(namespaces)}`;
  return `\`${near}:${plain(key.slice(key.indexOf(":") + 1))}\``;
}

function stray(key: string): string {
  return key.includes(":") ? `move it under \`config:\`` : suggestion(key, engineKeys);
}

/** The line of the deepest node on the way to a path: a missing key is reported where it should stand. */
function lineOf(document: Document.Parsed, lines: LineCounter, name: string, path: readonly PropertyKey[]) {
  const [first, ...rest] = path;
  if (first === undefined) return undefined;
  const full = ["config", `${namespace}${String(first)}`, ...rest];
  for (let length = full.length; length > 1; length--) {
    const node: unknown = document.getIn(full.slice(0, length), true);
    const range = isMapping(node) ? (node.range as readonly number[] | undefined) : undefined;
    if (range?.[0] !== undefined) return `${name}:${lines.linePos(range[0]).line}`;
  }
  return undefined;
}
