/** How Argo CD delivers a platform: its projects, and an Application for each of its applications and charts. */
import * as pulumi from "@pulumi/pulumi";
import type { Mirrors } from "../../config/catalog/mirror.ts";
import {
  chartName,
  deliveryName,
  mainProject,
  type Platform,
  type SyncSource,
} from "../../platforms/model/index.ts";
import type { ClusterFacts } from "../cluster/contract.ts";
import { customResource } from "../custom-resource.ts";
import { application, chartSourceOf, gitSource } from "./application.ts";
import { chartsOf, repositoriesOf } from "./charts.ts";
import { Previews } from "./previews.ts";
import { project } from "./project.ts";

export type { SyncSource } from "../../platforms/model/index.ts";

export interface PlatformDeliveryArgs {
  readonly platform: Platform;
  readonly sync: SyncSource;
  readonly mirrors: Mirrors;
  readonly facts: ClusterFacts;
}

/** A chart's Application comes before that of the objects beside it, and both after those of the applications before. */
export class PlatformDelivery extends pulumi.ComponentResource {
  constructor(name: string, args: PlatformDeliveryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:delivery:PlatformDelivery", name, {}, opts);
    const { platform, sync, mirrors, facts } = args;
    const main = mainProject(platform);
    const charts = chartsOf(platform, facts, mirrors);
    const repositories = repositoriesOf(charts);
    const projects = [main, ...(platform.projects ?? []).filter((other) => other !== main)].map((spec) =>
      customResource(`${name}-${spec.name}`, project({ platform, spec, sync, repositories }), {
        parent: this,
      }),
    );
    const made = new Map<string, pulumi.Resource>();
    for (const spec of platform.applications) {
      const before = (spec.dependsOn ?? []).flatMap((other) => made.get(other) ?? []);
      const after = { parent: this, dependsOn: [...projects, ...before] };
      const ofCharts = charts
        .filter((chart) => chart.spec === spec)
        .map(({ install }) => {
          const of = chartName(platform.name, spec, install.release);
          return customResource(
            `${name}-${of}`,
            application({ name: of, platform, spec, project: main, source: chartSourceOf(install) }),
            after,
          );
        });
      const own = deliveryName(platform.name, spec);
      made.set(
        spec.name,
        customResource(
          `${name}-${own}`,
          application({
            name: own,
            platform,
            spec,
            project: main,
            source: gitSource(sync, platform.name, spec),
          }),
          { ...after, dependsOn: [...after.dependsOn, ...ofCharts] },
        ),
      );
    }
    if (platform.previews !== undefined) {
      new Previews(
        platform.previews.project.name,
        { platform: platform.name, previews: platform.previews, sync, mirrors, facts },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}
