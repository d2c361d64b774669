/** Delete: and waiting until the object has gone. */
import { type DeleteRequest, InitFailed } from "../plugin/protocol.ts";
import { annotationOf, isAnnotated, timeoutOf } from "./annotations.ts";
import { isNotFound, UnknownKind } from "./api-error.ts";
import { untilGone } from "./await/until-gone.ts";
import { NotReady } from "./await/wait.ts";
import { checkpoint, initialApiVersion, parseCheckpoint } from "./checkpoint.ts";
import { type Context, progressOf } from "./context.ts";
import { pathOf } from "./discovery.ts";
import { fieldManagerOf } from "./field-managers.ts";
import { apiVersionOf, kindOfObject } from "./kind.ts";
import { type KubeObject, namespaceOf, parseId } from "./object.ts";

/** How long an object may take to go, in seconds. */
const deletionSeconds = 600;

/** Kinds of which `skipAwait` also means not to wait for the deletion. */
const skippable = new Set([
  "apps/v1/DaemonSet",
  "apps/v1/Deployment",
  "apps/v1/StatefulSet",
  "batch/v1/Job",
  "v1/Namespace",
  "v1/Pod",
  "v1/ReplicationController",
]);

const propagation = { orphan: "Orphan", background: "Background" } as const;

/** Deletes the object with everything that it owns. One that is gone already is a success. */
export async function remove(context: Context, request: DeleteRequest): Promise<void> {
  const { cluster, settings, log } = context;
  if (!cluster.reachable) {
    log.log("warning", `configured Kubernetes cluster is unreachable: ${cluster.reason}`, request.urn);
    if (settings.deleteUnreachable) {
      log.log(
        "info",
        "deleteUnreachable is set: deleting the unreachable resource from Pulumi state",
        request.urn,
      );
      return;
    }
    throw new Error(
      `configured Kubernetes cluster is unreachable (${cluster.reason}). If the cluster was deleted, you can remove this ` +
        'resource from Pulumi state by running again with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"',
    );
  }

  const { inputs, live } = parseCheckpoint(request.properties);
  const type = kindOfObject(live);
  const progress = progressOf(context, request.urn);
  try {
    const resource = await cluster.discovery.find(type);
    const path = pathOf(resource, namespaceOf(live), parseId(request.id).name);
    const policy = annotationOf(inputs, "deletionPropagationPolicy").toLowerCase();
    await cluster.client.request({
      method: "DELETE",
      path,
      body: {
        apiVersion: "v1",
        kind: "DeleteOptions",
        propagationPolicy:
          policy in propagation ? propagation[policy as keyof typeof propagation] : "Foreground",
      },
    });
    if (isAnnotated(inputs, "skipAwait") && skippable.has(`${apiVersionOf(type)}/${type.kind}`)) return;
    await untilGone(cluster.client, resource, live, {
      watches: cluster.watches,
      signal: context.signal,
      onProgress: progress.say,
      timeoutMs: timeoutOf(inputs, request.timeoutSeconds, deletionSeconds),
    });
    progress.clear();
  } catch (error) {
    // Its definition may have gone first, and taken the custom resource with it.
    if (isNotFound(error) || error instanceof UnknownKind) return;
    if (error instanceof NotReady) throw stillThere(error, request, inputs);
    throw error;
  }
}

/** The state keeps the object as it is now, with the time of its deletion. */
function stillThere(error: NotReady, request: DeleteRequest, inputs: KubeObject): InitFailed {
  return new InitFailed(error.message, {
    id: request.id,
    properties: checkpoint(
      inputs,
      error.object,
      request.properties,
      initialApiVersion(request.properties, inputs),
      fieldManagerOf(request.properties, inputs),
    ),
    reasons: error.reasons,
  });
}
