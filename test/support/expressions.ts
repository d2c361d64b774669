/** Every PromQL expression of a stack: rules, analyses of rollouts, panels and variables of dashboards. */
import { scrapedSeries } from "../../config/catalog/metrics/index.ts";
import type { KubernetesObject } from "../../policy/index.ts";
import { at } from "./objects.ts";
import { ask, type KnownSeries } from "./promql.ts";
import type { Rule } from "./rules.ts";
import { objectsOf } from "./stacks.ts";

export interface Expression {
  /** Where it stands. */
  readonly where: string;
  readonly text: string;
  readonly rule?: Rule;
  /** Whether a Prometheus of a platform's own is asked, and not the cluster's. */
  readonly own: boolean;
}

export async function expressionsOf(stack: string): Promise<Expression[]> {
  const { objects } = await objectsOf(stack);
  return objects.flatMap((object) => {
    const where = `${stack}: ${object.kind} ${object.metadata.namespace ?? ""}/${object.metadata.name}`;
    switch (object.kind) {
      case "PrometheusRule":
        return (at(object, "spec.groups") as { rules: Rule[] }[]).flatMap(({ rules }) =>
          rules.map((rule) => ({
            where: `${where} ${rule.alert ?? rule.record ?? ""}`,
            text: rule.expr,
            rule,
            own: false,
          })),
        );
      case "AnalysisTemplate":
        return textsAt(at(object, "spec.metrics"), "query").map((text) => ({ where, text, own: false }));
      case "ConfigMap":
        return dashboardsIn(object).map((text) => ({
          where,
          text,
          own: at(object, "metadata.labels.grafana_dashboard") === undefined,
        }));
      default:
        return [];
    }
  });
}

/** Questions to Prometheus of the dashboards in a ConfigMap. Those to Loki and Tempo are in other languages. */
function dashboardsIn(object: KubernetesObject): string[] {
  const files = Object.entries((at(object, "data") ?? {}) as Record<string, string>);
  return files
    .filter(([name, text]) => name.endsWith(".json") && text.includes('"panels"'))
    .flatMap(([, text]) => targetsIn(JSON.parse(text)));
}

function targetsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(targetsIn);
  if (typeof value !== "object" || value === null) return [];
  const { expr, datasource } = value as { expr?: unknown; datasource?: { type?: string } };
  const own = typeof expr === "string" && !["loki", "tempo"].includes(datasource?.type ?? "") ? [expr] : [];
  // A row of panels for Loki says so once, above its targets.
  if (["loki", "tempo"].includes(datasource?.type ?? "")) return [];
  return [...own, ...Object.values(value).flatMap(targetsIn)];
}

function textsAt(value: unknown, key: string): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => textsAt(each, key));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === key && typeof inner === "string" ? [inner] : textsAt(inner, key),
  );
}

/** What may be asked for: what is scraped, and what rules record of it. */
export function knownSeries(
  expressions: readonly Expression[],
  own: boolean,
): (name: string) => KnownSeries | undefined {
  const scraped = own ? scrapedSeries(["cancer-api", "cancer-prometheus"]) : scrapedSeries();
  const recorded = new Map<string, Rule[]>();
  for (const { rule } of expressions) {
    if (rule?.record !== undefined && !own)
      recorded.set(rule.record, [...(recorded.get(rule.record) ?? []), rule]);
  }
  const found = new Map<string, KnownSeries>();
  const known = (name: string): KnownSeries | undefined => {
    const series = scraped.get(name) ?? found.get(name);
    const rules = recorded.get(name);
    if (series !== undefined || rules === undefined) return series;
    const labels = new Set<string>();
    // One that asks for itself is known while it is looked at.
    found.set(name, { labels });
    for (const rule of rules) {
      for (const label of [...(ask(rule.expr, known).labels ?? []), ...Object.keys(rule.labels ?? {})])
        labels.add(label);
    }
    return { labels };
  };
  return known;
}
