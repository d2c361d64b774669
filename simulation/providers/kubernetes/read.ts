/** Read: the live object, for a refresh or an import. */
import { InitFailed, type ReadRequest, type ReadResult } from "../plugin/protocol.ts";
import { isNotFound, UnknownKind } from "./api-error.ts";
import { isAnnotated } from "./annotations.ts";
import { kindAwaiter } from "./await/awaiters.ts";
import { type Related, relatedResources } from "./await/decision.ts";
import { checkpoint, initialApiVersion, parseCheckpoint, toObject, toProperties } from "./checkpoint.ts";
import type { Cluster } from "./cluster.ts";
import type { Context } from "./context.ts";
import { pathOf } from "./discovery.ts";
import { fieldManagerOf } from "./field-managers.ts";
import { apiVersionOf, kindOfObject, kindOfUrn } from "./kind.ts";
import { normalizeInputs } from "./normalize.ts";
import {
  at,
  idOf,
  type KubeObject,
  kindOf,
  nameOf,
  namespaceOf,
  parseId,
  removeAt,
  setMetadata,
  text,
} from "./object.ts";
import { pruneLive } from "./prune.ts";
import { isMap } from "../plugin/values.ts";

const gone: ReadResult = { id: "", properties: {}, inputs: {} };

/**
 * The object as the cluster has it. After a refresh the inputs are the live values of what the program had set; for
 * an import (without inputs) everything that a program can set.
 */
export async function read(context: Context, request: ReadRequest): Promise<ReadResult> {
  const { cluster } = context;
  if (!cluster.reachable) return unreachable(context, request, cluster.reason);
  const { namespace, name } = parseId(request.id);
  if (name === "")
    throw new Error(`failed to read resource: "${request.id}" is not an ID (namespace/name, or name)`);

  const { live: known } = parseCheckpoint(request.properties);
  const oldInputs = normalizeInputs(toObject(request.inputs));
  const isImport = kindOf(oldInputs) === "" && kindOf(known) === "";
  const type =
    kindOf(oldInputs) !== ""
      ? kindOfObject(oldInputs)
      : isImport
        ? kindOfUrn(request.urn)
        : kindOfObject(known);
  if (kindOf(oldInputs) === "") {
    Object.assign(oldInputs, { apiVersion: apiVersionOf(type), kind: type.kind });
    if (nameOf(oldInputs) === "") setMetadata(oldInputs, "name", name);
    if (namespace !== "") setMetadata(oldInputs, "namespace", namespace);
  }

  let live: KubeObject;
  try {
    const resource = await cluster.discovery.find(type);
    const where = text(oldInputs, "metadata", "namespace") || namespace || cluster.namespace;
    live = await cluster.client.request({ method: "GET", path: pathOf(resource, where, name) });
  } catch (error) {
    // Without its definition a custom resource is gone as well.
    if (isNotFound(error) || error instanceof UnknownKind) return gone;
    throw error;
  }

  const inputs = isImport ? settable(live) : pruneLive(live, oldInputs, known);
  const fieldManager = fieldManagerOf(request.properties, oldInputs);
  const result: ReadResult = {
    id: request.id === "" ? idOf(live) : request.id,
    properties: checkpoint(
      inputs,
      live,
      request.inputs,
      initialApiVersion(request.properties, oldInputs),
      fieldManager,
    ),
    inputs: toProperties(inputs, request.inputs),
  };
  const problem = isImport ? undefined : await whyNotReady(cluster, oldInputs, live);
  if (problem === undefined) return result;
  throw new InitFailed(`Resource '${nameOf(live)}' was created but failed to initialize`, {
    ...result,
    reasons: problem,
  });
}

function unreachable({ settings, log }: Context, request: ReadRequest, reason: string): ReadResult {
  log.log("warning", `configured Kubernetes cluster is unreachable: ${reason}`, request.urn);
  if (settings.deleteUnreachable) {
    log.log(
      "info",
      "deleteUnreachable is set: deleting the unreachable resource from Pulumi state",
      request.urn,
    );
    return gone;
  }
  if (settings.skipUpdateUnreachable) {
    log.log("info", "skipUpdateUnreachable is set: the state may not be what the cluster has", request.urn);
    return { id: request.id, properties: request.properties, inputs: request.inputs };
  }
  throw new Error(
    `failed to read resource state due to unreachable cluster (${reason}). If the cluster was deleted, you can remove ` +
      'this resource from Pulumi state by running again with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"',
  );
}

/** The reasons why an object of an awaited kind is not ready; undefined where it is, or nobody waits for it. */
async function whyNotReady(
  { recent }: Cluster,
  inputs: KubeObject,
  live: KubeObject,
): Promise<readonly string[] | undefined> {
  const awaiter = kindAwaiter(live);
  if (awaiter?.onRefresh !== true || isAnnotated(inputs, "skipAwait")) return undefined;
  const lists = new Map<Related, readonly KubeObject[]>();
  for (const kind of awaiter.related)
    lists.set(kind, await recent.list(relatedResources[kind], namespaceOf(live)));
  const decision = awaiter.decide({ object: live, related: (kind) => lists.get(kind) ?? [] });
  return decision.state === "waiting" || decision.state === "failed" ? decision.reasons : undefined;
}

/** The object without what the API server writes into it. */
function settable(live: KubeObject): KubeObject {
  const object = normalizeInputs(live);
  removeAt(object, "status");
  removeAt(object, "metadata", "selfLink");
  for (const annotation of [
    "deployment.kubernetes.io/revision",
    "kubectl.kubernetes.io/last-applied-configuration",
  ]) {
    removeAt(object, "metadata", "annotations", annotation);
  }
  const annotations = at(object, "metadata", "annotations");
  if (isMap(annotations) && Object.keys(annotations).length === 0)
    removeAt(object, "metadata", "annotations");
  return object;
}
