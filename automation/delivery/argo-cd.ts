/** Argo CD: its Applications of a platform, told of a commit and awaited. */
import { setTimeout as sleep } from "node:timers/promises";
import { labels, type Client } from "../cluster/access.ts";
import { listIfKnown } from "../cluster/workloads.ts";
import type { Report } from "../console/steps.ts";
import { failure } from "../exit.ts";
import {
  applicationKind,
  applicationWords,
  askForSync,
  isBroken,
  isForgotten,
  isInOperation,
  lookNow,
  syncsByItself,
  type Application,
} from "./application.ts";
import { listRollouts } from "./rollouts.ts";

export interface SyncRequest {
  readonly platform: string;
  readonly commit: string;
  /** Who syncs, and why, where a person has to. */
  readonly by: string;
  /** Whether Argo CD may not sync by itself now: outside of the windows. */
  readonly byHand: boolean;
  readonly seconds: number;
}

const lookAgain = 2_000;

/** Those that Quint made for a platform and that sync from Git; a chart's own has no commit. */
export async function applicationsOf(client: Client, platform: string): Promise<Application[]> {
  const items = await listIfKnown(() =>
    client.custom.listNamespacedCustomObject({
      ...applicationKind,
      labelSelector: `${labels.managed},${labels.platform}=${platform}`,
    }),
  );
  return (items as Application[]).filter(({ spec }) => spec.source?.path !== undefined);
}

/**
 * Has the platform's Applications look at the repository, syncs those that do not by themselves, and waits. One whose
 * Rollouts let a version in is not waited for once it is Synced: that may take a person, and is not Argo CD's doing.
 * @throws CommandError that names those that are not Synced and Healthy at the commit, and says why.
 */
export async function syncTo(client: Client, request: SyncRequest, report: Report): Promise<void> {
  const { platform, commit, seconds } = request;
  const all = await applicationsOf(client, platform);
  if (all.length === 0) throw failure(`Argo CD has no Application of ${platform}.`, "./quint up makes them.");
  await Promise.all(all.map((application) => prompt(client, application, request)));
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const now = await applicationsOf(client, platform);
    const stepping = await letIn(client, platform);
    const waiting = now.filter(
      (application) =>
        !isThere(application, commit, stepping.has(application.metadata.labels?.[labels.application])),
    );
    if (waiting.length === 0) return;
    // While a sync is at work, what failed is the one before: a delivery that goes on has the same commit again.
    const broken = waiting.find((one) => !isInOperation(one) && isBroken(one, commit));
    if (broken !== undefined) throw failure(`Argo CD could not sync: ${applicationWords(broken)}.`);
    if (Date.now() > deadline) {
      throw failure(
        `Not synced after ${seconds} s: ${waiting.map(applicationWords).join("; ")}.`,
        `argocd app get ${waiting[0]?.metadata.name ?? ""} tells more.`,
      );
    }
    const forgotten = waiting.filter((one) => needsHand(one, request) && isForgotten(one, commit));
    await Promise.all(forgotten.map((application) => prompt(client, application, request)));
    report(`${now.length - waiting.length} of ${now.length} at ${commit.slice(0, 10)}`);
    await sleep(lookAgain);
  }
}

async function prompt(client: Client, application: Application, request: SyncRequest): Promise<void> {
  // By itself Argo CD tries no commit twice.
  if (needsHand(application, request) || isBroken(application, request.commit))
    await askForSync(client, application, request);
  else await lookNow(client, application);
}

/** Whether it does not sync by itself, or may not now. */
function needsHand(application: Application, { byHand }: SyncRequest): boolean {
  return byHand || !syncsByItself(application);
}

/** Labels of the applications that have a Rollout which is not, or not yet, Healthy. */
async function letIn(client: Client, platform: string): Promise<ReadonlySet<string | undefined>> {
  const rollouts = await listRollouts(client, platform);
  return new Set(
    rollouts
      .filter(({ status }) => status?.phase !== "Healthy")
      .flatMap(({ metadata }) => metadata.labels?.[labels.application] ?? []),
  );
}

function isThere({ status }: Application, commit: string, stepping: boolean): boolean {
  return (
    status?.sync?.status === "Synced" &&
    status.sync.revision === commit &&
    (stepping || status.health?.status === "Healthy") &&
    status.operationState?.phase !== "Running"
  );
}
