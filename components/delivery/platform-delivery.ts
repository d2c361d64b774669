/** How Argo CD delivers a platform: its projects, and an Application for each of its applications and charts. */
import * as pulumi from "@pulumi/pulumi";
import type { Mirrors } from "../../config/catalog/mirror.ts";
import {
  chartName,
  deliveryName,
  mainProject,
  type NamespaceSpec,
  type Platform,
  type SyncSource,
} from "../../platforms/model/index.ts";
import type { ClusterFacts } from "../cluster/contract.ts";
import { customResource } from "../custom-resource.ts";
import { chartOfData } from "../data/index.ts";
import { application, chartRepository, chartSourceOf, gitSource } from "./application.ts";
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
    const charts = platform.applications.flatMap((spec) =>
      // Where no controllers run, placeholders stand for a chart's pods; they are among the rendered objects.
      facts.controllersRun
        ? (spec.data ?? []).flatMap((service) => {
            const of = { spec: service, facts, namespace: namespaceOf(platform, spec.namespace) };
            const install = chartOfData(of, mirrors);
            return install === undefined ? [] : [{ spec, install }];
          })
        : [],
    );
    const repositories = charts.map(({ install }) => chartRepository(install));
    const projects = [main, ...(platform.projects ?? []).filter((other) => other !== main)].map((spec) =>
      customResource(
        `${name}-${spec.name}`,
        project({ platform, spec, sync, repositories: [...new Set(repositories)] }),
        { parent: this },
      ),
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
    this.registerOutputs();
  }
}

/** @throws where the platform does not declare it. */
function namespaceOf(
  { name: platform, namespaces }: Platform,
  name: string,
): { readonly spec: NamespaceSpec } {
  const spec = namespaces.find((namespace) => namespace.name === name);
  if (spec === undefined) throw new Error(`platform "${platform}" does not declare the namespace "${name}"`);
  return { spec };
}
