/** The foundation of a cluster: priority classes, namespaces, and the add-ons in the order of their needs. */
import * as pulumi from "@pulumi/pulumi";
import { gatewayOf, type AddOnName, type FoundationSpec } from "../../platforms/model/foundation.ts";
import type { Cluster } from "../cluster/contract.ts";
import { Namespace } from "../namespace/namespace.ts";
import { OffsiteCopies } from "../backup/offsite-copies.ts";
import type { OffsiteStore } from "../backup/offsite-store.ts";
import { Route } from "../traffic/route.ts";
import { AddOn } from "./add-on.ts";
import { Guardrails } from "./guardrails.ts";
import { allowHooks } from "./hooks.ts";
import { PriorityClasses } from "./priority-classes.ts";

export interface FoundationArgs {
  readonly cluster: Cluster;
  readonly spec: FoundationSpec;
  /** Second bucket for backups; left out: there is none. */
  readonly offsite?: OffsiteStore | undefined;
}

export class Foundation extends pulumi.ComponentResource {
  /** The add-ons by name: what needs one depends on it. */
  readonly addOns: ReadonlyMap<AddOnName, AddOn>;
  /**
   * What platforms wait for: the guardrails, so that their first objects are looked at, too, and every add-on where
   * controllers run, so that kinds and webhooks are there; else the classes that pods name.
   */
  readonly prerequisites: readonly pulumi.Resource[];
  /** Names of the foundation's namespaces. */
  readonly namespaces: readonly pulumi.Output<string>[];

  constructor(name: string, args: FoundationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:foundation:Foundation", name, {}, { ...opts, providers: [args.cluster.provider] });
    const { spec, cluster } = args;
    const priorityClasses = new PriorityClasses("priority-classes", { parent: this });
    const guardrails = new Guardrails("guardrails", spec.options, { parent: this });
    const namespaces = new Map(
      spec.namespaces.map((namespace) => [
        namespace.name,
        new Namespace(
          `${name}-${namespace.name}`,
          { platform: "foundation", spec: namespace },
          { parent: this },
        ),
      ]),
    );
    if (cluster.facts.controllersRun) {
      for (const [wanted, namespace] of namespaces) {
        allowHooks(`${name}-${wanted}`, namespace, cluster.facts);
      }
    }
    const pods = spec.addOns.flatMap(({ releases }) => releases.flatMap((release) => release.pods));
    const addOns = new Map<AddOnName, AddOn>();
    for (const addOn of spec.addOns) {
      addOns.set(
        addOn.name,
        new AddOn(
          `${name}-${addOn.name}`,
          {
            spec: addOn,
            options: spec.options,
            facts: cluster.facts,
            namespaces,
            pods,
            priorityClasses,
            needs: addOn.needs.flatMap((need) => addOns.get(need) ?? []),
          },
          { parent: this },
        ),
      );
    }
    const velero = namespaces.get("velero");
    if (args.offsite !== undefined && velero !== undefined) {
      new OffsiteCopies(
        `${name}-offsite`,
        { namespace: velero, options: spec.options, facts: cluster.facts, store: args.offsite },
        { parent: this, dependsOn: [...addOns.values()] },
      );
    }
    for (const { addOn, namespace, spec: route } of spec.routes) {
      new Route(
        `${name}-route-${route.name}`,
        {
          owner: { platform: "foundation", application: addOn },
          namespace,
          spec: route,
          gateway: gatewayOf(spec),
        },
        { parent: this, dependsOn: [...addOns.values()] },
      );
    }
    this.addOns = addOns;
    this.prerequisites = [
      priorityClasses,
      guardrails,
      ...(cluster.facts.controllersRun ? addOns.values() : []),
    ];
    this.namespaces = [...namespaces.values()].map(({ namespaceName }) => namespaceName);
    this.registerOutputs({ namespaces: this.namespaces });
  }
}
