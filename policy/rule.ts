/** What a rule is. */
import { nameOf, type KubernetesObject } from "./object.ts";

export interface Violation {
  /** The object that breaks the rule, as `Kind namespace/name`. */
  readonly object: string;
  /** What is wrong, and what would be right. */
  readonly reason: string;
}

export interface Context {
  readonly environment: "dev" | "staging" | "production";
  /** What the mesh adds to each pod of an injected namespace. */
  readonly sidecar: {
    readonly requests: Readonly<Record<"cpu" | "memory", string>>;
    readonly limits: Readonly<Record<"cpu" | "memory", string>>;
  };
  /** Nodes of the cluster: a daemon set has a pod on each. */
  readonly nodes: number;
  /** Namespaces outside the mesh, and why some of them may have privileged pods. Nothing else is exempt. */
  readonly exemptions: ReadonlyMap<string, { readonly outsideMesh: string; readonly privileged?: string }>;
  /** Secrets that exist beside the objects, as `namespace/name` -> keys. */
  readonly secrets: Pick<ReadonlyMap<string, readonly string[]>, "get">;
}

/** A rule over all objects of a stack. Pure: the same objects give the same violations, wherever it runs. */
export interface Rule {
  readonly name: string;
  /** What must hold, and why. */
  readonly description: string;
  readonly check: (objects: readonly KubernetesObject[], context: Context) => readonly Violation[];
}

/** Reasons, as far as they hold, as violations of an object. */
export function violationsOf(
  object: KubernetesObject,
  reasons: readonly (string | false)[],
): readonly Violation[] {
  return reasons.filter((reason) => reason !== false).map((reason) => ({ object: nameOf(object), reason }));
}
