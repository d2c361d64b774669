/** What a changed provider configuration means for the objects behind it. */
import type { DiffResult } from "../plugin/protocol.ts";
import {
  hasUnknown,
  isMap,
  isUnknown,
  revealed,
  sameTree,
  type Tree,
  type TreeMap,
  type ValueMap,
} from "../plugin/values.ts";
import { activeCluster, type Kubeconfig, type Overrides, readKubeconfig } from "./kubeconfig.ts";
import { text } from "./object.ts";

/** The settings that decide which cluster it is. */
const clusterKeys = ["kubeconfig", "context", "cluster"] as const;

/**
 * Another cluster means that everything is created anew. What says so is `clusterIdentifier` where the program sets
 * it; without one, the active cluster's entry in the kubeconfig (or a kubeconfig that is not known yet, to be safe).
 */
export function diffConfig(oldValues: ValueMap, newValues: ValueMap): DiffResult {
  const [olds, news] = [revealed(oldValues), revealed(newValues)];
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
  const diffs = keys.filter((key) => !sameTree(olds[key], news[key]));
  if (diffs.length === 0) return { changes: false, replaces: [], deleteBeforeReplace: false };

  const [before, after] = [olds.clusterIdentifier, news.clusterIdentifier];
  const isSet = before !== undefined && before !== null && after !== undefined && after !== null;
  const isSame = isSet && !hasUnknown(after) && sameTree(before, after);
  // Adding or removing the identifier replaces nothing: otherwise nobody could begin to use it.
  const replaces = isSet && !isSame ? ["clusterIdentifier"] : [];
  if (!isSame) replaces.push(...clusterChanges(olds, news, diffs));
  return { changes: true, diffs, replaces: isSame ? [] : replaces, deleteBeforeReplace: false };
}

function clusterChanges(olds: TreeMap, news: TreeMap, diffs: readonly string[]): readonly string[] {
  const unknownKey = clusterKeys.find((key) => isUnknown(news[key]));
  if (unknownKey !== undefined) return [unknownKey];
  const [before, after] = [activeEntry(olds), activeEntry(news)];
  if (before === undefined || after === undefined || sameTree(before, after)) return [];
  return clusterKeys.filter((key) => diffs.includes(key));
}

function activeEntry(settings: TreeMap): TreeMap | undefined {
  const kubeconfig = parsed(settings.kubeconfig);
  if (kubeconfig === undefined) return undefined;
  const overrides: Overrides = {
    ...(text(settings, "context") === "" ? {} : { context: text(settings, "context") }),
    ...(text(settings, "cluster") === "" ? {} : { cluster: text(settings, "cluster") }),
  };
  return activeCluster(kubeconfig, overrides);
}

function parsed(kubeconfig: Tree | undefined): Kubeconfig | undefined {
  if (isMap(kubeconfig)) return { content: kubeconfig, folder: process.cwd() };
  return typeof kubeconfig === "string" && kubeconfig !== "" ? readKubeconfig(kubeconfig) : undefined;
}
