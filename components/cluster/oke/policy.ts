/** IAM policies: what principals may do in the compartment, and under which conditions. */

/** A ServiceAccount of one cluster, as a principal. */
export interface Workload {
  readonly cluster: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Who a policy speaks of. `any-user` with conditions on the principal is how OCI names its own kinds of principals. */
export type Principal =
  | { readonly group: string }
  | { readonly service: string }
  | { readonly dynamicGroup: string }
  | { readonly workload: Workload }
  /** Any resource of a kind in this compartment, e.g. every `cluster`. */
  | { readonly resource: "cluster" | "nodepool"; readonly id?: string };

export interface Statement {
  readonly principal: Principal;
  /** Verb and kind, e.g. `use keys`. */
  readonly may: string;
  /** Conditions that all have to hold, e.g. `target.bucket.name='b'`. */
  readonly where?: readonly string[];
}

/** A statement in OCI's policy language. */
export function statement(compartment: string, { principal, may, where = [] }: Statement): string {
  const conditions = [...conditionsOf(principal), ...where];
  const suffix = conditions.length === 0 ? "" : ` where all {${conditions.join(", ")}}`;
  return `Allow ${subject(principal)} to ${may} in compartment id ${compartment}${suffix}`;
}

/** One of some permissions, as a condition. */
export function permissions(...names: string[]): string {
  return `any {${names.map((name) => `request.permission='${name}'`).join(", ")}}`;
}

function subject(principal: Principal): string {
  if ("group" in principal) return `group id ${principal.group}`;
  if ("service" in principal) return `service ${principal.service}`;
  if ("dynamicGroup" in principal) return `dynamic-group id ${principal.dynamicGroup}`;
  return "any-user";
}

function conditionsOf(principal: Principal): string[] {
  if ("workload" in principal) {
    const { cluster, namespace, serviceAccount } = principal.workload;
    return [
      "request.principal.type='workload'",
      `request.principal.namespace='${namespace}'`,
      `request.principal.service_account='${serviceAccount}'`,
      `request.principal.cluster_id='${cluster}'`,
    ];
  }
  if ("resource" in principal) {
    return [
      `request.principal.type='${principal.resource}'`,
      ...(principal.id === undefined ? [] : [`request.principal.id='${principal.id}'`]),
    ];
  }
  return [];
}
