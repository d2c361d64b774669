/** How a new version of a server is let in: a little at a time, or beside the old one, judged by metrics. */

export type AnalysisName = "success-rate" | "latency" | "availability" | "error-rate";

/** The mesh moves calls to the new version step by step; a verdict against it takes all of them back. */
export interface CanarySpec {
  readonly kind: "canary";
  /** Percent of traffic at each step, and how long each is watched, in seconds; the last is 100, not watched. */
  readonly steps: readonly { readonly weight: number; readonly pauseSeconds: number }[];
  /** Error rate and availability are watched throughout, success rate and latency decide at each step. */
  readonly analyses: readonly AnalysisName[];
}

/** The new version runs whole beside the old one, under a Service of its own, until the calls are switched. */
export interface BlueGreenSpec {
  readonly kind: "blue-green";
  /** Judged before and after the switch. */
  readonly analyses: readonly AnalysisName[];
  /** How long each judgement takes, in seconds. */
  readonly analysisSeconds: number;
  /** Whether the switch waits for `promote`. */
  readonly promotion: "manual" | "automatic";
}

export type ProgressiveSpec = CanarySpec | BlueGreenSpec;
