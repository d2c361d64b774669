/** How a workload's replicas are kept apart, so that losing a node or a zone never loses all of them. */
import type { Architecture } from "../../config/schema/cluster.ts";
import type { WorkloadSpec } from "../../platforms/model/index.ts";
import type { Labels } from "../labels.ts";

/**
 * Even over zones, then over nodes. `required` refuses to place a pod unevenly; `preferred` only tries not to.
 *
 * @param versionLabel by which the pods of two versions differ; default: that of a Deployment's.
 */
export function spreadConstraints(
  spread: WorkloadSpec["spread"],
  selector: Labels,
  versionLabel = "pod-template-hash",
) {
  const whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway" =
    spread === "required" ? "DoNotSchedule" : "ScheduleAnyway";
  const constraint = {
    maxSkew: 1,
    labelSelector: { matchLabels: { ...selector } },
    // Old and new pods of a rollout are counted apart; else the last new pod may find no place.
    matchLabelKeys: [versionLabel] as string[],
    // Nodes that the pods could not run on anyway (taints, other architectures) do not count.
    nodeAffinityPolicy: "Honor",
    nodeTaintsPolicy: "Honor",
  } as const;
  return (["topology.kubernetes.io/zone", "kubernetes.io/hostname"] as const).map((topologyKey) => ({
    ...constraint,
    topologyKey,
    whenUnsatisfiable,
  }));
}

/** Prefers another node than one that already runs a replica, old or new. */
export function nodeAntiAffinity(selector: Labels) {
  return {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: {
            labelSelector: { matchLabels: { ...selector } },
            topologyKey: "kubernetes.io/hostname",
          },
        },
      ],
    },
  };
}

/** Nodes of one architecture first, the others where those are full. */
export function architecturePreference(preferred: Architecture | undefined) {
  return preferred === undefined
    ? {}
    : {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 50,
              preference: {
                matchExpressions: [{ key: "kubernetes.io/arch", operator: "In", values: [preferred] }],
              },
            },
          ],
        },
      };
}
