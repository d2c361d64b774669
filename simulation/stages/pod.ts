/** What a kubelet does for its Pods, without running anything: start them, end those of Jobs, let deleted ones go. */
import { notDeleting, type Stage, stage } from "./stage.ts";

/** How long a Job's pod runs before it succeeds, in milliseconds: long enough to be seen running. */
const jobRunsFor = 1000;

const condition = (type: string, status: "True" | "False", reason?: string): string => `
- type: ${type}
  status: "${status}"
  lastTransitionTime: {{ $now | Quote }}
${reason === undefined ? "" : `  reason: ${reason}`}`;

const identity = `
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: {{ .image | Quote }}
  restartCount: 0`;

const running = `
  ready: true
  started: true
  state:
    running:
      startedAt: {{ $now | Quote }}`;

const completed = (startedAt: string): string => `
  ready: false
  started: false
  state:
    terminated:
      exitCode: 0
      reason: Completed
      startedAt: {{ ${startedAt} | Quote }}
      finishedAt: {{ $now | Quote }}`;

/** An init container has ended with success; one that restarts always is a sidecar, and runs beside the others. */
const becomesReady = `
{{ $now := Now }}
phase: Running
startTime: {{ $now | Quote }}
conditions:
${condition("PodReadyToStartContainers", "True")}
${condition("Initialized", "True")}
${condition("ContainersReady", "True")}
${condition("Ready", "True")}
{{ range .spec.readinessGates }}
- type: {{ .conditionType | Quote }}
  status: "True"
  lastTransitionTime: {{ $now | Quote }}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
${identity}
${running}
{{ end }}
{{ if .spec.initContainers }}
initContainerStatuses:
{{ range .spec.initContainers }}
${identity}
{{ if eq (or .restartPolicy "") "Always" }}
${running}
{{ else }}
${completed("$now").replace("ready: false", "ready: true")}
{{ end }}
{{ end }}
{{ end }}
{{ with NodeIPsWith .spec.nodeName }}
hostIP: {{ index . 0 | Quote }}
hostIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
{{ with PodIPsWith .spec.nodeName (or .spec.hostNetwork false) (or .metadata.uid "") (or .metadata.name "") (or .metadata.namespace "") }}
podIP: {{ index . 0 | Quote }}
podIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
`;

/** Containers end, then the sidecars; the init containers that ended before keep their end. */
const succeeds = `
{{ $now := Now }}
{{ $started := or .status.startTime $now }}
phase: Succeeded
conditions:
${condition("PodReadyToStartContainers", "False")}
${condition("Initialized", "True", "PodCompleted")}
${condition("ContainersReady", "False", "PodCompleted")}
${condition("Ready", "False", "PodCompleted")}
containerStatuses:
{{ range .spec.containers }}
${identity}
${completed("$started")}
{{ end }}
{{ if .spec.initContainers }}
initContainerStatuses:
{{ range .spec.initContainers }}
${identity}
${completed("$started")}
{{ end }}
{{ end }}
`;

function status(template: string): Stage["spec"]["steps"][number] {
  // Strategic, so that conditions are merged by type and PodScheduled, which the scheduler wrote, stays.
  return { patch: { subresource: "status", root: "status", type: "strategic", template } };
}

export const podStages: readonly Stage[] = [
  stage("pod-becomes-ready", {
    kind: "Pod",
    when: [notDeleting, `(.status.phase // "Pending") == "Pending"`],
    steps: [status(becomesReady)],
  }),
  stage("job-pod-succeeds", {
    kind: "Pod",
    when: [
      notDeleting,
      `.status.phase == "Running"`,
      `.metadata.ownerReferences // [] | any(.kind == "Job")`,
    ],
    after: jobRunsFor,
    steps: [status(succeeds)],
  }),
  stage("pod-goes", {
    kind: "Pod",
    when: [".metadata.deletionTimestamp != null"],
    steps: [{ delete: true }],
  }),
];
