/** Sending objects to the API server. */
import { ApiError, isConflict } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";
import { type ApiResource, pathOf } from "./discovery.ts";
import { copyTree, type KubeObject, nameOf, namespaceOf, removeAt } from "./object.ts";

export interface ApplyOptions {
  readonly fieldManager: string;
  readonly force: boolean;
  /** A dry run: everything but storing it. */
  readonly preview: boolean;
}

/** Server-side apply. Throws with an explanation where another manager owns a field. */
export async function apply(
  { client }: Cluster,
  resource: ApiResource,
  object: KubeObject,
  { fieldManager, force, preview }: ApplyOptions,
): Promise<KubeObject> {
  try {
    return await client.request({
      method: "PATCH",
      path: pathOf(resource, namespaceOf(object), nameOf(object)),
      query: { fieldManager, force: String(force), ...dryRun(preview) },
      contentType: "application/apply-patch+yaml",
      body: bodyOf(object, resource),
    });
  } catch (error) {
    if (!isConflict(error)) throw error;
    const explained =
      "server-side apply field conflict detected. Somebody else has changed fields that the program sets: leave them " +
      'out, or ignore them (ignoreChanges), or take them with the annotation `pulumi.com/patchForce: "true"` or the ' +
      `provider's \`enablePatchForce\`.\nThe resource managed by field manager "${fieldManager}" had an apply ` +
      `conflict: ${error.message}`;
    throw new ApiError(error.code, { ...error.status, message: explained }, explained);
  }
}

/** Creates the object. Throws where it exists. */
export async function post(
  { client }: Cluster,
  resource: ApiResource,
  object: KubeObject,
  { fieldManager, preview }: Omit<ApplyOptions, "force">,
): Promise<KubeObject> {
  return client.request({
    method: "POST",
    path: pathOf(resource, namespaceOf(object)),
    query: { fieldManager, ...dryRun(preview) },
    body: bodyOf(object, resource),
  });
}

/** Replaces the whole object, if nobody has changed `live` meanwhile. */
export async function put(
  { client }: Cluster,
  resource: ApiResource,
  object: KubeObject,
  resourceVersion: string,
  { fieldManager, preview }: Omit<ApplyOptions, "force">,
): Promise<KubeObject> {
  const body = bodyOf(object, resource);
  const metadata = body.metadata as KubeObject;
  return client.request({
    method: "PUT",
    path: pathOf(resource, namespaceOf(object), nameOf(object)),
    query: { fieldManager, ...dryRun(preview) },
    body: { ...body, metadata: { ...metadata, resourceVersion } },
  });
}

const dryRun = (preview: boolean): Record<string, string> => (preview ? { dryRun: "All" } : {});

/** Check guesses that an unknown kind lives in a namespace; the API server refuses one where it does not. */
function bodyOf(object: KubeObject, { namespaced }: ApiResource): KubeObject {
  const body = copyTree(object);
  if (!namespaced) removeAt(body, "metadata", "namespace");
  return body;
}
