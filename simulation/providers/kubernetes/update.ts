/** Update: server-side apply, and waiting until the object is ready again. */
import { InitFailed, type UpdateRequest } from "../plugin/protocol.ts";
import { redacted } from "../plugin/redact.ts";
import { hasUnknown, type ValueMap } from "../plugin/values.ts";
import { timeoutOf } from "./annotations.ts";
import { isForbidden, UnknownKind } from "./api-error.ts";
import { apply, put } from "./apply.ts";
import { awaiterOf } from "./await/awaiters.ts";
import { NotReady, untilReady } from "./await/wait.ts";
import { checkpoint, initialApiVersion, parseCheckpoint, toObject } from "./checkpoint.ts";
import type { Cluster } from "./cluster.ts";
import { type Context, findResource, progressOf, reachableCluster } from "./context.ts";
import { type ApiResource, pathOf } from "./discovery.ts";
import { fieldManagerOf, mayForce, takeOver } from "./field-managers.ts";
import { withoutIgnored } from "./ignore-changes.ts";
import { isCustomResourceDefinition, kindOfObject } from "./kind.ts";
import { normalizeInputs } from "./normalize.ts";
import { idOf, type KubeObject, kindOf, nameOf, namespaceOf, setMetadata, text } from "./object.ts";

/** Updates the object; in a preview as a dry run. Gives the new state. */
export async function update(context: Context, request: UpdateRequest): Promise<ValueMap> {
  if (!request.preview) reachableCluster(context);
  const inputs = normalizeInputs(toObject(request.news));
  const type = kindOfObject(inputs);
  if (request.preview && (hasUnknown(inputs) || (await findResource(context, type)) === undefined))
    return request.news;

  const cluster = reachableCluster(context);
  const { inputs: oldInputs, live: known } = parseCheckpoint(request.olds);
  const fieldManager = fieldManagerOf(request.olds, inputs);
  const progress = progressOf(context, request.urn);
  const state = (object: KubeObject) =>
    checkpoint(inputs, object, request.news, initialApiVersion(request.olds, oldInputs), fieldManager);
  try {
    const resource = await cluster.discovery.find(type);
    const live = await read(cluster, resource, known);
    const object = await send(context, cluster, resource, inputs, live, fieldManager, request);
    if (request.preview) return state(object);

    const awaiter = awaiterOf(inputs, object);
    const ready =
      awaiter === undefined
        ? object
        : await untilReady(awaiter, resource, object, {
            watches: cluster.watches,
            signal: context.signal,
            onProgress: progress.say,
            timeoutMs: timeoutOf(inputs, request.timeoutSeconds, awaiter.timeoutSeconds),
          });
    progress.clear();
    await relinquish(cluster, resource, ready, fieldManagerOf(request.olds, oldInputs), fieldManager);
    return state(ready);
  } catch (error) {
    if (request.preview && isForbidden(error)) return request.news;
    throw await updateError(error, cluster, request, known, state);
  }
}

async function read({ client }: Cluster, resource: ApiResource, object: KubeObject): Promise<KubeObject> {
  return client.request({ method: "GET", path: pathOf(resource, namespaceOf(object), nameOf(object)) });
}

async function send(
  { settings }: Context,
  cluster: Cluster,
  resource: ApiResource,
  inputs: KubeObject,
  live: KubeObject,
  fieldManager: string,
  { preview, ignoreChanges }: UpdateRequest,
): Promise<KubeObject> {
  if (isCustomResourceDefinition(kindOfObject(inputs))) {
    // An apply would merge the versions' schemas, and leave fields in them that the new definition does not have.
    return put(cluster, resource, inputs, text(live, "metadata", "resourceVersion"), {
      fieldManager,
      preview,
    });
  }
  const owned = preview ? live : await takeOverFields(cluster, resource, live, fieldManager);
  const force = mayForce(inputs, owned, { force: settings.patchForce, preview });
  return apply(cluster, resource, withoutIgnored(inputs, owned, ignoreChanges, fieldManager), {
    fieldManager,
    force,
    preview,
  });
}

/** Makes the fields that we created by POST, and those that `kubectl` has changed, ours to apply. */
async function takeOverFields(
  { client }: Cluster,
  resource: ApiResource,
  live: KubeObject,
  fieldManager: string,
): Promise<KubeObject> {
  const managedFields = takeOver(live, fieldManager);
  if (managedFields === undefined) return live;
  return client.request({
    method: "PATCH",
    path: pathOf(resource, namespaceOf(live), nameOf(live)),
    contentType: "application/json-patch+json",
    body: [
      { op: "replace", path: "/metadata/managedFields", value: managedFields },
      { op: "replace", path: "/metadata/resourceVersion", value: text(live, "metadata", "resourceVersion") },
    ],
  });
}

/** A manager that got another name gives up what it had under the old one. */
async function relinquish(
  cluster: Cluster,
  resource: ApiResource,
  live: KubeObject,
  old: string,
  fieldManager: string,
): Promise<void> {
  if (old === fieldManager) return;
  const object: KubeObject = { apiVersion: text(live, "apiVersion"), kind: kindOf(live), metadata: {} };
  for (const key of ["name", "namespace"]) {
    const value = text(live, "metadata", key);
    if (value !== "") setMetadata(object, key, value);
  }
  await apply(cluster, resource, object, { fieldManager: old, force: false, preview: false });
}

/**
 * Also an update that was refused is recorded together with its reasons, so that the next one tries again; the state
 * is then what the cluster has. Without an object there is nothing to record.
 */
async function updateError(
  error: unknown,
  cluster: Cluster,
  request: UpdateRequest,
  known: KubeObject,
  state: (object: KubeObject) => ValueMap,
): Promise<Error> {
  const message = redacted(
    error instanceof Error ? error.message : String(error),
    request.news,
    request.olds,
  );
  if (error instanceof UnknownKind) {
    return new Error(
      `update of resource "${request.urn}" failed because the Kubernetes API server reported that the apiVersion ` +
        `for this resource does not exist. Verify that any required CRDs have been created: ${message}`,
    );
  }
  let live: KubeObject;
  try {
    live =
      error instanceof NotReady
        ? error.object
        : await read(cluster, await cluster.discovery.find(kindOfObject(known)), known);
  } catch (unreadable) {
    const why = unreadable instanceof Error ? unreadable.message : String(unreadable);
    return new Error(
      `update of resource "${request.urn}" failed: ${message}\nunable to get cluster state: ${why}` +
        "\nIf the object is gone, `pulumi refresh` takes it out of the state, and the next update creates it again.",
    );
  }
  return new InitFailed(
    `the Kubernetes API server reported that "${idOf(live)}" failed to fully initialize or become live: ${message}`,
    { id: idOf(live), properties: state(live), reasons: error instanceof NotReady ? error.reasons : [] },
  );
}
