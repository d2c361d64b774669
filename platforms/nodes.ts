/** Pods that choose their nodes by label, and whether the stack has such nodes: else they would wait for ever. */
import { SettingsError, type NodePool, type Settings } from "../config/index.ts";
import { keyOf } from "../config/values.ts";
import type { Platform } from "./model/index.ts";

type Labels = Readonly<Record<string, string>>;

/** @throws SettingsError that names the labels, and who selects them. */
export function refuseUnplaceable(
  platforms: readonly Platform[],
  { cluster, stack }: Pick<Settings, "cluster" | "stack">,
): void {
  const nodes = cluster.nodePools
    .filter(({ taints }) => !taints.some(({ effect }) => effect !== "PreferNoSchedule"))
    .map(labelsOf);
  // No node at all is said by another check.
  if (nodes.length === 0) return;
  const wanted = new Map<string, { readonly selector: Labels; readonly by: string[] }>();
  for (const { name: platform, applications } of platforms) {
    for (const { name, nodeSelector } of applications.flatMap(({ jobs = [], workloads }) => [
      ...workloads,
      ...jobs,
    ])) {
      if (nodeSelector === undefined || nodes.some((labels) => matches(labels, nodeSelector))) continue;
      const key = inWords(nodeSelector);
      const { by } = wanted.get(key) ?? { by: [] };
      wanted.set(key, { selector: nodeSelector, by: [...by, `${platform}/${name}`] });
    }
  }
  if (wanted.size === 0) return;
  throw new SettingsError(
    [...wanted.values()].map(({ selector, by }) => ({
      key: keyOf(["cluster", "nodePools"]),
      value: cluster.nodePools.map(({ labels, name }) => `${name} (${inWords(labels)})`).join(", "),
      reason: `have no nodes with the label ${inWords(selector)}, selected by ${[...new Set(by)].join(", ")}`,
      remedy: `a pool without taints that has them:\nlabels: { ${inWords(selector, ": ")} }`,
    })),
    `the node pools of ${stack}`,
  );
}

/** A pool's own labels, and those that its nodes have anyway. */
function labelsOf({ architecture, labels }: NodePool): Labels {
  return { ...labels, "kubernetes.io/arch": architecture, "kubernetes.io/os": "linux" };
}

function matches(labels: Labels, selector: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function inWords(labels: Labels, between = "="): string {
  const words = Object.entries(labels).map(([key, value]) => `${key}${between}${value}`);
  return words.length === 0 ? "no labels" : words.join(", ");
}
