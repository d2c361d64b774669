/** Tempo: traces, in one process on one volume. */
import { requiredPod, resourcesOf, restrictedContainer, type AddOnDefinition } from "./definition.ts";

export const tempo: AddOnDefinition = {
  values: (context) => {
    const pod = requiredPod(context, "tempo/tempo");
    return {
      tempo: {
        fullnameOverride: pod.name,
        replicas: pod.replicas,
        priorityClassName: pod.priority,
        tempo: {
          retention: `${context.options.retention.traceDays * 24}h`,
          resources: resourcesOf(pod),
          reportingEnabled: false,
          securityContext: restrictedContainer,
        },
        persistence: {
          enabled: true,
          size: pod.storage ?? "5Gi",
          storageClassName: context.facts.storageClasses.readWriteOnce,
        },
      },
    };
  },
};
