/** One add-on: its releases, or their footprint where containers do not run, and our own objects around them. */
import * as pulumi from "@pulumi/pulumi";
import { mergeValues, type Values } from "../../config/catalog/mirror.ts";
import type {
  AddOnSpec,
  FootprintSpec,
  FoundationOptions,
  ReleaseSpec,
} from "../../platforms/model/foundation.ts";
import type { ClusterFacts } from "../cluster/contract.ts";
import { customResource } from "../custom-resource.ts";
import { Footprint } from "../footprint/footprint.ts";
import type { Namespace } from "../namespace/namespace.ts";
import { prometheusRule } from "../observability/rules.ts";
import { Release, type ReleaseArgs } from "../release/release.ts";
import { definitions } from "./definitions.ts";
import { foundationLabels, type AddOnScope } from "./definition.ts";
import { disruptionBudget, networkPolicy, podMonitor, type FoundationPods } from "./protection.ts";

export interface AddOnArgs {
  readonly spec: AddOnSpec;
  readonly options: FoundationOptions;
  readonly facts: ClusterFacts;
  readonly namespaces: ReadonlyMap<string, Namespace>;
  /** All pods of the foundation. */
  readonly pods: FoundationPods;
  /** The classes that pods name when they are admitted. */
  readonly priorityClasses: pulumi.Resource;
  /** The add-ons that this one needs. */
  readonly needs: readonly pulumi.Resource[];
}

export class AddOn extends pulumi.ComponentResource {
  constructor(name: string, args: AddOnArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:foundation:AddOn", name, {}, opts);
    const { spec, options, facts } = args;
    const definition = definitions[spec.name];
    // On a simulated cluster the kinds are there, and nothing else has to run first.
    const after = [args.priorityClasses, ...(facts.controllersRun ? args.needs : [])];
    const scope: AddOnScope = {
      spec,
      options,
      facts,
      name,
      opts: { parent: this, dependsOn: after },
      namespace: (wanted) => namespaceOf(args, wanted).namespaceName,
    };
    const before = definition.before?.(scope) ?? [];
    const values = definition.values(scope);
    const ofCloud = facts.controllersRun ? (definition.cloudValues?.(scope) ?? {}) : {};
    let installed: pulumi.Resource[] = [...after, ...before];
    for (const release of spec.releases) {
      if (facts.controllersRun) {
        installed = [
          ...installed,
          this.release(
            name,
            release,
            laidOver(values[release.chart] ?? {}, ofCloud[release.chart]),
            args,
            installed,
          ),
        ];
      } else {
        this.footprints(name, release.pods, args, after);
      }
      for (const pod of release.pods) this.protect(name, pod, args, installed);
    }
    this.rules(name, args, installed);
    definition.after?.({
      ...scope,
      opts: { parent: this, dependsOn: facts.controllersRun ? installed : namespacesOf(args) },
    });
    this.registerOutputs();
  }

  /** Alerts on the add-on, in the namespace of its first release. */
  private rules(name: string, args: AddOnArgs, after: readonly pulumi.Resource[]): void {
    const { name: addOn, releases, rules } = args.spec;
    const namespace = releases[0]?.namespace;
    if (rules.length === 0 || namespace === undefined) return;
    customResource(
      `${name}-rules`,
      prometheusRule({ name: addOn, namespace, labels: foundationLabels(addOn) }, "foundation", rules),
      {
        parent: this,
        dependsOn: args.facts.controllersRun ? [...after] : [namespaceOf(args, namespace)],
      },
    );
  }

  private release(
    name: string,
    spec: ReleaseSpec,
    values: ReleaseArgs["values"],
    args: AddOnArgs,
    after: readonly pulumi.Resource[],
  ): Release {
    const { timeoutSeconds } = definitions[args.spec.name];
    return new Release(
      `${name}-${spec.release}`,
      {
        release: spec.release,
        namespace: namespaceOf(args, spec.namespace).namespaceName,
        source: spec.source,
        values: laidOver(spec.images, values),
        ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      },
      // Agents of a release may live in a second namespace.
      { parent: this, dependsOn: [...after, ...namespacesOf(args)] },
    );
  }

  private footprints(
    name: string,
    pods: readonly FootprintSpec[],
    args: AddOnArgs,
    after: readonly pulumi.Resource[],
  ): void {
    for (const spec of pods) {
      new Footprint(
        `${name}-${spec.name}`,
        { spec, namespace: namespaceOf(args, spec.namespace).namespaceName, facts: args.facts, after },
        { parent: this },
      );
    }
  }

  private protect(
    name: string,
    pod: FootprintSpec,
    args: AddOnArgs,
    after: readonly pulumi.Resource[],
  ): void {
    const protection = {
      pod,
      byChart: args.facts.controllersRun,
      facts: args.facts,
      all: args.pods,
      namespace: namespaceOf(args, pod.namespace).namespaceName,
    };
    const child = `${name}-${pod.name}`;
    disruptionBudget(child, protection, { parent: this });
    networkPolicy(child, protection, { parent: this });
    podMonitor(child, protection, {
      parent: this,
      dependsOn: args.facts.controllersRun ? [...after] : [namespaceOf(args, pod.namespace)],
    });
  }
}

/** Values over others; known when those are that a cloud makes known. */
function laidOver(below: Values, above: ReleaseArgs["values"] | undefined): ReleaseArgs["values"] {
  if (above === undefined) return below;
  return pulumi.Output.isInstance(above)
    ? above.apply((known): object => mergeValues(below, known as Values))
    : mergeValues(below, above);
}

function namespaceOf({ namespaces, spec }: AddOnArgs, wanted: string): Namespace {
  const found = namespaces.get(wanted);
  if (found === undefined) {
    throw new Error(
      `add-on "${spec.name}" is in the namespace "${wanted}", which the foundation does not declare ` +
        `(${[...namespaces.keys()].join(", ")})`,
    );
  }
  return found;
}

/** The namespaces that an add-on puts something into. */
function namespacesOf(args: AddOnArgs): Namespace[] {
  const names = args.spec.releases.flatMap(({ namespace, pods }) => [
    namespace,
    ...pods.map((pod) => pod.namespace),
  ]);
  return [...new Set(names)].map((name) => namespaceOf(args, name));
}
