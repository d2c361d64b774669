/** How a new version of a server is let in: a little at a time, or beside the old one, judged by metrics. */

export type AnalysisName = "success-rate" | "latency" | "availability" | "error-rate";

export interface CanarySpec {
  readonly kind: "canary";
  /** Percent of traffic at each step, and how long each is watched; the last is 100. */
  readonly steps: readonly { readonly weight: number; readonly pauseSeconds: number }[];
  readonly analyses: readonly AnalysisName[];
}

export interface BlueGreenSpec {
  readonly kind: "blue-green";
  /** Judged before and after the switch. */
  readonly analyses: readonly AnalysisName[];
  /** Whether the switch waits for `promote`. */
  readonly promotion: "manual" | "automatic";
}

export type ProgressiveSpec = CanarySpec | BlueGreenSpec;
