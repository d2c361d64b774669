/** Waiting: shows every change to a decision, until it is made or the time is over. */
import { Cancelled } from "../api-error.ts";
import type { ApiResource } from "../discovery.ts";
import { count, idOf, type KubeObject, nameOf, namespaceOf, uidOf } from "../object.ts";
import type { SharedWatches, Subscription } from "../watch.ts";
import { type Awaiter, type Decision, type Related, relatedResources } from "./decision.ts";

/** The object exists and did not become ready. */
export class NotReady extends Error {
  /** As it was seen last. */
  readonly object: KubeObject;
  readonly reasons: readonly string[];

  constructor(message: string, object: KubeObject, reasons: readonly string[]) {
    super(message);
    this.name = "NotReady";
    this.object = object;
    this.reasons = reasons;
  }
}

export interface Wait {
  readonly watches: SharedWatches;
  readonly signal: AbortSignal;
  /** Called when the progress has changed. */
  readonly onProgress: (message: string) => void;
  readonly timeoutMs: number;
}

/**
 * Waits until the object is ready, and gives its last state.
 *
 * @param object as the API server answered to its creation or update.
 * @throws {NotReady} when it failed, when the time is over, or when the engine cancels.
 */
export async function untilReady(
  awaiter: Awaiter,
  resource: ApiResource,
  object: KubeObject,
  wait: Wait,
): Promise<KubeObject> {
  const first = awaiter.decide({ object, related: () => [] });
  // Most objects need no watch: a Secret is complete, a headless Service has nothing to wait for.
  if (first.state === "ready") return object;
  return new Promise((resolve, reject) => {
    let latest = object;
    let decision: Decision = first;
    let settling: { key: string; timer: NodeJS.Timeout } | undefined;

    let isOver = false;
    const finish = (outcome: () => void) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(deadline);
      clearTimeout(settling?.timer);
      wait.signal.removeEventListener("abort", cancel);
      for (const subscription of subscriptions.values()) subscription.close();
      own.close();
      outcome();
    };
    const reasons = () => (decision.state === "waiting" ? decision.reasons : []);
    const fail = (message: string) => {
      finish(() => {
        reject(new NotReady(message, latest, reasons()));
      });
    };
    const cancel = () => {
      fail(new Cancelled(idOf(object)).message);
    };
    const evaluate = () => {
      latest = newer(own.get(idOf(object)), object);
      if (!own.synced || ![...subscriptions.values()].every(({ synced }) => synced)) return;
      const related = (kind: Related) => [...(subscriptions.get(kind)?.objects() ?? [])];
      try {
        decision = awaiter.decide({ object: latest, related });
      } catch (error) {
        finish(() => {
          reject(error instanceof Error ? error : new Error(String(error)));
        });
        return;
      }
      wait.onProgress(decision.message);
      settle();
    };
    const settle = () => {
      if (decision.state !== "settling" || decision.key !== settling?.key) {
        clearTimeout(settling?.timer);
        settling = undefined;
      }
      if (decision.state === "ready") {
        finish(() => {
          resolve(latest);
        });
      } else if (decision.state === "failed") {
        const { message, reasons: why } = decision;
        finish(() => {
          reject(new NotReady(message, latest, why));
        });
      } else if (decision.state === "settling" && settling === undefined) {
        const timer = setTimeout(() => {
          finish(() => {
            resolve(latest);
          });
        }, decision.seconds * 1000);
        settling = { key: decision.key, timer };
      }
    };

    const deadline = setTimeout(() => {
      // Changes are told with a delay: what came last may be what is waited for, or say why it is not.
      evaluate();
      fail(`'${nameOf(object)}' timed out waiting to be Ready`);
    }, wait.timeoutMs);
    const namespace = namespaceOf(object);
    const subscriptions = new Map<Related, Subscription>(
      awaiter.related.map((kind) => {
        const { namespaced } = relatedResources[kind];
        return [kind, wait.watches.subscribe(relatedResources[kind], namespaced ? namespace : "", evaluate)];
      }),
    );
    const own = wait.watches.subscribe(resource, namespace, evaluate);
    wait.signal.addEventListener("abort", cancel);
    if (wait.signal.aborted) cancel();
    else evaluate();
  });
}

/** A watch can lag behind the answer to a request, or still show an object of the same name that is gone. */
function newer(watched: KubeObject | undefined, answered: KubeObject): KubeObject {
  if (watched === undefined || uidOf(watched) !== uidOf(answered)) return answered;
  const generation = (object: KubeObject) => count(object, "metadata", "generation") ?? 0;
  return generation(watched) < generation(answered) ? answered : watched;
}
