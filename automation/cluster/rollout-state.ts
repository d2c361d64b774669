/** How far a version is that comes in by and by: what Argo Rollouts says of a Rollout. */
import type { WorkloadStatus } from "./report.ts";

/** A Rollout, as far as this needs it. */
export interface RolloutObject {
  readonly metadata?: { readonly generation?: number };
  readonly spec?: { readonly strategy?: { readonly canary?: object } };
  readonly status?: {
    readonly phase?: string;
    readonly message?: string;
    readonly abort?: boolean;
    readonly stableRS?: string;
    readonly currentPodHash?: string;
    readonly observedGeneration?: string | number;
    readonly canary?: { readonly weights?: { readonly canary?: { readonly weight?: number } } };
  };
}

export type RolloutState = NonNullable<WorkloadStatus["rollout"]>;

/** Pauses, in words. */
const pauses: Readonly<Record<string, string>> = {
  CanaryPauseStep: "pauses at a step",
  BlueGreenPause: "the new version is ready beside the old one and waits to be promoted",
  InconclusiveAnalysisRun: "too few calls to judge the new version: promote or abort it",
};

/** The state; `Progressing` until the controller has seen the latest change. */
export function rolloutState(rollout: RolloutObject): RolloutState {
  const { status, spec } = rollout;
  const phase = phases.find((one) => one === status?.phase) ?? "Progressing";
  const seen = isSeen(rollout);
  const message = status?.message ?? "";
  return {
    phase: seen ? phase : "Progressing",
    message: seen ? (pauses[message] ?? message) : "its change is not yet seen",
    ...(spec?.strategy?.canary === undefined
      ? {}
      : { percent: seen ? (status?.canary?.weights?.canary?.weight ?? 0) : 0 }),
  };
}

const phases = ["Healthy", "Progressing", "Paused", "Degraded"] as const;

/** Whether a version is on its way in or was refused: that takes as long as its steps, or a person. */
export function isUnderWay(rollout: RolloutObject): boolean {
  const { status } = rollout;
  if (!isSeen(rollout) || (status?.stableRS ?? "") === "") return false;
  return status?.currentPodHash !== status?.stableRS || status?.abort === true;
}

function isSeen({ metadata, status }: RolloutObject): boolean {
  return Number(status?.observedGeneration ?? 0) === (metadata?.generation ?? 0);
}
