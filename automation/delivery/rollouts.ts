/** Argo Rollouts: where a step-wise delivery stands, and going on or back, as the kubectl plugin does it. */
import type { Client } from "../cluster/access.ts";
import { labels } from "../cluster/access.ts";
import { listIfKnown } from "../cluster/workloads.ts";

export interface Rollout {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly strategy?: {
      readonly canary?: { readonly steps?: readonly unknown[] };
      readonly blueGreen?: object;
    };
  };
  readonly status?: {
    readonly phase?: string;
    readonly message?: string;
    readonly abort?: boolean;
    readonly currentStepIndex?: number;
    readonly pauseConditions?: readonly { readonly reason: string }[];
    readonly controllerPause?: boolean;
    readonly currentPodHash?: string;
    readonly stableRS?: string;
    readonly canary?: { readonly currentStepAnalysisRunStatus?: { readonly status?: string } };
  };
}

const kind = { group: "argoproj.io", version: "v1alpha1" } as const;

export async function listRollouts(client: Client, platform: string): Promise<Rollout[]> {
  const items = await listIfKnown(() =>
    client.custom.listCustomObjectForAllNamespaces({
      ...kind,
      resourcePlural: "rollouts",
      labelSelector: `${labels.managed},${labels.platform}=${platform}`,
    }),
  );
  return items as Rollout[];
}

/** Whether a version is on its way in: the pods of the latest are not the stable ones yet. */
export function isProgressing({ status }: Rollout): boolean {
  return (
    status?.currentPodHash !== undefined && status.currentPodHash !== status.stableRS && status.abort !== true
  );
}

/** Whether it waits for somebody to say `promote`. */
export function isPaused({ status, spec }: Rollout): boolean {
  return spec.paused === true || status?.phase === "Paused";
}

/** Changes of `spec` and `status`, each by a merge patch of its own: `status` is a subresource. */
export interface RolloutPatch {
  readonly spec?: object;
  readonly status?: object;
}

/**
 * As `kubectl argo rollouts promote`: past the pause or the step where it stands.
 * @param full past all that is left, analyses too.
 */
export function promotion(rollout: Rollout, full: boolean): RolloutPatch {
  const { spec, status = {} } = rollout;
  const unpause = spec.paused === true ? { spec: { paused: false } } : {};
  if (full) {
    return {
      ...unpause,
      ...(status.currentPodHash === status.stableRS ? {} : { status: { promoteFull: true } }),
    };
  }
  const steps = spec.strategy?.canary?.steps?.length ?? 0;
  const next = Math.min((status.currentStepIndex ?? 0) + 1, steps);
  const paused = (status.pauseConditions ?? []).length > 0;
  const inconclusive = status.canary?.currentStepAnalysisRunStatus?.status === "Inconclusive";
  if (inconclusive && paused && status.controllerPause === true && spec.strategy?.canary !== undefined) {
    return { ...unpause, status: { pauseConditions: null, controllerPause: false, currentStepIndex: next } };
  }
  if (paused) return { ...unpause, status: { pauseConditions: null } };
  // In the middle of an analysis: the step is left.
  return spec.strategy?.canary !== undefined && steps > 0
    ? { ...unpause, status: { pauseConditions: null, currentStepIndex: next } }
    : unpause;
}

/** As `kubectl argo rollouts abort`: all traffic back to the stable pods. */
export const abortion: RolloutPatch = { status: { abort: true } };

export async function patchRollout(
  client: Client,
  { metadata: { name, namespace } }: Rollout,
  patch: RolloutPatch,
): Promise<void> {
  const { setHeaderOptions, PatchStrategy } = await import("@kubernetes/client-node");
  const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  const of = { ...kind, plural: "rollouts", namespace, name };
  if (patch.status !== undefined) {
    await client.custom.patchNamespacedCustomObjectStatus({ ...of, body: { status: patch.status } }, options);
  }
  if (patch.spec !== undefined) {
    await client.custom.patchNamespacedCustomObject({ ...of, body: { spec: patch.spec } }, options);
  }
}
