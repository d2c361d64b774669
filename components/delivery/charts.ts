/** The charts that a platform's applications bring, as Argo CD installs them. */
import type { Mirrors } from "../../config/catalog/mirror.ts";
import type { ApplicationSpec, NamespaceSpec, Platform } from "../../platforms/model/index.ts";
import type { ClusterFacts } from "../cluster/contract.ts";
import { chartOfData, type ChartInstall } from "../data/index.ts";
import { chartRepository } from "./application.ts";

export interface DeliveredChart {
  readonly spec: ApplicationSpec;
  readonly install: ChartInstall;
}

/** In their order. Where no controllers run, placeholders stand for a chart's pods; they are among the rendered objects. */
export function chartsOf(
  platform: Platform,
  facts: ClusterFacts,
  mirrors: Mirrors,
): readonly DeliveredChart[] {
  if (!facts.controllersRun) return [];
  return platform.applications.flatMap((spec) =>
    (spec.data ?? []).flatMap((service) => {
      const of = { spec: service, facts, namespace: namespaceOf(platform, spec.namespace) };
      const install = chartOfData(of, mirrors);
      return install === undefined ? [] : [{ spec, install }];
    }),
  );
}

/** Where Argo CD finds them, each once. */
export function repositoriesOf(charts: readonly DeliveredChart[]): string[] {
  return [...new Set(charts.map(({ install }) => chartRepository(install)))];
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
