/** The rules as policies of a CrossGuard pack: each looks at a whole stack. */
import type { StackValidationPolicy } from "@pulumi/policy";
import { rules } from "../index.ts";
import type { KubernetesObject } from "../object.ts";
import type { Context } from "../rule.ts";
import { referenceRules } from "../rules/references.ts";
import { objectsIn } from "./objects.ts";

export interface PackFacts extends Pick<Context, "exemptions"> {
  /** What the mesh adds to a pod. */
  readonly sidecarOf: (environment: Context["environment"]) => Context["sidecar"];
}

/** What the configuration of the pack may say to each policy. */
interface PackConfiguration {
  readonly environment?: Context["environment"];
  readonly nodes?: number;
}

const environments = ["dev", "staging", "production"] as const;

const configSchema = {
  properties: {
    environment: {
      type: "string",
      enum: [...environments],
      description: "Whose rules hold. Left out: what the stack's namespaces are labelled with (environment).",
    },
    nodes: {
      type: "integer",
      minimum: 1,
      default: 1,
      description: "Nodes of the cluster: the quota of a namespace must hold a daemon set's pod on each.",
    },
  },
} satisfies StackValidationPolicy["configSchema"];

export function packPolicies({ exemptions, sidecarOf }: PackFacts): StackValidationPolicy[] {
  return rules.map((rule) => ({
    name: rule.name,
    description: rule.description,
    configSchema,
    validateStack: (stack, reportViolation) => {
      const configuration = stack.getConfig<PackConfiguration>();
      const { objects, secrets, urns } = objectsIn(stack.resources);
      if (objects.length === 0) stack.notApplicable("the stack has no Kubernetes objects");
      if (referenceRules.includes(rule) && objects.some(isSynced)) {
        stack.notApplicable("Argo CD syncs objects that others refer to");
      }
      const environment = configuration.environment ?? environmentOf(objects);
      const context = {
        environment,
        exemptions,
        secrets,
        sidecar: sidecarOf(environment),
        nodes: configuration.nodes ?? 1,
      };
      for (const { object, reason } of rule.check(objects, context)) {
        reportViolation(`${object} ${reason}`, urns.get(object));
      }
    },
  }));
}

/** Whether Argo CD syncs objects beside those of the stack. */
function isSynced({ apiVersion, kind }: KubernetesObject): boolean {
  return kind === "Application" && apiVersion.startsWith("argoproj.io/");
}

/** @throws where no namespace says it. */
function environmentOf(objects: readonly KubernetesObject[]): Context["environment"] {
  const labels = objects.flatMap(({ kind, metadata }) =>
    kind === "Namespace" ? (metadata.labels?.environment ?? []) : [],
  );
  const found = environments.find((environment) => labels.includes(environment));
  if (found === undefined) {
    throw new Error(
      `no namespace of the stack is labelled environment: ${environments.join(", ")}; ` +
        'name it in the configuration of the pack, e.g. {"pinned-images": {"environment": "production"}}',
    );
  }
  return found;
}
