/** A picture of who calls whom in a platform (Mermaid), from the callers that it declares. */
import type { ApplicationSpec, Caller, Platform } from "../../platforms/model/index.ts";

interface Node {
  readonly name: string;
  readonly namespace: string;
  readonly application: string;
  readonly shape: readonly [string, string];
  readonly callers: readonly Caller[];
}

/** The picture, as the text of a `mermaid` block. Calls of the cluster's monitoring are left out: it calls everything. */
export function dataFlow(platform: Platform): string {
  const nodes = platform.applications.flatMap(nodesOf);
  const known = new Set(nodes.map(keyOf));
  const edges = new Set(nodes.flatMap((node) => edgesTo(node, known)));
  const callers = new Set([...edges].map((edge) => edge.split(" ")[0]));
  const outside = [
    ["users", "ingress gateway"],
    ["world", "anyone"],
    ...platform.namespaces.map(({ name }) => [everyoneIn(name), `every pod of ${name}`]),
  ].filter(([id]) => callers.has(id));
  return [
    "flowchart LR",
    ...outside.map(([id = "", label = ""]) => `  ${id}(["${label}"])`),
    ...platform.applications.flatMap(({ name, namespace }) => {
      const inside = nodes.filter((node) => node.application === name && node.namespace === namespace);
      return inside.length === 0
        ? []
        : [
            `  subgraph ${idOf(`application/${namespace}/${name}`)}["${name}"]`,
            ...inside.map((node) => `    ${idOf(keyOf(node))}${node.shape[0]}"${node.name}"${node.shape[1]}`),
            "  end",
          ];
    }),
    ...[...edges].sort().map((edge) => `  ${edge}`),
  ].join("\n");
}

function nodesOf({ name: application, namespace, data = [], jobs = [], workloads }: ApplicationSpec): Node[] {
  return [
    ...data.map(({ name, callers, kind }): Node => {
      const works = kind === "spark-application" || kind === "airflow";
      return { name, namespace, application, callers, shape: works ? ["[[", "]]"] : ["[(", ")]"] };
    }),
    ...workloads.map(({ name, callers }): Node => ({
      name,
      namespace,
      application,
      callers,
      shape: ["[", "]"],
    })),
    ...jobs.map(({ name }): Node => ({ name, namespace, application, callers: [], shape: ["[/", "/]"] })),
  ];
}

function edgesTo(node: Node, known: ReadonlySet<string>): string[] {
  const to = idOf(keyOf(node));
  return node.callers.flatMap((caller): string[] => {
    switch (caller.kind) {
      case "workload": {
        const from = keyOf({ name: caller.workload, namespace: caller.namespace ?? node.namespace });
        return known.has(from) ? [`${idOf(from)} --> ${to}`] : [];
      }
      case "namespace":
        return [`${everyoneIn(caller.namespace)} --> ${to}`];
      case "gateway":
        return [`users --> ${to}`];
      case "world":
        return [`world --> ${to}`];
      case "monitoring":
        return [];
    }
  });
}

function keyOf({ name, namespace }: Pick<Node, "name" | "namespace">): string {
  return `${namespace}/${name}`;
}

function everyoneIn(namespace: string): string {
  return idOf(`every-pod/${namespace}`);
}

/** Mermaid takes letters, digits and `_`; a dash would begin an arrow. */
function idOf(key: string): string {
  return key.replaceAll(/\W/g, "_");
}
