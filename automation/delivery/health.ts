/** How a platform is, by its cluster: servers, rollouts, endpoints, analyses. */
import type { Platform } from "../../platforms/model/index.ts";
import type { Client, ClusterAccess } from "../cluster/access.ts";
import { missingAmong } from "../cluster/status.ts";
import { wordsOf as versionWords } from "../cluster/tables.ts";
import { listIfKnown, listWorkloads, type Workload } from "../cluster/workloads.ts";
import type { Rollout } from "./rollouts.ts";

/** What is looked at: a platform, or some of its namespaces. */
export interface Scope {
  readonly platform: Platform;
  readonly namespaces: readonly string[];
}

export interface PlatformState {
  /** Those that are not ready, or whose controller has not caught up. */
  readonly unready: readonly Workload[];
  /** Described, and not there. */
  readonly missing: readonly string[];
  /** Without a single ready pod. */
  readonly down: readonly Workload[];
  readonly workloads: readonly Workload[];
}

export async function platformState(
  client: Client,
  access: ClusterAccess,
  { platform, namespaces }: Scope,
): Promise<PlatformState> {
  const inside = (namespace: string): boolean => namespaces.includes(namespace);
  const all = await listWorkloads(client, access);
  const own = all.filter((workload) => workload.platform === platform.name && inside(workload.namespace));
  const scoped = {
    ...platform,
    applications: platform.applications.filter(({ namespace }) => inside(namespace)),
  };
  return {
    workloads: own,
    unready: own.filter(({ settled, ready, desired }) => !settled || ready < desired),
    down: own.filter(({ ready, desired }) => desired > 0 && ready === 0),
    missing:
      own.length === 0
        ? scoped.applications.flatMap(({ namespace, workloads }) =>
            workloads.map(({ name }) => `${namespace}/${name}`),
          )
        : missingAmong([scoped], own).map(({ namespace, name }) => `${namespace}/${name}`),
  };
}

/** What cannot be meant to be so, in words; nothing where there is nothing of the kind. */
export function plainlyWrong({ missing, down, workloads }: PlatformState): string | undefined {
  const degraded = workloads.find(({ rollout }) => rollout?.phase === "Degraded");
  if (degraded?.rollout !== undefined)
    return `${degraded.namespace}/${degraded.name} is ${versionWords(degraded.rollout)}`;
  if (missing.length > 0) return `not there: ${missing.join(", ")}`;
  return down.length > 0 ? `no pod is ready: ${down.map(wordsOf).join(", ")}` : undefined;
}

/** `production-green/chest-xray-mlops (1/3)`. */
export function wordsOf({ namespace, name, ready, desired }: Workload): string {
  return `${namespace}/${name} (${ready}/${desired})`;
}

export function nameOf({ metadata }: Pick<Rollout, "metadata">): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** A run of an analysis, as Argo Rollouts keeps it. */
export interface AnalysisRun {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly creationTimestamp?: string;
  };
  readonly status?: { readonly phase?: string; readonly message?: string };
}

/** The latest analyses of some namespaces, newest first. */
export async function listAnalyses(client: Client, namespaces: readonly string[]): Promise<AnalysisRun[]> {
  const items = await listIfKnown(() =>
    client.custom.listCustomObjectForAllNamespaces({
      group: "argoproj.io",
      version: "v1alpha1",
      resourcePlural: "analysisruns",
    }),
  );
  return (items as AnalysisRun[])
    .filter(({ metadata }) => namespaces.includes(metadata.namespace))
    .sort((one, another) =>
      String(another.metadata.creationTimestamp).localeCompare(String(one.metadata.creationTimestamp)),
    );
}
