/** From what a stack says to checked settings: schema, then the checks across keys, all problems together. */
import type { z } from "zod";
import { problemsAcross } from "./checks/index.ts";
import { findings, type Finding } from "./issues.ts";
import { SettingsError, type Problem } from "./problems.ts";
import { valueAt } from "./schema/outline.ts";
import { settled } from "./schema/cluster.ts";
import { settings, type StackSettings } from "./schema/settings.ts";
import type { Settings } from "./settings.ts";
import { sizesOf } from "./sizes/index.ts";
import { hidden, keyOf, secretPaths, shown } from "./values.ts";

/** The settings of a stack as they were written. */
export interface WrittenSettings {
  readonly stack: string;
  /** The `quint:` keys, without their namespace, parsed. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Where they come from, for the first line of an error, e.g. `Pulumi.dev.yaml`. */
  readonly source: string;
  /** File and line of a path, where known. */
  readonly whereIs?: (path: readonly PropertyKey[]) => string | undefined;
}

/**
 * Checks settings, fills in defaults and the environment's sizes, and freezes the outcome.
 *
 * @throws SettingsError with every problem there is.
 */
export function parseSettings(written: WrittenSettings): Settings {
  const problems = problemsIn(written);
  const parsed = settings.safeParse(written.values);
  if (problems.length > 0 || !parsed.success) throw new SettingsError(problems, written.source);
  return frozen({
    ...structuredClone(parsed.data),
    cluster: settled(structuredClone(parsed.data.cluster)),
    stack: written.stack,
    progressive: parsed.data.progressive ?? parsed.data.environment !== "dev",
    sizes: sizesOf(parsed.data.environment),
  });
}

/** Every problem of the settings; none when they are right. */
function problemsIn(written: WrittenSettings): Problem[] {
  const secrets = secretPaths(written.values);
  const parsed = settings.safeParse(written.values);
  const wrong = (parsed.error?.issues ?? []).flatMap((issue) => findings(issue, written.values));
  const valid = validKeys(written.values);
  const all = [
    ...secrets.map((path) => secretFinding(path)),
    ...wrong.filter(({ path }) => !secrets.some((secret) => startsWith(path, secret))),
    // What is wrong by itself is not missing as well.
    ...problemsAcross(written.stack, valid).filter(
      ({ path: [key = ""] }) => written.values[String(key)] === undefined || key in valid,
    ),
  ];
  return unique(all.map((finding) => problemOf(finding, written)));
}

/** Puts a finding into words: the key and the value as written. */
export function problemOf({ path, reason, remedy, value }: Finding, written: WrittenSettings): Problem {
  const where = written.whereIs?.(path);
  return {
    key: keyOf(path),
    value: shown(value === undefined ? valueAt(path, written.values) : value, path),
    reason,
    remedy,
    ...(where === undefined ? {} : { where }),
  };
}

/** The top-level keys whose values are valid by themselves: what the checks across keys may look at. */
function validKeys(values: Readonly<Record<string, unknown>>): Partial<StackSettings> {
  const valid: Partial<z.infer<typeof settings>> = Object.fromEntries(
    Object.entries(settings.shape).flatMap(([key, schema]) => {
      const parsed = schema.safeParse(values[key]);
      return parsed.success && parsed.data !== undefined ? [[key, parsed.data]] : [];
    }),
  );
  const { cluster, ...others } = valid;
  return { ...others, ...(cluster === undefined ? {} : { cluster: settled(cluster) }) };
}

function secretFinding(path: readonly PropertyKey[]): Finding {
  return {
    path,
    value: { secure: hidden },
    reason:
      "is a secret, and settings are not secrets: they are shown in previews, documents and pull requests",
    remedy: "the plain value; a credential goes into a Secret of the cluster, and settings name that Secret",
  };
}

function startsWith(path: readonly PropertyKey[], start: readonly PropertyKey[]): boolean {
  return start.every((step, index) => path[index] === step);
}

/** One problem a key: the first is the cause, others follow from it. */
function unique(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ key }) => !seen.has(key) && seen.add(key));
}

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}
