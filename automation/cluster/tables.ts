/** The status of a stack as tables for people. */
import { heading, table } from "../console/table.ts";
import { counted, paint } from "../console/terminal.ts";
import type { RolloutState } from "./rollout-state.ts";
import type { StatusReport, WarningStatus, WorkloadStatus } from "./report.ts";

/** Longest message of a warning that is shown; the whole one is in `status --json`. */
const messageLength = 110;
/** Quotas fuller than this, in percent, are shown; the others are of no concern. */
const worthShowing = 1;

/** The table that `up` ends with. Footprints that are there are one line for each platform: nobody calls them. */
export function workloadTable({ workloads, missing }: Pick<StatusReport, "workloads" | "missing">): string[] {
  const folded = workloads.filter(({ footprint, ready, desired }) => footprint && ready >= desired);
  const platforms = [...new Set(folded.map(({ platform }) => platform))];
  return table(
    [
      { title: "workload" },
      { title: "namespace" },
      { title: "ready", align: "right" },
      { title: "state" },
      { title: "image" },
      { title: "address" },
    ],
    [
      ...missing.map(({ platform, name, namespace }) => [
        `${platform}/${name}`,
        namespace,
        "-",
        paint("red", "missing"),
        "",
        "",
      ]),
      ...workloads
        .filter((workload) => !folded.includes(workload))
        .map((workload) => [
          `${workload.platform}/${workload.name}`,
          workload.namespace,
          `${workload.ready}/${workload.desired}`,
          stateOf(workload),
          workload.images.join(", "),
          workload.addresses.slice(0, 2).join(", "),
        ]),
      ...platforms.map((platform) =>
        footprintRow(
          platform,
          folded.filter((workload) => workload.platform === platform),
        ),
      ),
    ],
  );
}

/** What to do about workloads that are not there. */
export function remedyForMissing({ stack, missing }: StatusReport): string {
  return `${counted(missing.length, "workload is", "workloads are")} missing from the cluster: ./quint up ${stack} deploys what is not there.`;
}

/** What charts and operators of a platform would run. */
function footprintRow(platform: string, footprints: readonly WorkloadStatus[]): string[] {
  const sum = (count: (workload: WorkloadStatus) => number): number =>
    footprints.reduce((total, workload) => total + count(workload), 0);
  const namespaces = new Set(footprints.map(({ namespace }) => namespace));
  return [
    `${platform}/*`,
    namespaces.size === 1 ? [...namespaces].join() : counted(namespaces.size, "namespace"),
    `${sum(({ ready }) => ready)}/${sum(({ desired }) => desired)}`,
    paint("cyan", "footprint"),
    `${counted(footprints.length, "workload")} of charts, as placeholders`,
    "",
  ];
}

/** What may not be said of a simulated workload is that it runs. */
function stateOf({ ready, desired, runs, rollout }: WorkloadStatus): string {
  const share = rollout?.percent === undefined ? "" : ` at ${rollout.percent} %`;
  if (rollout?.phase === "Degraded") return paint("red", "refused");
  if (rollout?.phase === "Paused") return paint("yellow", `paused${share}`);
  if (rollout?.step !== undefined) return paint("yellow", `coming in${share}`);
  if (ready < desired) return paint("red", "not ready");
  if (desired === 0) return paint("dim", "scaled to 0");
  return runs ? paint("green", "running") : paint("cyan", "simulated");
}

/** Said wherever workloads are shown: what is not real about the cluster. Nothing of one that is no simulated one. */
export function simulationNotices({ cluster }: StatusReport): string[] {
  if (cluster.simulated)
    return [
      "This cluster is simulated: the control plane is real, containers do not run, and no address answers.",
    ];
  if (cluster.type !== "embedded") return [];
  return [
    "What is `running` runs on this machine and answers there; what is `simulated` does not run.",
    "NetworkPolicies are not enforced on this cluster.",
  ];
}

/** New versions that are not in, and why. */
export function versionLines({ workloads }: Pick<StatusReport, "workloads">): string[] {
  return workloads.flatMap(({ platform, name, rollout }) =>
    rollout === undefined || rollout.phase === "Healthy"
      ? []
      : [`${platform}/${name} is ${wordsOf(rollout)}`],
  );
}

/** `paused at 10 %, step 2 of 5: too few calls to judge the new version`. */
export function wordsOf({ phase, percent, step, message }: RolloutState): string {
  const where = [
    ...(percent === undefined || phase === "Healthy" ? [] : [`at ${percent} %`]),
    ...(step === undefined ? [] : [`step ${step}`]),
  ];
  return `${[phase.toLowerCase(), where.join(", ")].join(" ").trim()}${message === "" ? "" : `: ${message}`}`;
}

/** Everything that `status` shows. */
export function statusTables(report: StatusReport): string[] {
  const versions = versionLines(report);
  const sections: [string, string[]][] = [
    ["Workloads", workloadTable(report)],
    ...(versions.length === 0 ? [] : [["New versions", versions] satisfies [string, string[]]]),
    ["Volumes", volumeTable(report)],
    ["Routes", routeTable(report)],
    ["Quotas", quotaTable(report)],
    ["Warnings of the last hour", warningTable(report.warnings)],
  ];
  return sections.flatMap(([title, lines]) => [heading(title), ...lines, ""]).slice(0, -1);
}

function volumeTable({ volumes }: StatusReport): string[] {
  return table(
    [
      { title: "volume" },
      { title: "size", align: "right" },
      { title: "access" },
      { title: "class" },
      { title: "state" },
      { title: "keeps" },
    ],
    volumes.map((volume) => [
      `${volume.namespace}/${volume.name}`,
      volume.size,
      volume.accessModes.map(shortMode).join(","),
      volume.storageClass,
      volume.bound ? paint("green", "bound") : paint("red", "not bound"),
      volume.purpose,
    ]),
  );
}

/** Access modes as kubectl writes them. */
function shortMode(mode: string): string {
  return mode
    .replace("ReadWriteOncePod", "RWOP")
    .replace("ReadWriteOnce", "RWO")
    .replace("ReadWriteMany", "RWX")
    .replace("ReadOnlyMany", "ROX");
}

function routeTable({ routes }: StatusReport): string[] {
  return table(
    [{ title: "from" }, { title: "to" }, { title: "by" }],
    routes.map((route) => [route.from, route.to, `${route.kind} ${route.namespace}/${route.name}`]),
  );
}

function quotaTable({ quotas }: StatusReport): string[] {
  return table(
    [
      { title: "namespace" },
      { title: "resource" },
      { title: "used", align: "right" },
      { title: "of", align: "right" },
      { title: "", align: "right" },
    ],
    quotas
      .filter(({ percent }) => percent >= worthShowing)
      .map(({ namespace, resource, used, limit, percent }) => [
        namespace,
        resource,
        used,
        limit,
        paint(percent >= 90 ? "red" : "reset", `${percent} %`),
      ]),
  );
}

/** Warning events as a table. */
export function warningTable(warnings: readonly WarningStatus[]): string[] {
  return table(
    [{ title: "object" }, { title: "reason" }, { title: "times", align: "right" }, { title: "message" }],
    warnings.map(({ namespace, object, reason, count, message }) => [
      `${namespace} ${object}`,
      paint("yellow", reason),
      String(count),
      message.length > messageLength ? `${message.slice(0, messageLength - 1)}…` : message,
    ]),
  );
}
