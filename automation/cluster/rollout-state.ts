/** How far a version is that comes in gradually: what Argo Rollouts says of a Rollout. */
import type { WorkloadStatus } from "./report.ts";

/** A Rollout, as far as this needs it. */
export interface RolloutObject {
  readonly metadata?: { readonly generation?: number };
  readonly spec?: {
    readonly paused?: boolean;
    readonly strategy?: { readonly canary?: { readonly steps?: readonly Step[] } };
  };
  readonly status?: {
    readonly phase?: string;
    readonly message?: string;
    readonly abort?: boolean;
    readonly promoteFull?: boolean;
    readonly pauseConditions?: readonly { readonly reason: string }[];
    readonly stableRS?: string;
    readonly currentPodHash?: string;
    readonly currentStepIndex?: number;
    readonly observedGeneration?: string | number;
    readonly canary?: { readonly weights?: { readonly canary?: { readonly weight?: number } } };
  };
}

interface Step {
  readonly pause?: { readonly duration?: string | number };
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
  if (!isSeen(rollout)) return unseen(rollout, "its change is not yet seen");
  if (isPromoted(rollout)) return unseen(rollout, "it was promoted, which is not yet seen");
  const message = status?.message ?? "";
  const steps = spec?.strategy?.canary?.steps?.length ?? 0;
  return {
    phase: phases.find((one) => one === status?.phase) ?? "Progressing",
    message: pauses[message] ?? message,
    ...(spec?.strategy?.canary === undefined
      ? {}
      : { percent: status?.canary?.weights?.canary?.weight ?? 0 }),
    ...(steps > 0 && status?.abort !== true && status?.currentPodHash !== status?.stableRS
      ? { step: `${Math.min((status?.currentStepIndex ?? 0) + 1, steps)} of ${steps}` }
      : {}),
  };
}

const phases = ["Healthy", "Progressing", "Paused", "Degraded"] as const;

function unseen({ spec }: RolloutObject, message: string): RolloutState {
  return { phase: "Progressing", message, ...(spec?.strategy?.canary === undefined ? {} : { percent: 0 }) };
}

/**
 * What becomes of a new version: there is `none`, it is `coming` in by steps, it is `waiting` for a person to promote or
 * abort it, or it was `refused` for good, by its analyses or since its pods did not get ready. Waiting for pods ends none
 * of the last three.
 */
export type Incoming = "none" | "coming" | "waiting" | "refused";

export function incomingOf(rollout: RolloutObject): Incoming {
  const { status } = rollout;
  if (!isSeen(rollout) || (status?.stableRS ?? "") === "") return "none";
  if (status?.abort === true) return "refused";
  if (waitsForPerson(rollout)) return "waiting";
  return status?.currentPodHash === status?.stableRS ? "none" : "coming";
}

/** Whether it goes on when a person says so, and not before: some pauses are the clock's. */
function waitsForPerson(rollout: RolloutObject): boolean {
  const { spec, status } = rollout;
  if (rolloutState(rollout).phase !== "Paused") return false;
  const step = spec?.strategy?.canary?.steps?.[status?.currentStepIndex ?? 0];
  const timed = step?.pause?.duration !== undefined;
  const byOthers = (status?.pauseConditions ?? []).some(({ reason }) => reason !== "CanaryPauseStep");
  return spec?.paused === true || byOthers || !timed;
}

function isSeen({ metadata, status }: RolloutObject): boolean {
  return Number(status?.observedGeneration ?? 0) === (metadata?.generation ?? 0);
}

/** Whether a promotion took its pause away and the controller has not looked since. */
function isPromoted({ spec, status }: RolloutObject): boolean {
  if (status?.phase !== "Paused" || spec?.paused === true) return false;
  return status.promoteFull === true || (status.pauseConditions ?? []).length === 0;
}
