/** Argo CD: its Applications of a platform, told of a commit and awaited. */
import { setTimeout as sleep } from "node:timers/promises";
import { labels, type Client } from "../cluster/access.ts";
import { listIfKnown } from "../cluster/workloads.ts";
import type { Report } from "../console/steps.ts";
import { failure } from "../exit.ts";
import { listRollouts } from "./rollouts.ts";

export interface Application {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly source?: { readonly path?: string };
    readonly syncPolicy?: {
      readonly automated?: { readonly enabled?: boolean };
      readonly syncOptions?: readonly string[];
    };
  };
  /** What Argo CD is asked to do, until it has done so. */
  readonly operation?: object;
  readonly status?: {
    readonly sync?: { readonly status?: string; readonly revision?: string };
    readonly health?: { readonly status?: string; readonly message?: string };
    readonly operationState?: {
      readonly phase?: string;
      readonly message?: string;
      readonly syncResult?: { readonly revision?: string };
    };
  };
}

export interface SyncRequest {
  readonly platform: string;
  readonly commit: string;
  /** Who syncs, and why, where a person has to. */
  readonly by: string;
  /** Whether Argo CD may not sync by itself now: outside of the windows. */
  readonly byHand: boolean;
  readonly seconds: number;
}

const namespace = "argocd";
export const applicationKind = {
  group: "argoproj.io",
  version: "v1alpha1",
  namespace,
  plural: "applications",
} as const;
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
    const broken = waiting.find((application) => isBroken(application, commit));
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

/** Argo CD polls the repository every three minutes; the annotation has it look now. */
async function prompt(client: Client, application: Application, request: SyncRequest): Promise<void> {
  if (needsHand(application, request)) await askForSync(client, application, request);
  else await change(client, application, {});
}

/** Whether Argo CD syncs it without being asked. */
export function syncsByItself({ spec }: Application): boolean {
  const automated = spec.syncPolicy?.automated;
  return automated !== undefined && automated.enabled !== false;
}

/** Asks for a sync, as a person does. */
export async function askForSync(
  client: Client,
  application: Application,
  { commit, by }: Pick<SyncRequest, "commit" | "by">,
): Promise<void> {
  const { syncOptions = [] } = application.spec.syncPolicy ?? {};
  await change(client, application, {
    operation: { initiatedBy: { username: by }, sync: { revision: commit, prune: true, syncOptions } },
  });
}

async function change(client: Client, { metadata }: Application, more: object): Promise<void> {
  const { setHeaderOptions, PatchStrategy } = await import("@kubernetes/client-node");
  const looks = { metadata: { annotations: { "argocd.argoproj.io/refresh": "normal" } } };
  await client.custom.patchNamespacedCustomObject(
    { ...applicationKind, name: metadata.name, body: { ...looks, ...more } },
    setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
  );
}

/** Whether it does not sync by itself, or may not now. */
function needsHand(application: Application, { byHand }: SyncRequest): boolean {
  return byHand || !syncsByItself(application);
}

/** Whether a sync that was asked for was not begun: one that is asked for while another is at work goes with its end. */
function isForgotten(application: Application, commit: string): boolean {
  return !isInOperation(application) && application.status?.operationState?.syncResult?.revision !== commit;
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

/** Whether a sync is asked for or under way: what the state says is then of the one before, or not all. */
export function isInOperation({ operation, status }: Application): boolean {
  const { phase } = status?.operationState ?? {};
  return operation !== undefined || phase === "Running" || phase === "Terminating";
}

/** Whether the last sync brought it to a commit, whatever the branch has by now. */
export function isSyncedByHand({ status }: Application, commit: string): boolean {
  const { phase, syncResult } = status?.operationState ?? {};
  return phase === "Succeeded" && syncResult?.revision === commit;
}

/** A sync of this commit that Argo CD has given up, after its retries. */
export function isBroken({ status }: Application, commit: string): boolean {
  const { phase, syncResult } = status?.operationState ?? {};
  return (phase === "Failed" || phase === "Error") && syncResult?.revision === commit;
}

export function applicationWords({ metadata, status }: Application): string {
  const { sync, health, operationState } = status ?? {};
  const why = operationState?.message ?? health?.message;
  return `${metadata.name} is ${sync?.status ?? "unknown"} and ${health?.status ?? "unknown"}${why === undefined ? "" : ` (${why})`}`;
}
