/** Waiting for an object to go. */
import type { ApiClient } from "../api-client.ts";
import { Cancelled, isNotFound } from "../api-error.ts";
import { type ApiResource, pathOf } from "../discovery.ts";
import { conditionOf, idOf, type KubeObject, list, nameOf, namespaceOf, uidOf } from "../object.ts";
import { NotReady, type Wait } from "./wait.ts";

/**
 * Waits until the object, which was deleted, has gone (or another one has its name).
 *
 * @throws {NotReady} when the time is over, naming the finalizers that hold it, or when the engine cancels.
 */
export async function untilGone(
  client: ApiClient,
  resource: ApiResource,
  object: KubeObject,
  wait: Wait,
): Promise<void> {
  const path = pathOf(resource, namespaceOf(object), nameOf(object));
  const read = async (): Promise<KubeObject | undefined> => {
    try {
      const live = await client.request({ method: "GET", path });
      return uidOf(object) === "" || uidOf(live) === uidOf(object) ? live : undefined;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };

  // Without finalizers it is gone by now, and no watch is needed.
  let latest = await read();
  if (latest === undefined) return;
  const uid = uidOf(latest);
  const outcome = await new Promise<"gone" | "late" | "cancelled">((resolve) => {
    const finish = (how: "gone" | "late" | "cancelled") => {
      clearTimeout(deadline);
      wait.signal.removeEventListener("abort", cancel);
      subscription.close();
      resolve(how);
    };
    const cancel = () => {
      finish("cancelled");
    };
    const evaluate = () => {
      if (!subscription.synced) return;
      const live = subscription.get(idOf(object));
      if (live === undefined || uidOf(live) !== uid) {
        finish("gone");
        return;
      }
      latest = live;
      wait.onProgress(whyItStays(live));
    };
    const deadline = setTimeout(() => {
      finish("late");
    }, wait.timeoutMs);
    const subscription = wait.watches.subscribe(resource, namespaceOf(object), evaluate);
    wait.signal.addEventListener("abort", cancel);
    if (wait.signal.aborted) cancel();
    else evaluate();
  });
  if (outcome === "gone") return;
  if (outcome === "cancelled") throw new NotReady(new Cancelled(idOf(object)).message, latest, []);
  // The watch may have been cut off: what counts is whether the object is there.
  latest = await read();
  if (latest === undefined) return;
  throw new NotReady(
    `"${idOf(object)}" was deleted, but is still there after ${wait.timeoutMs / 1000} s: ${whyItStays(latest)}`,
    latest,
    [],
  );
}

/** Conditions with which a namespace says what is left in it. */
const remains = [
  "NamespaceFinalizersRemaining",
  "NamespaceContentRemaining",
  "NamespaceDeletionContentFailure",
];

/** Who holds an object that was deleted. */
function whyItStays(object: KubeObject): string {
  const finalizers = [...list(object, "metadata", "finalizers"), ...list(object, "spec", "finalizers")].map(
    String,
  );
  const held =
    finalizers.length > 0
      ? `finalizers are holding it (${finalizers.join(", ")}): the controllers that own them have not finished, or do not run`
      : "waiting for its termination";
  const found = remains
    .map((type) => conditionOf(object, type))
    .filter((condition) => condition?.status === "True");
  return [held, ...found.map((condition) => condition?.message ?? "")].join("; ");
}
