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
 * @throws CommandError when the cluster does not answer.
 */
export async function readStatus(settings: Settings, access: ClusterAccess): Promise<StatusReport> {
  return await reaching(access, async () => {
    const client = await connect(access);
    const namespaces = new Set((await listNamespaces(client)).map(({ metadata }) => metadata?.name ?? ""));
    const [found, volumes, routes, warnings, quotas] = await Promise.all([
      listWorkloads(client, access),
      listVolumes(client, namespaces),
      listRoutes(client),
      listWarnings(client, namespaces),
      listQuotas(client, namespaces),
    ]);
    const workloads = found.map(reported);
    const missing = missingAmong(describePlatforms(settings), workloads);
    return {
      version: 1,
      stack: settings.stack,
      environment: settings.environment,
      cluster: {
        type: settings.cluster.type,
        simulated: access.simulated && !found.some(({ runs }) => runs),
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
