/** An Application of Argo CD as it is in the cluster: what it says of its sync, and asking for one. */
import { statusOf, type Client } from "../cluster/access.ts";
import { failure } from "../exit.ts";

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

const namespace = "argocd";
export const applicationKind = {
  group: "argoproj.io",
  version: "v1alpha1",
  namespace,
  plural: "applications",
} as const;

/** @throws CommandError where one is not there. */
export async function applicationsNamed(client: Client, names: readonly string[]): Promise<Application[]> {
  return await Promise.all(
    names.map(async (name) => {
      const found = await applicationNamed(client, name);
      if (found === undefined) throw failure(`Argo CD has no Application ${name}.`, "./quint up makes it.");
      return found;
    }),
  );
}

/** The Application; nothing where there is none. */
export async function applicationNamed({ custom }: Client, name: string): Promise<Application | undefined> {
  try {
    return (await custom.getNamespacedCustomObject({ ...applicationKind, name })) as Application;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
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
  { commit, by }: { readonly commit: string; readonly by: string },
): Promise<void> {
  const { syncOptions = [] } = application.spec.syncPolicy ?? {};
  await change(client, application, {
    operation: { initiatedBy: { username: by }, sync: { revision: commit, prune: true, syncOptions } },
  });
}

/** Argo CD polls the repository every three minutes; the annotation has it look now. */
export async function lookNow(client: Client, application: Application): Promise<void> {
  await change(client, application, {});
}

async function change(client: Client, { metadata }: Application, more: object): Promise<void> {
  const { setHeaderOptions, PatchStrategy } = await import("@kubernetes/client-node");
  const looks = { metadata: { annotations: { "argocd.argoproj.io/refresh": "normal" } } };
  await client.custom.patchNamespacedCustomObject(
    { ...applicationKind, name: metadata.name, body: { ...looks, ...more } },
    setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
  );
}

/** Whether a sync that was asked for was not begun: one that is asked for while another is at work goes with its end. */
export function isForgotten(application: Application, commit: string): boolean {
  return !isInOperation(application) && application.status?.operationState?.syncResult?.revision !== commit;
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
