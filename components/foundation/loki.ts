/** Loki: logs of the whole cluster, in one process on one volume. */
import { requiredPod, resourcesOf, spreadOf, type AddOnDefinition } from "./definition.ts";

export const loki: AddOnDefinition = {
  values: (context) => {
    const pod = requiredPod(context, "loki/loki");
    return {
      loki: {
        deploymentMode: "Monolithic",
        loki: {
          auth_enabled: false,
          commonConfig: { replication_factor: 1 },
          storage: { type: "filesystem" },
          schemaConfig: {
            configs: [
              {
                from: "2024-04-01",
                store: "tsdb",
                object_store: "filesystem",
                schema: "v13",
                index: { prefix: "loki_index_", period: "24h" },
              },
            ],
          },
          limits_config: { retention_period: `${context.options.retention.logDays * 24}h` },
          compactor: { retention_enabled: true, delete_request_store: "filesystem" },
          analytics: { reporting_enabled: false },
        },
        singleBinary: {
          replicas: pod.replicas,
          resources: resourcesOf(pod),
          priorityClassName: pod.priority,
          topologySpreadConstraints: spreadOf(pod),
          podDisruptionBudget: { enabled: false },
          persistence: {
            enabled: true,
            size: pod.storage ?? "10Gi",
            storageClass: context.facts.storageClasses.readWriteOnce,
            // Logs outlive an uninstall: they are evidence.
            whenDeleted: "Retain",
          },
        },
        read: { replicas: 0 },
        write: { replicas: 0 },
        backend: { replicas: 0 },
        // Its caches ask for 8 GiB, its gateway and canary watch what our own monitors watch.
        chunksCache: { enabled: false },
        resultsCache: { enabled: false },
        gateway: { enabled: false },
        lokiCanary: { enabled: false },
        test: { enabled: false },
        sidecar: { rules: { enabled: false } },
      },
    };
  },
};
