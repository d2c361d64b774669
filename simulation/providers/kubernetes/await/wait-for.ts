/** The annotation `pulumi.com/waitFor`: what the program wants to wait for, instead of what the kind would. */
import { JSONPath } from "jsonpath-plus";
import { conditionOf, count, type KubeObject } from "../object.ts";
import { type Awaiter, type Decision, ready, waiting } from "./decision.ts";

type Check = (object: KubeObject) => Decision;

/**
 * The awaiter for the annotation's value: `condition=Type[=Status]`, `jsonpath={.path}[=value]`, or a JSON list of
 * those, of which all must hold. Throws where it is none of these.
 */
export function waitForAwaiter(annotation: string): Awaiter {
  const checks = expressions(annotation).map(parse);
  return {
    timeoutSeconds: 600,
    related: [],
    onRefresh: false,
    decide: ({ object }) => {
      const open = checks.map((check) => check(object)).filter(({ state }) => state !== "ready");
      return open[0] ?? ready("Found what the annotation asks for");
    },
  };
}

function expressions(annotation: string): readonly string[] {
  let values: unknown;
  try {
    values = JSON.parse(annotation);
  } catch {
    return [annotation];
  }
  if (!Array.isArray(values)) return [annotation];
  if (values.length === 0) throw new Error("pulumi.com/waitFor: at least one condition must be specified");
  return values.map(String);
}

function parse(expression: string): Check {
  if (expression.startsWith("condition=")) return conditionCheck(expression.slice("condition=".length));
  if (expression.startsWith("jsonpath=")) return jsonPathCheck(expression.slice("jsonpath=".length));
  throw new Error(`pulumi.com/waitFor: expected a "jsonpath=" or "condition=" prefix, got "${expression}"`);
}

function conditionCheck(expression: string): Check {
  const [type = "", wanted = "True"] = expression.split("=", 2);
  return (object) => {
    const found = conditionOf(object, type);
    const observed = found?.observedGeneration ?? count(object, "status", "observedGeneration");
    if (found === undefined) return waiting(`Waiting for condition ${type}=${wanted}`);
    if (isStale(object, observed))
      return waiting(`Waiting for condition ${type}=${wanted} of the present generation`);
    if (found.status.toLowerCase() === wanted.toLowerCase())
      return ready(`Found condition ${type}=${wanted}`);
    const why = found.message === "" ? "" : `: ${found.message}`;
    return waiting(`Resource has condition ${type}=${found.status} (want ${wanted})${why}`);
  };
}

function jsonPathCheck(expression: string): Check {
  // "==" belongs to a filter, a single "=" parts path and value.
  const match = /^(\{.*\})(?:=(.+))?$/s.exec(expression);
  const inner = match?.[1]?.slice(1, -1).trim();
  if (inner === undefined || inner === "") {
    throw new Error(
      `pulumi.com/waitFor: format should be jsonpath={.path}=value or jsonpath={.path}, got "${expression}"`,
    );
  }
  const wanted = match?.[2];
  const path = inner.startsWith("$") ? inner : `$${inner}`;
  return (object) => {
    const waitingForIt = `Waiting for ${expression}`;
    if (isStale(object, count(object, "status", "observedGeneration"))) return waiting(waitingForIt);
    const [value] = JSONPath<unknown[]>({ path, json: object, wrap: true, eval: "safe" });
    if (value === undefined) return waiting(`${waitingForIt}: selected nothing`);
    if (wanted === undefined) return ready(`Found ${expression}`);
    if (typeof value === "object") {
      throw new Error(
        `pulumi.com/waitFor: "${inner}" has a value that is an object or a list, which cannot be compared`,
      );
    }
    const found = JSON.stringify(value).replace(/^"(.*)"$/s, "$1");
    return found === wanted ? ready(`Found ${expression}`) : waiting(`${waitingForIt} (found "${found}")`);
  };
}

/** Whether the status speaks about an older spec. */
function isStale(object: KubeObject, observed: number | undefined): boolean {
  const generation = count(object, "metadata", "generation");
  return generation !== undefined && observed !== undefined && observed < generation;
}
