/** What an admission policy is: rules in CEL, which the API server asks of every change, whoever makes it. */
import type { Context } from "../rule.ts";

/** What the policies of a stack depend on. */
export interface AdmissionScope extends Pick<Context, "environment" | "exemptions"> {
  /** Services that the stack opens directly, as `namespace/name`. */
  readonly exposed: readonly string[];
}

export interface Validation {
  /** The rule of `policy/rules/` that it says; of what an account may ask for, the account's own. */
  readonly rule: string;
  /** CEL that is true where the rule holds. */
  readonly expression: string;
  /** What would be right. */
  readonly message: string;
  /** CEL that makes a message with the names of what is wrong. */
  readonly messageExpression?: string;
}

export interface AdmissionPolicy {
  readonly name: string;
  readonly resources: readonly {
    readonly apiGroups: readonly string[];
    readonly apiVersions: readonly string[];
    readonly resources: readonly string[];
  }[];
  /** Left out: what is made or changed. */
  readonly operations?: readonly ("CREATE" | "UPDATE" | "DELETE")[];
  /** Whose objects: those that Quint labels, or everyone's. */
  readonly of: "quint" | "everyone";
  /** Where: the namespaces of platforms, or the whole cluster. */
  readonly where: "platforms" | "cluster";
  /** CEL: which changes are looked at. What was there before stays as it is until that part of it is changed. */
  readonly when: string;
  /** CEL under a name, in the order in which they refer to each other. */
  readonly variables: Readonly<Record<string, string>>;
  readonly validations: readonly Validation[];
}

/** What happens to a change that breaks a rule. */
export type Enforcement = "deny" | "warn" | "audit";

const managed = { "app.kubernetes.io/managed-by": "quint" };

/** `spec` of a ValidatingAdmissionPolicy. */
export function policySpec(policy: AdmissionPolicy) {
  return {
    // An expression that cannot be evaluated lets nothing through: no server has to be reached for it.
    failurePolicy: "Fail",
    matchConstraints: {
      ...(policy.of === "quint" ? { objectSelector: { matchLabels: managed } } : {}),
      resourceRules: policy.resources.map(({ apiGroups, apiVersions, resources }) => ({
        apiGroups: [...apiGroups],
        apiVersions: [...apiVersions],
        resources: [...resources],
        operations: [...(policy.operations ?? ["CREATE", "UPDATE"])],
      })),
    },
    matchConditions: [{ name: "changed", expression: policy.when }],
    variables: Object.entries(policy.variables).map(([name, expression]) => ({ name, expression })),
    validations: policy.validations.map(({ rule, expression, message, messageExpression }) => ({
      expression,
      message: `${rule}: ${message}`,
      ...(messageExpression === undefined ? {} : { messageExpression }),
      reason: "Invalid",
    })),
  };
}

/** `spec` of the ValidatingAdmissionPolicyBinding that puts a policy to work. */
export function bindingSpec(
  policy: AdmissionPolicy,
  scope: Pick<AdmissionScope, "exemptions">,
  enforcement: Enforcement,
) {
  return {
    policyName: objectName(policy),
    validationActions: [...actions[enforcement]],
    ...(policy.where === "platforms"
      ? {
          matchResources: {
            namespaceSelector: {
              matchLabels: managed,
              matchExpressions: [
                {
                  key: "kubernetes.io/metadata.name",
                  operator: "NotIn",
                  values: [...scope.exemptions.keys()],
                },
              ],
            },
          },
        }
      : {}),
  };
}

/** The audit log has every violation, whatever else happens to it. */
const actions: Readonly<Record<Enforcement, readonly string[]>> = {
  deny: ["Deny", "Audit"],
  warn: ["Warn", "Audit"],
  audit: ["Audit"],
};

/** Name of a policy's objects: both are of the whole cluster, which others have policies in. */
export function objectName({ name }: AdmissionPolicy): string {
  return `${name}.quint.dev`;
}

/** A text as CEL writes it. */
export function text(value: string): string {
  return JSON.stringify(value);
}

/** A list of texts as CEL writes it. */
export function texts(values: readonly string[]): string {
  return `[${values.map(text).join(", ")}]`;
}

/** A pattern as CEL writes it. */
export function pattern({ source, flags }: RegExp): string {
  return `r'${flags.includes("i") ? "(?i)" : ""}${source}'`;
}

/** Whether a change is a new object, or one that differs at a path. */
export function changed(path: string): string {
  return `request.operation == 'CREATE' || object.${path} != oldObject.${path}`;
}
