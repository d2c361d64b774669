/** The whole status of a stack, read from its cluster. */
import { isMade, type Settings } from "../../config/index.ts";
import { describePlatforms } from "../../platforms/index.ts";
import type { Platform } from "../../platforms/model/index.ts";
import { connect, reaching, type ClusterAccess } from "./access.ts";
import type { MissingWorkload, StatusReport, WorkloadStatus } from "./report.ts";
import { listNamespaces, listQuotas, listRoutes, listVolumes } from "./surroundings.ts";
import { listWarnings } from "./warnings.ts";
import { listWorkloads, reported } from "./workloads.ts";

/** Whether the cluster's network enforces NetworkPolicy: those that Quint makes do, those that it simulates do not. */
function enforcesNetworkPolicy({ cluster }: Settings): boolean {
  return cluster.type === "existing" ? cluster.enforcesNetworkPolicy : isMade(cluster);
}

/**
 * Reads everything at once.
 *
 * @param only platforms that the report is about; left out: all, and the foundation.
 * @throws CommandError when the cluster does not answer.
 */
export async function readStatus(
  settings: Settings,
  access: ClusterAccess,
  only?: readonly string[],
): Promise<StatusReport> {
  const described = describePlatforms(settings);
  const isAbout = aboutPlatforms(described, only);
  return await reaching(access, async () => {
    const client = await connect(access);
    const namespaces = new Set((await listNamespaces(client)).map(({ metadata }) => metadata?.name ?? ""));
    const [all, volumes, routes, warnings, quotas] = await Promise.all([
      listWorkloads(client, access),
      listVolumes(client, namespaces).then((rows) => rows.filter(isAbout)),
      listRoutes(client).then((rows) => rows.filter(isAbout)),
      listWarnings(client, namespaces).then((rows) => rows.filter(isAbout)),
      listQuotas(client, namespaces).then((rows) => rows.filter(isAbout)),
    ]);
    const found = all.filter(isAbout);
    const workloads = found.map(reported);
    const missing = missingAmong(described, workloads);
    return {
      version: 1,
      stack: settings.stack,
      environment: settings.environment,
      cluster: {
        type: settings.cluster.type,
        simulated: access.simulated && !all.some(({ runs }) => runs),
        enforcesNetworkPolicy: enforcesNetworkPolicy(settings),
      },
      ready:
        found.length > 0 &&
        missing.length === 0 &&
        found.every(({ ready, desired, settled }) => settled && ready >= desired) &&
        volumes.every(({ bound }) => bound),
      workloads,
      missing,
      volumes,
      routes,
      warnings,
      quotas,
    };
  });
}

/** Whether something is of a platform that a report is about: a workload or a volume, or what lies in a namespace. */
export function aboutPlatforms(
  described: readonly Platform[],
  only: readonly string[] | undefined,
): (row: { readonly namespace: string; readonly platform?: string }) => boolean {
  if (only === undefined) return () => true;
  const platforms = described.filter(({ name }) => only.includes(name));
  const namespaces = new Set(platforms.flatMap((platform) => platform.namespaces.map(({ name }) => name)));
  return ({ platform, namespace }) =>
    platform === undefined ? namespaces.has(namespace) : only.includes(platform);
}

/** Workloads that are described and not found. Where none is found the stack is not deployed, and none is missing. */
export function missingAmong(
  platforms: readonly Platform[],
  found: readonly WorkloadStatus[],
): MissingWorkload[] {
  if (found.length === 0) return [];
  const there = new Set(found.map(({ platform, namespace, name }) => `${platform} ${namespace} ${name}`));
  return platforms.flatMap(({ name: platform, applications }) =>
    applications.flatMap(({ namespace, workloads }) =>
      workloads
        .map(({ name }) => ({ platform, name, namespace }))
        .filter(({ name }) => !there.has(`${platform} ${namespace} ${name}`)),
    ),
  );
}
