/** `helm.v3.Release`: charts that Helm installs, upgrades and removes. */
import {
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type DiffRequest,
  type DiffResult,
  InitFailed,
  type ReadRequest,
  type ReadResult,
  type UpdateRequest,
} from "../../plugin/protocol.ts";
import { redacted } from "../../plugin/redact.ts";
import { hasUnknown, isMap, revealed, type Tree, type TreeMap, type ValueMap } from "../../plugin/values.ts";
import { type Context, progressOf, reachableCluster } from "../context.ts";
import { detailedChanges } from "../diff.ts";
import { kindOfUrn } from "../kind.ts";
import { parseId, text } from "../object.ts";
import { chartFlags, completed, deployFlags, problemsOf, waitFlags } from "./inputs.ts";
import { HelmError, runHelm } from "./program.ts";

export function isRelease(urn: string): boolean {
  const { group, version, kind } = kindOfUrn(urn);
  return group === "helm.sh" && version === "v3" && kind === "Release";
}

/** Sees that the chart is there: a wrong address or version is known before anything is installed. */
export async function checkRelease(context: Context, request: CheckRequest): Promise<CheckResult> {
  const given = revealed(request.news);
  const inputs = completed(given, context.cluster.namespace);
  const failures = [...problemsOf(inputs)];
  const source: Tree[] = [inputs.chart ?? null, inputs.version ?? null, inputs.repositoryOpts ?? null];
  if (failures.length === 0 && !source.some(hasUnknown) && context.cluster.reachable) {
    try {
      await runHelm(context, {
        args: ["show", "chart", ...chartFlags(inputs)],
        namespace: "default",
        say: progressOf(context, request.urn).say,
      });
    } catch (error) {
      if (!(error instanceof HelmError)) throw error;
      failures.push({
        property: "chart",
        reason: `${error.message}; check the chart name and repository configuration.`,
      });
    }
  }
  return { inputs: { ...request.news, ...onlyAdded(inputs, given) }, failures };
}

function onlyAdded(completed: TreeMap, given: TreeMap): TreeMap {
  return Object.fromEntries(Object.entries(completed).filter(([key, value]) => given[key] !== value));
}

/** Compares inputs: what others did to a release's objects is Helm's to see, at the next upgrade. */
export function diffRelease(request: DiffRequest): DiffResult {
  const olds = inputsOf(request.olds);
  const { detailed, replaces } = detailedChanges(
    olds,
    revealed(request.news),
    request.ignoreChanges,
    ([first]) => first === "name" || first === "namespace",
  );
  return {
    changes: detailed.size > 0,
    replaces,
    deleteBeforeReplace: replaces.length > 0,
    detailedDiff: detailed,
  };
}

export async function createRelease(context: Context, request: CreateRequest): Promise<CreateResult> {
  const { properties, preview, urn } = request;
  if (preview) return { id: "", properties };
  const inputs = revealed(properties);
  const id = `${text(inputs, "namespace")}/${text(inputs, "name")}`;
  return { id, properties: await deploy(context, "install", { id, inputs: properties, urn }) };
}

export async function updateRelease(context: Context, request: UpdateRequest): Promise<ValueMap> {
  if (request.preview) return request.news;
  return deploy(context, "upgrade", { id: request.id, inputs: request.news, urn: request.urn });
}

/** The release as Helm knows it; gone where it does not. */
export async function readRelease(context: Context, request: ReadRequest): Promise<ReadResult> {
  reachableCluster(context);
  if (Object.keys(request.inputs).length === 0) {
    throw new Error(
      `cannot import the Helm release "${request.id}": the stand-in for the kubernetes provider has no imports of ` +
        "releases. Install the official plugin, or uninstall the release and let the program install it",
    );
  }
  const status = await statusOf(context, revealed(request.inputs));
  if (status === undefined) return { id: "", properties: {}, inputs: {} };
  return { id: request.id, properties: stateOf(request.inputs, status), inputs: request.inputs };
}

export async function deleteRelease(context: Context, request: DeleteRequest): Promise<void> {
  reachableCluster(context);
  const inputs = inputsOf(request.properties);
  const { namespace, name } = parseId(request.id);
  await runHelm(context, {
    args: ["uninstall", name, "--ignore-not-found", ...waitFlags(inputs)],
    namespace,
  });
}

async function deploy(
  context: Context,
  operation: "install" | "upgrade",
  { id, inputs: wrapped, urn }: { readonly id: string; readonly inputs: ValueMap; readonly urn: string },
): Promise<ValueMap> {
  reachableCluster(context);
  const inputs = revealed(wrapped);
  const namespace = text(inputs, "namespace");
  const progress = progressOf(context, urn);
  progress.say(`helm ${operation} ${id}`);
  try {
    await runHelm(context, {
      args: [
        operation,
        text(inputs, "name"),
        ...chartFlags(inputs),
        ...deployFlags(inputs, operation),
        // The release itself, with all its objects, is not needed here.
        ...["--output", "json"],
      ],
      namespace,
      values: isMap(inputs.values) ? inputs.values : {},
      say: progress.say,
    });
  } catch (error) {
    if (!(error instanceof HelmError)) throw error;
    const status = await statusOf(context, inputs);
    const reason = redacted(error.message, wrapped);
    // An atomic installation that failed leaves nothing behind.
    if (status === undefined)
      throw new Error(`Helm release "${id}" was not installed: ${reason}`, { cause: error });
    throw new InitFailed(`Helm release "${id}" failed to initialize completely: ${reason}`, {
      id,
      properties: stateOf(wrapped, status),
      reasons: [],
    });
  } finally {
    progress.clear();
  }
  return stateOf(wrapped, (await statusOf(context, inputs)) ?? {});
}

/** The output `status`; nothing where there is no such release. */
async function statusOf(context: Context, inputs: TreeMap): Promise<TreeMap | undefined> {
  const [name, namespace] = [text(inputs, "name"), text(inputs, "namespace")];
  const listed = JSON.parse(
    await runHelm(context, {
      args: ["list", "--all", "--filter", `^${name}$`, "--output", "json"],
      namespace,
    }),
  ) as Tree;
  const [found] = Array.isArray(listed) ? listed : [];
  if (!isMap(found)) return undefined;
  // Helm prints chart and version in one word; both may have dashes in them.
  const chart = text(inputs, "chart").split("/").at(-1) ?? "";
  return {
    appVersion: text(found, "app_version"),
    chart,
    name,
    namespace,
    revision: Number(text(found, "revision")),
    status: text(found, "status"),
    version: text(found, "chart").slice(chart.length + 1),
  };
}

function stateOf(inputs: ValueMap, status: TreeMap): ValueMap {
  return { ...inputs, status, __inputs: inputs };
}

function inputsOf(state: ValueMap): TreeMap {
  const { __inputs: inputs } = revealed(state);
  return isMap(inputs) ? inputs : {};
}
