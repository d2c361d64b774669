/** Create: a new object, and waiting until it is ready. */
import { setTimeout as sleep } from "node:timers/promises";
import { type CreateRequest, type CreateResult, InitFailed } from "../plugin/protocol.ts";
import { redacted } from "../plugin/redact.ts";
import { hasUnknown } from "../plugin/values.ts";
import { timeoutOf } from "./annotations.ts";
import {
  isAlreadyExists,
  isForbidden,
  isInvalid,
  isNotFound,
  refusesDryRun,
  UnknownKind,
} from "./api-error.ts";
import { apply, post } from "./apply.ts";
import { awaiterOf } from "./await/awaiters.ts";
import { NotReady, untilReady } from "./await/wait.ts";
import { checkpoint, toObject } from "./checkpoint.ts";
import { type Context, findResource, progressOf, reachableCluster } from "./context.ts";
import type { ApiResource } from "./discovery.ts";
import { creationManager, fieldManagerOf, mayForce } from "./field-managers.ts";
import { apiVersionOf, kindOfObject, kindOfUrn } from "./kind.ts";
import { copyTree, idOf, type KubeObject, nameOf, removeAt, setMetadata, text } from "./object.ts";
import { uniqueName } from "../plugin/unique-name.ts";

/**
 * Waits between attempts, in milliseconds, while the namespace or the definition of the object does not exist: things
 * are often created in the wrong order, a moment apart. 7.75 s in all.
 */
const retryDelays = [250, 500, 1000, 2000, 4000] as const;

/** Creates the object; in a preview sends it as a dry run, if the cluster can already judge it. */
export async function create(context: Context, request: CreateRequest): Promise<CreateResult> {
  const inputs = toObject(request.properties);
  const fieldManager = fieldManagerOf(request.properties, inputs);
  if (request.preview) return preview(context, request, inputs, fieldManager);

  const cluster = reachableCluster(context);
  const progress = progressOf(context, request.urn);
  let created: { object: KubeObject; resource: ApiResource };
  try {
    created = await withRetries(
      context.signal,
      (attempt) => send(context, inputs, fieldManager, false, attempt),
      progress.say,
    );
  } catch (error) {
    throw creationError(error, request);
  }
  progress.clear();

  const state = (object: KubeObject) =>
    checkpoint(inputs, object, request.properties, text(inputs, "apiVersion"), fieldManager);
  const id = idOf(created.object);
  const problem = (error: Error, object: KubeObject, reasons: readonly string[]) =>
    new InitFailed(
      `resource "${request.urn}" was successfully created, but the Kubernetes API server reported that it failed ` +
        `to fully initialize or become live: ${error.message}`,
      { id, properties: state(object), reasons },
    );
  try {
    const awaiter = awaiterOf(inputs, created.object);
    if (awaiter === undefined) return { id, properties: state(created.object) };
    const ready = await untilReady(awaiter, created.resource, created.object, {
      watches: cluster.watches,
      signal: context.signal,
      onProgress: progress.say,
      timeoutMs: timeoutOf(inputs, request.timeoutSeconds, awaiter.timeoutSeconds),
    });
    progress.clear();
    return { id, properties: state(ready) };
  } catch (error) {
    if (error instanceof NotReady) throw problem(error, error.object, error.reasons);
    throw problem(error instanceof Error ? error : new Error(String(error)), created.object, []);
  }
}

/** One attempt: a POST, or an apply where objects may exist already. */
async function send(
  context: Context,
  inputs: KubeObject,
  fieldManager: string,
  preview: boolean,
  attempt: number,
): Promise<{ object: KubeObject; resource: ApiResource }> {
  const cluster = reachableCluster(context);
  const resource = await cluster.discovery.find(kindOfObject(inputs));
  if (context.settings.upsertExistingObjects) {
    const force = mayForce(inputs, undefined, { force: context.settings.patchForce, preview });
    return { resource, object: await apply(cluster, resource, inputs, { fieldManager, force, preview }) };
  }
  try {
    return {
      resource,
      object: await post(cluster, resource, inputs, { fieldManager: creationManager, preview }),
    };
  } catch (error) {
    // An earlier attempt was answered with "not found": what exists now, this call did not create.
    if (isAlreadyExists(error) && attempt > 0)
      context.log.log("debug", "the object appeared between two attempts");
    throw error;
  }
}

/** Tries again while something that the object needs is missing. */
async function withRetries<T>(
  signal: AbortSignal,
  attempt: (number: number) => Promise<T>,
  say: (message: string) => void,
): Promise<T> {
  for (let number = 0; ; number += 1) {
    try {
      return await attempt(number);
    } catch (error) {
      const delay = retryDelays[number];
      if (delay === undefined || !(isNotFound(error) || error instanceof UnknownKind)) throw error;
      say(`Retry #${number}; creation failed: ${error.message}`);
      await sleep(delay, undefined, { signal });
    }
  }
}

/**
 * What creating the object would give. Where the cluster cannot say (the object is partly unknown, its namespace or
 * definition is still to be created, dry runs are forbidden) it is what the program says.
 */
async function preview(
  context: Context,
  request: CreateRequest,
  inputs: KubeObject,
  fieldManager: string,
): Promise<CreateResult> {
  const asGiven = { id: "", properties: request.properties };
  if (hasUnknown(inputs) || (await findResource(context, kindOfObject(inputs))) === undefined) return asGiven;
  try {
    const { object } = await dryRun(context, inputs, fieldManager);
    // An empty status would let the program believe in values that are still to come.
    removeAt(object, "status");
    const properties = checkpoint(
      inputs,
      object,
      request.properties,
      text(inputs, "apiVersion"),
      fieldManager,
    );
    return { id: "", properties };
  } catch (error) {
    const cannotSay =
      isForbidden(error) || isAlreadyExists(error) || isNotFound(error) || refusesDryRun(error);
    if (cannotSay || error instanceof UnknownKind) return asGiven;
    throw creationError(error, request);
  }
}

async function dryRun(context: Context, inputs: KubeObject, fieldManager: string) {
  try {
    return await send(context, inputs, fieldManager, true, 0);
  } catch (error) {
    // A replacement is not an update of the object that it replaces: under another name it is judged by itself.
    if (!(
      context.settings.upsertExistingObjects &&
      isInvalid(error) &&
      error.message.includes("field is immutable")
    )) {
      throw error;
    }
    const renamed = copyTree(inputs);
    setMetadata(renamed, "name", uniqueName(nameOf(inputs)));
    const { object, resource } = await send(context, renamed, fieldManager, true, 0);
    setMetadata(object, "name", nameOf(inputs));
    return { object, resource };
  }
}

/** What the person at the terminal reads, without secrets that the API server may have quoted. */
function creationError(error: unknown, request: CreateRequest): Error {
  const message = redacted(error instanceof Error ? error.message : String(error), request.properties);
  if (error instanceof UnknownKind) {
    const type = kindOfUrn(request.urn);
    return new Error(
      `creation of resource "${request.urn}" with kind ${apiVersionOf(type)}/${type.kind} failed because the ` +
        "Kubernetes API server reported that the apiVersion for this resource does not exist. " +
        `Verify that any required CRDs have been created: ${message}`,
    );
  }
  const hint = isAlreadyExists(error)
    ? "\n\nThe object is in the cluster, but not in the stack's state. Import it (`pulumi import`, or `pulumi refresh " +
      "--import-pending-creates` after an update that was killed), delete it, or let this provider take over what " +
      "exists (`upsertExistingObjects`)."
    : "";
  return new Error(
    `resource "${request.urn}" was not successfully created by the Kubernetes API server: ${message}${hint}`,
  );
}
