/** KWOK's Stage: when an object looks like this, wait so long, then change it like that. The part of its API used here. */

/**
 * A jq expression that must be true. Not CEL, which KWOK 0.8 takes too: there it cannot look into lists of Nodes and
 * Pods, and dies of a nil pointer after such an expression.
 */
interface Expression {
  readonly key: string;
  readonly operator: "In";
  readonly values: readonly ["true"];
}

/** One change. Templates are Go templates over the object, giving YAML. */
export type Step =
  | {
      readonly patch: {
        readonly subresource?: "status";
        readonly root?: "metadata" | "spec" | "status";
        readonly type?: "merge" | "strategic";
        readonly template: string;
      };
    }
  | { readonly apply: { readonly template: string } }
  | { readonly delete: true };

export interface Stage {
  readonly apiVersion: "kwok.x-k8s.io/v1alpha1";
  readonly kind: "Stage";
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly resourceRef: { readonly apiGroup: string; readonly kind: string };
    readonly selector: { readonly matchExpressions: readonly Expression[] };
    readonly delay?: { readonly durationMilliseconds: number; readonly jitterDurationMilliseconds?: number };
    /** Look for the next Stage at once, not when the object comes back changed. */
    readonly immediateNextStage?: boolean;
    readonly steps: readonly Step[];
  };
}

interface StageOptions {
  /** Kind of the core group. */
  readonly kind: string;
  /** jq expressions that must all be true; one that fails is false. */
  readonly when: readonly string[];
  readonly steps: readonly Step[];
  /** Milliseconds to wait; a range is drawn from evenly. */
  readonly after?: number | readonly [least: number, most: number];
  readonly again?: boolean;
}

/** A Stage for a kind of the core group. */
export function stage(name: string, options: StageOptions): Stage {
  const [least, most] = typeof options.after === "number" ? [options.after] : (options.after ?? []);
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name },
    spec: {
      resourceRef: { apiGroup: "v1", kind: options.kind },
      selector: { matchExpressions: options.when.map((key) => ({ key, operator: "In", values: ["true"] })) },
      ...(least === undefined
        ? {}
        : {
            delay: {
              durationMilliseconds: least,
              ...(most === undefined ? {} : { jitterDurationMilliseconds: most }),
            },
          }),
      ...(options.again ? { immediateNextStage: true } : {}),
      steps: options.steps,
    },
  };
}

/** The object is not being deleted. */
export const notDeleting = ".metadata.deletionTimestamp == null";
