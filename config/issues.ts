/** What zod finds wrong, as problems that a user can act on: one entry for each of zod's codes. */
import type { z } from "zod";
import { quoted, suggestion } from "./nearest.ts";
import { exampleAt, requoted, write } from "./remedies.ts";
import { expected, namesIn, outlineAt, valueAt } from "./schema/outline.ts";

type Issue = z.core.$ZodIssue;
type IssueOf<Code extends Issue["code"]> = Extract<Issue, { code: Code }>;

/** Something wrong at a path of the settings, before it is put into a problem. */
export interface Finding {
  readonly path: readonly PropertyKey[];
  /** Why the value is wrong: reads on after the key. */
  readonly reason: string;
  /** What to write instead. */
  readonly remedy: string;
  /** The value, where it is another than the one written at the path. */
  readonly value?: unknown;
}

type Describe<Code extends Issue["code"]> = (issue: IssueOf<Code>, raw: unknown) => Finding[];

const describe: { readonly [Code in Issue["code"]]: Describe<Code> } = {
  invalid_type: (issue, raw) => [mistyped(issue.path, raw)],
  invalid_value: (issue, raw) => [notAmong(issue.path, issue.values.map(String), raw)],
  invalid_union: (issue, raw) => {
    if (issue.discriminator !== undefined) return [notAmong(issue.path, optionsOf(issue), raw)];
    // Of the forms that would be valid, the one that the value misses by least.
    const [closest] = issue.errors.toSorted((a, b) => a.length - b.length);
    if (closest === undefined)
      return [{ path: issue.path, reason: "has more than one meaning", remedy: write(issue.path, raw) }];
    return closest.flatMap((inner) => findings({ ...inner, path: [...issue.path, ...inner.path] }, raw));
  },
  unrecognized_keys: (issue, raw) => issue.keys.map((key) => unknownKey(issue.path, key, raw)),
  too_small: (issue, raw) => [
    {
      path: issue.path,
      reason:
        issue.origin === "string" || issue.origin === "array"
          ? tooFew(issue.origin, Number(issue.minimum))
          : `is below the smallest value, ${String(issue.minimum)}`,
      remedy: write(issue.path, raw),
    },
  ],
  too_big: (issue, raw) => [
    {
      path: issue.path,
      reason:
        issue.origin === "string" || issue.origin === "array"
          ? `has more than ${String(issue.maximum)} ${things(issue.origin)}`
          : `is above the largest value, ${String(issue.maximum)}`,
      remedy: write(issue.path, raw),
    },
  ],
  not_multiple_of: (issue, raw) => [
    { path: issue.path, reason: `is not a multiple of ${issue.divisor}`, remedy: write(issue.path, raw) },
  ],
  invalid_format: (issue, raw) => [
    { path: issue.path, reason: issue.message, remedy: write(issue.path, raw) },
  ],
  invalid_key: (issue) => [
    {
      path: issue.path,
      value: issue.path.at(-1),
      reason: `is a name that ${issue.issues[0]?.message ?? "is not allowed here"}`,
      remedy: "another name",
    },
  ],
  invalid_element: (issue, raw) =>
    issue.issues.flatMap((inner) => findings({ ...inner, path: [...issue.path, ...inner.path] }, raw)),
  custom: (issue, raw) => [
    {
      path: issue.path,
      reason: issue.message,
      remedy: typeof issue.params?.remedy === "string" ? issue.params.remedy : write(issue.path, raw),
    },
  ],
};

/** What one of zod's issues means to a user. */
export function findings(issue: Issue, raw: unknown): Finding[] {
  return (describe[issue.code] as Describe<Issue["code"]>)(issue, raw);
}

function mistyped(path: readonly PropertyKey[], raw: unknown): Finding {
  const value = valueAt(path, raw);
  if (value === undefined) return missing(path, raw);
  const node = outlineAt(path, raw);
  const wanted = node === undefined ? "something else" : expected(node);
  if (typeof value === "number" && (node?.type === "integer" || node?.type === "number")) {
    return {
      path,
      reason: Number.isFinite(value) ? "is not a whole number" : "is not a finite number",
      remedy: write(path, raw),
    };
  }
  return {
    path,
    reason: `is ${kindOf(value)}, and ${wanted} is expected`,
    remedy: requoted(value, node?.type) ?? write(path, raw),
  };
}

/** A required key that is not there: what it is for, and how one would write it. */
function missing(path: readonly PropertyKey[], raw: unknown): Finding {
  const node = outlineAt(path, raw) ?? {};
  return {
    path,
    reason: `is required: ${node.description ?? "it has no default."}`,
    remedy: exampleAt(path, node),
  };
}

function notAmong(path: readonly PropertyKey[], values: readonly string[], raw: unknown): Finding {
  const value = valueAt(path, raw);
  if (value === undefined) return missing(path, raw);
  if (path.join(".") === "cluster.type" && typeof value === "string" && othersClusters.test(value)) {
    return {
      path,
      reason: `is none of ${quoted(values)}`,
      remedy: "`existing`: a cluster that is already there, named by kubeconfig and context",
    };
  }
  const remedy = typeof value === "string" ? suggestion(value, values) : `one of ${quoted(values)}`;
  return {
    path,
    reason: `is none of ${quoted(values)}`,
    remedy: values.length === 1 ? quoted(values) : remedy,
  };
}

/** Clusters that Quint does not make; `gke` is near to `oke` by letters alone. */
const othersClusters = /^(gke|aks|minikube|k3[sd]|rke2?|openshift|microk8s)$/i;

/** The values of a union's discriminator. */
function optionsOf(issue: IssueOf<"invalid_union">): string[] {
  return "options" in issue ? (issue.options ?? []).map(String) : [];
}

/** What the members of some mappings are, where "setting" would be less clear. */
const members: Readonly<Record<string, string>> = {
  platforms: "platform",
  workloads: "workload of this platform",
};

function unknownKey(path: readonly PropertyKey[], key: string, raw: unknown): Finding {
  const kind = members[String(path.at(-1) ?? "")] ?? "setting";
  const names = namesIn(outlineAt(path, raw) ?? {});
  return {
    path: [...path, key],
    reason: `is not a ${kind} that Quint knows`,
    remedy: suggestion(key, names),
  };
}

function tooFew(origin: string, least: number): string {
  return least === 1 ? "is empty" : `has fewer than ${least} ${things(origin)}`;
}

function things(origin: string): string {
  return origin === "string" ? "characters" : "entries";
}

function kindOf(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  const kinds: Readonly<Record<string, string>> = {
    string: "text",
    number: "a number",
    boolean: "a truth value",
  };
  return kinds[typeof value] ?? "a mapping";
}
