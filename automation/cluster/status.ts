/** The whole status of a stack, read from its cluster. */
import { isMade, type Settings } from "../../config/index.ts";
import { connect, reaching, type ClusterAccess } from "./access.ts";
import type { StatusReport } from "./report.ts";
import { listNamespaces, listQuotas, listRoutes, listVolumes, listWarnings } from "./surroundings.ts";
import { listWorkloads } from "./workloads.ts";

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
    const workloads = found.map(({ settled: _settled, ...workload }) => workload);
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
        found.every(({ ready, desired, settled }) => settled && ready >= desired) &&
        volumes.every(({ bound }) => bound),
      workloads,
      volumes,
      routes,
      warnings,
      quotas,
    };
  });
}
