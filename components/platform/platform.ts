/** A platform: its namespaces, and its applications in them. */
import * as pulumi from "@pulumi/pulumi";
import type { GatewaySpec, Platform } from "../../platforms/model/index.ts";
import type { Cluster } from "../cluster/contract.ts";
import { Namespace } from "../namespace/namespace.ts";
import { meshAccountsOf } from "./accounts.ts";
import { Application } from "./application.ts";
import { calleesOf } from "./edges.ts";

export interface PlatformArgs {
  readonly cluster: Cluster;
  readonly platform: Platform;
  readonly gateway: GatewaySpec;
}

/** Creates everything that a platform describes. */
export class PlatformDeployment extends pulumi.ComponentResource {
  /** Names of the platform's namespaces. */
  readonly namespaces: readonly pulumi.Output<string>[];

  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:platform:Platform", name, {}, { ...opts, providers: [args.cluster.provider] });
    const { platform, cluster } = args;
    const namespaces = new Map(
      platform.namespaces.map((spec) => [
        spec.name,
        new Namespace(
          `${name}-${spec.name}`,
          { platform: platform.name, spec, pullSecret: cluster.facts.pullSecret },
          { parent: this },
        ),
      ]),
    );
    const callees = calleesOf(platform);
    const accounts = meshAccountsOf(platform);
    for (const spec of platform.applications) {
      const namespace = namespaces.get(spec.namespace);
      if (namespace === undefined) {
        throw new Error(
          `application "${spec.name}" of platform "${platform.name}" is in the namespace "${spec.namespace}", ` +
            `which the platform does not declare (${[...namespaces.keys()].join(", ")})`,
        );
      }
      new Application(
        `${name}-${spec.name}`,
        {
          platform: platform.name,
          namespace,
          spec,
          facts: cluster.facts,
          callees,
          accounts,
          gateway: args.gateway,
        },
        { parent: this },
      );
    }
    this.namespaces = [...namespaces.values()].map((namespace) => namespace.namespaceName);
    this.registerOutputs({ namespaces: this.namespaces });
  }
}
