/** The cluster that the drill runs in, where it runs in one. */
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { CoreV1Api, CustomObjectsApi } from "@kubernetes/client-node";
import type { DrillReport } from "./report.ts";
import { reportObject } from "./report.ts";

const account = "/var/run/secrets/kubernetes.io/serviceaccount";

export interface InCluster {
  /** Namespace of the pod. */
  readonly namespace: string;
  readonly core: CoreV1Api;
  readonly custom: CustomObjectsApi;
}

/** Nothing where this is no pod, or one without a token. */
export async function inCluster(): Promise<InCluster | undefined> {
  if (!existsSync(`${account}/token`)) return undefined;
  // It takes half a second to load.
  const { CoreV1Api, CustomObjectsApi, KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromCluster();
  return {
    namespace: readFileSync(`${account}/namespace`, "utf8").trim(),
    core: config.makeApiClient(CoreV1Api),
    custom: config.makeApiClient(CustomObjectsApi),
  };
}

/** How often the report is written where the API server does not take it: the drill before took minutes, or hours. */
const attempts = 6;

/**
 * Writes the report where `quint backups` and the exporter read it.
 * @param pause milliseconds between two attempts.
 */
export async function publishReport(
  { core, namespace }: InCluster,
  report: DrillReport,
  pause = 10_000,
): Promise<void> {
  const { name, key } = reportObject;
  const { PatchStrategy, setHeaderOptions } = await import("@kubernetes/client-node");
  // The object is there: the deployment made it, and its labels are the deployment's.
  const data = { [key]: JSON.stringify(report, undefined, 2) };
  for (let attempt = 1; ; attempt++) {
    try {
      await core.patchNamespacedConfigMap(
        { name, namespace, body: { data } },
        setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
      );
      return;
    } catch (error) {
      if (attempt === attempts) throw error;
      await sleep(pause);
    }
  }
}
