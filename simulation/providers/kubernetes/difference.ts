/** Diff: what an update of this object would do. */
import type { DiffRequest, DiffResult } from "../plugin/protocol.ts";
import { annotationOf } from "./annotations.ts";
import { jobAwaiter } from "./await/replicated.ts";
import { parseCheckpoint, toObject } from "./checkpoint.ts";
import { type Context, isNamespaced } from "./context.ts";
import { diffObjects, mustDeleteFirst } from "./diff.ts";
import { pathOf } from "./discovery.ts";
import { kindOfObject } from "./kind.ts";
import { normalizeInputs } from "./normalize.ts";
import { type KubeObject, kindOf, nameOf, namespaceOf, removeAt, setMetadata, text } from "./object.ts";
import { pruneLive } from "./prune.ts";

/**
 * Compares the live object of the state, in the shape of the inputs that made it, with the new inputs. A refresh
 * before brings changes that others made.
 */
export async function difference(context: Context, request: DiffRequest): Promise<DiffResult> {
  const { inputs, live } = parseCheckpoint(request.olds);
  const oldInputs = normalizeInputs(inputs);
  const news = normalizeInputs(toObject(request.news));
  const pruned = pruneLive(live, oldInputs);
  const type = kindOfObject(news);
  if (await isNamespaced(context, type)) {
    for (const object of [pruned, news]) setMetadata(object, "namespace", namespaceOf(object) || "default");
  } else {
    for (const object of [pruned, news]) removeAt(object, "metadata", "namespace");
  }
  for (const key of ["apiVersion", "kind"]) {
    const value = text(news, key);
    if (pruned[key] === undefined && value !== "") pruned[key] = value;
  }
  removeAt(pruned, "metadata", "resourceVersion");
  // A program may begin to say the name that the object has anyway.
  if (nameOf(news) !== "") setMetadata(pruned, "name", nameOf(live));

  const { mutability } = context.settings;
  const { detailed, replaces } = diffObjects(pruned, news, request.ignoreChanges, mutability);
  const all = [...replaces];
  if (await mustReplaceUnready(context, request.urn, news, live)) {
    all.push('.metadata.annotations["pulumi.com/replaceUnready"]');
  }
  return {
    changes: detailed.size > 0 || all.length > 0,
    replaces: all,
    deleteBeforeReplace: all.length > 0 && mustDeleteFirst(live, news),
    detailedDiff: detailed,
  };
}

/** Whether the program wants a Job that has not succeeded to run again. */
async function mustReplaceUnready(
  { cluster, log }: Context,
  urn: string,
  news: KubeObject,
  live: KubeObject,
): Promise<boolean> {
  if (annotationOf(news, "replaceUnready") !== "true") return false;
  if (kindOf(news) !== "Job") {
    log.log("warning", "replaceUnready annotation is not supported for this resource", urn);
    return false;
  }
  if (!cluster.reachable) {
    log.log("warning", "Cluster is unreachable, skipping replaceUnready check", urn);
    return false;
  }
  try {
    const resource = await cluster.discovery.find(kindOfObject(live));
    const path = pathOf(resource, namespaceOf(live), nameOf(live));
    const object = await cluster.client.request({ method: "GET", path });
    return jobAwaiter.decide({ object, related: () => [] }).state !== "ready";
  } catch {
    // A Job that is gone is seen by a refresh; the diff only speaks about the one that is there.
    return false;
  }
}
