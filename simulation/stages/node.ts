/** What a kubelet does for its Node: says it is ready, and goes on saying so. Shape and addresses come from `objects/nodes.ts`. */
import { type Stage, stage } from "./stage.ts";

const ready = `.status.conditions // [] | any(.type == "Ready" and .status == "True")`;

/** All five conditions of a healthy kubelet. `since` is a template for the time of the last change. */
function healthyConditions(since: string): string {
  return `
{{ $now := Now }}
conditions:
{{ range NodeConditions }}
- type: {{ .type | Quote }}
  status: {{ .status | Quote }}
  reason: {{ .reason | Quote }}
  message: {{ .message | Quote }}
  lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ ${since} | Quote }}
{{ end }}
`;
}

export const nodeStages: readonly Stage[] = [
  stage("node-becomes-ready", {
    kind: "Node",
    when: [`${ready} | not`],
    steps: [
      {
        patch: {
          subresource: "status",
          root: "status",
          type: "strategic",
          template: `${healthyConditions("$now")}phase: Running\n`,
        },
      },
    ],
  }),
  // Heartbeats are status updates, not Leases: a KWOK that was restarted waits until its own old Leases run out
  // (40 s), and the nodes' pods stand still until then. The controller manager's patience is 50 s.
  stage("node-heartbeat", {
    kind: "Node",
    when: [ready],
    after: [12_000, 18_000],
    again: true,
    steps: [
      {
        patch: {
          subresource: "status",
          root: "status",
          type: "strategic",
          template: healthyConditions("(or .metadata.creationTimestamp $now)"),
        },
      },
    ],
  }),
];
