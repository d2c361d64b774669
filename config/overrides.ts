/** What a command may change about a stack for one run, without touching its file. */
import { quoted, suggestion } from "./nearest.ts";
import { SettingsError, type Problem } from "./problems.ts";
import { platformNames } from "./schema/platforms.ts";
import { standIn, type ClusterOverride } from "./cluster-override.ts";
import type { Delivery } from "./schema/delivery.ts";
import type { RealChoice } from "./schema/real-choice.ts";
import { isMapping, plain } from "./values.ts";

/** Changes for one run: `--cluster`, `--real`, `--platforms`, `--delivery`. */
export interface StackOverrides {
  /** Run on a cluster of this machine: nodes of the same shapes, storage classes of the same names. */
  readonly cluster?: ClusterOverride;
  /** How much runs for real, on an embedded cluster. */
  readonly real?: RealChoice;
  /** Deploy only these of the configured platforms. */
  readonly platforms?: readonly string[];
  /** How applications reach the cluster. Left out: what the stack says; `direct` where another cluster stands in. */
  readonly delivery?: Delivery;
}

/**
 * The configuration with the overrides applied. Values stay unchecked.
 *
 * @throws SettingsError for platforms that the stack does not configure, and for `real` on a cluster that is not
 * embedded.
 */
export function applyOverrides(
  config: Readonly<Record<string, unknown>>,
  { cluster, real, platforms, delivery = cluster && "direct" }: StackOverrides,
): Record<string, unknown> {
  const changed: Record<string, unknown> = { ...config };
  if (cluster !== undefined) changed["quint:cluster"] = standIn(cluster, config["quint:cluster"]);
  if (real !== undefined) changed["quint:cluster"] = withReal(real, changed["quint:cluster"]);
  if (platforms !== undefined) changed["quint:platforms"] = only(platforms, config["quint:platforms"]);
  if (delivery !== undefined) changed["quint:delivery"] = delivery;
  return changed;
}

function withReal(real: string, cluster: unknown): unknown {
  if (!isMapping(cluster)) return cluster;
  if (cluster.type === "embedded" || cluster.type === "local") return { ...cluster, real };
  const problem: Problem = {
    key: "--real",
    value: plain(real),
    reason: `is about the real node of an embedded cluster, and this one is ${plain(String(cluster.type))}`,
    remedy: "`--cluster embedded` beside it, or leave the option out",
  };
  throw new SettingsError([problem], "the command");
}

function only(chosen: readonly string[], configured: unknown): unknown {
  if (!isMapping(configured)) return configured;
  const names = Object.keys(configured).sort();
  const problems = chosen.filter((name) => !names.includes(name)).map((name) => notConfigured(name, names));
  if (chosen.length === 0) {
    problems.push({
      key: "--platforms",
      value: "(none)",
      reason: "names no platform",
      remedy: `some of ${quoted(names)}, which this stack configures, or leave the option out`,
    });
  }
  if (problems.length > 0) throw new SettingsError(problems, "the command");
  return Object.fromEntries(Object.entries(configured).filter(([name]) => chosen.includes(name)));
}

function notConfigured(name: string, configured: readonly string[]): Problem {
  const known = (platformNames as readonly string[]).includes(name);
  return {
    key: "--platforms",
    value: plain(name),
    reason: known
      ? `is not configured in this stack, which has ${quoted(configured)}`
      : `is not a platform that Quint knows; this stack has ${quoted(configured)}`,
    remedy: known
      ? `a configured one, or settings for it under \`quint:platforms\``
      : suggestion(name, configured),
  };
}
