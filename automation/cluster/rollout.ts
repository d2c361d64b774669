/** Restarts workloads one pod after another, and waits until the new pods are ready. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Report } from "../console/steps.ts";
import { failure } from "../exit.ts";
import type { Client } from "./access.ts";
import type { Workload } from "./workloads.ts";
import { listWorkloads } from "./workloads.ts";

/** kubectl's own annotation, so that its `rollout history` tells the same story. */
const restartedAt = "kubectl.kubernetes.io/restartedAt";

/** Looks again this often, in milliseconds. */
const lookAgain = 500;

/** Asks for new pods of a workload. */
export async function requestRestart(client: Client, workload: Workload, now = new Date()): Promise<void> {
  const { PatchStrategy } = await import("@kubernetes/client-node");
  const rollout = workload.kind === "Rollout";
  const spec = rollout
    ? { restartAt: now.toISOString() }
    : { template: { metadata: { annotations: { [restartedAt]: now.toISOString() } } } };
  await client.objects.patch(
    {
      apiVersion: rollout ? "argoproj.io/v1alpha1" : "apps/v1",
      kind: workload.kind,
      metadata: { namespace: workload.namespace, name: workload.object },
      spec,
    },
    undefined,
    undefined,
    "quint",
    undefined,
    PatchStrategy.MergePatch,
  );
}

/**
 * Waits until every pod of the workloads is new and ready. A version that comes in by steps, or was refused, is not
 * waited for: `status` says how far it is.
 * @throws CommandError naming those that are not, after `seconds`.
 */
export async function waitUntilReady(
  client: Client,
  workloads: readonly Workload[],
  seconds: number,
  report: Report,
): Promise<void> {
  const wanted = new Set(workloads.map(identity));
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const now = (await listWorkloads(client, { simulated: true })).filter((workload) =>
      wanted.has(identity(workload)),
    );
    const waiting = now.filter(
      ({ settled, ready, desired, incoming }) => incoming === "none" && (!settled || ready < desired),
    );
    if (waiting.length === 0) return;
    report(
      `${now.length - waiting.length} of ${now.length} ready, ${waiting.map(({ name }) => name).join(", ")} under way`,
    );
    if (Date.now() > deadline) {
      const names = waiting.map(
        ({ platform, name, ready, desired }) => `${platform}/${name} (${ready}/${desired})`,
      );
      throw failure(
        `Not ready after ${seconds} s: ${names.join(", ")}.`,
        "`./quint status` shows the warnings.",
      );
    }
    await sleep(lookAgain);
  }
}

function identity({ kind, namespace, object }: Workload): string {
  return `${kind} ${namespace}/${object}`;
}
