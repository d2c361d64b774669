/** The whole status of a stack, read from its cluster. */
import type { Settings } from "../../config/index.ts";
import { connect, reaching, type ClusterAccess } from "./access.ts";
import type { StatusReport } from "./report.ts";
import { listNamespaces, listQuotas, listRoutes, listVolumes, listWarnings } from "./surroundings.ts";
import { listWorkloads } from "./workloads.ts";

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
        enforcesNetworkPolicy: settings.cluster.type === "existing" && settings.cluster.enforcesNetworkPolicy,
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
