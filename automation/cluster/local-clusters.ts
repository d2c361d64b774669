/** The clusters of this machine as tables for people: what `cluster status` shows. */
import type { ClusterStatus } from "../../simulation/index.ts";
import { table } from "../console/table.ts";
import { paint } from "../console/terminal.ts";

type RealNode = NonNullable<ClusterStatus["realNode"]>;

const mebibytes = (bytes: number): string => (bytes === 0 ? "" : `${Math.round(bytes / 1024 / 1024)} MiB`);
const columns = (...titles: readonly string[]): { title: string }[] => titles.map((title) => ({ title }));

/** Every cluster in a line, then the processes and the real node of each. */
export function localClusterTables(clusters: readonly ClusterStatus[]): string[] {
  const summary = clusters.map(
    ({ stack, phase, kubernetesVersion, nodes, memoryBytes, server, realNode }) => [
      stack,
      phase,
      kubernetesVersion ?? "",
      nodes === undefined ? "" : `${nodes.ready}/${nodes.total}`,
      realNode?.phase ?? "",
      mebibytes(memoryBytes + (realNode?.memoryBytes ?? 0)),
      server ?? "",
    ],
  );
  return [
    ...table(columns("cluster", "state", "kubernetes", "nodes", "real node", "memory", "server"), summary),
    ...clusters.filter(({ processes }) => processes.length > 0).flatMap(processTable),
    ...clusters.flatMap(({ stack, realNode }) =>
      realNode === undefined ? [] : realNodeTable(stack, realNode),
    ),
  ];
}

function processTable({ stack, kubeconfigPath, processes }: ClusterStatus): string[] {
  const rows = processes.map(({ name, pid, memoryBytes, restarts, lastEnd }) => [
    name,
    pid === undefined ? "(restarting)" : String(pid),
    mebibytes(memoryBytes),
    String(restarts),
    lastEnd ?? "",
  ]);
  return [
    `\n  ${stack}: KUBECONFIG=${kubeconfigPath}`,
    ...table(columns("process", "pid", "memory", "restarts", "last end"), rows),
  ];
}

function realNodeTable(stack: string, node: RealNode): string[] {
  const { name, phase, failure, processes, images, memoryBytes, problems } = node;
  const size = memoryBytes === 0 ? "" : `, ${mebibytes(memoryBytes)}`;
  return [
    `\n  ${stack}: real node ${name}, ${phase}${size}. NetworkPolicies are not enforced on it.`,
    ...(failure === undefined ? [] : [`  ${paint("red", failure)}`]),
    ...problems.map((problem) => `  ${paint("yellow", problem)}`),
    ...table(
      columns("image", "runs", "but"),
      images.map(({ reference, version, note }) => [reference, version, note ?? ""]),
    ),
    ...(processes.length === 0
      ? []
      : table(
          columns("program", "restarts", "last end"),
          processes.map((one) => [one.name, String(one.restarts), one.lastEnd ?? ""]),
        )),
  ];
}
