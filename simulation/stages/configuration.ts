/** KWOK's configuration file: its options and every Stage. */
import { stringify } from "yaml";
import { nodeStages } from "./node.ts";
import { podStages } from "./pod.ts";
import { serviceStages } from "./service.ts";
import type { Stage } from "./stage.ts";
import { volumeStages } from "./volume.ts";

/** Every Stage of the simulated cluster. */
export const stages: readonly Stage[] = [...nodeStages, ...podStages, ...volumeStages, ...serviceStages];

/** Only nodes with this annotation are simulated, so that a real one can stand beside them. */
export const simulatedNodeAnnotation = { key: "kwok.x-k8s.io/node", value: "fake" } as const;

const options = {
  apiVersion: "config.kwok.x-k8s.io/v1alpha1",
  kind: "KwokConfiguration",
  metadata: { name: "kwok" },
  options: {
    manageAllNodes: false,
    manageNodesWithAnnotationSelector: `${simulatedNodeAnnotation.key}=${simulatedNodeAnnotation.value}`,
    // No Leases (see the heartbeat Stage).
    nodeLeaseDurationSeconds: 0,
    // With KWOK's own 4, a roll-out of 1,000 pods waits for its status updates.
    podPlayStageParallelism: 16,
    nodePlayStageParallelism: 8,
  },
};

/** The file that `kwok --config` takes: YAML documents. */
export function kwokConfiguration(): string {
  return [options, ...stages].map((document) => stringify(document, { lineWidth: 0 })).join("---\n");
}
