/** Every rule that a stack gives Prometheus, as its operator reads it. */
import { prometheusRule } from "../../components/observability/rules.ts";
import { describeStack } from "../../platforms/index.ts";
import type { AlertSpec } from "../../platforms/model/index.ts";
import { at } from "./objects.ts";
import { objectsOf, settingsOf } from "./stacks.ts";

/** A rule of a PrometheusRule. */
export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** The groups of all PrometheusRules of a stack; their names with namespace and object before them, as Prometheus keeps them. */
export async function ruleGroupsOf(stack: string): Promise<RuleGroup[]> {
  const { objects } = await objectsOf(stack);
  return objects
    .filter(({ kind }) => kind === "PrometheusRule")
    .flatMap((object) =>
      (at(object, "spec.groups") as RuleGroup[]).map((group) => ({
        ...group,
        name: `${object.metadata.namespace ?? ""}/${object.metadata.name}/${group.name}`,
      })),
    );
}

/** The alerts that production gets with a second bucket: of which one, its file leaves to its owner. */
export function offsiteRules(): Rule[] {
  const settings = settingsOf("production");
  const offsite = { kind: "existing", bucket: "second", region: "eu-west-1", secret: "key" } as const;
  const { addOns } = describeStack({
    ...settings,
    foundation: { ...settings.foundation, offsite },
  }).foundation;
  const without = new Set(alertsOf("production").map(({ name }) => name));
  const metadata = { name: "velero", namespace: "velero", labels: {} };
  const rules = prometheusRule(
    metadata,
    "foundation",
    addOns.flatMap((addOn) => addOn.rules),
  ).spec.groups?.flatMap((group) => group.rules ?? []);
  return ((rules ?? []) as Rule[]).filter(({ alert }) => alert !== undefined && !without.has(alert));
}

/** Alerts of a stack as its pages declare them, with whose they are. */
export function alertsOf(stack: string): (AlertSpec & { readonly owner: string })[] {
  const { foundation, platforms } = describeStack(settingsOf(stack));
  const owned = (owner: string) => (alert: AlertSpec) => ({ ...alert, owner: alert.owner ?? owner });
  return [
    ...foundation.addOns.flatMap(({ rules }) =>
      rules.flatMap(({ alerts }) => alerts).map(owned("foundation")),
    ),
    ...platforms.flatMap(({ name, applications }) =>
      applications
        .flatMap(({ alerts = [], ruleGroups = [] }) => [
          ...alerts,
          ...ruleGroups.flatMap((group) => group.alerts),
        ])
        .map(owned(name)),
    ),
  ];
}
