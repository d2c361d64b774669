/** What a restore is asked for, and a step of it. */
import type { Platform } from "../../platforms/model/index.ts";
import type { Report } from "../console/steps.ts";
import type { inPlace, Places } from "./places.ts";

export interface RestoreArgs {
  readonly platform: Platform;
  /** Point in time. */
  readonly at: Date;
  readonly to: Places | typeof inPlace;
  /** When it was first asked for. */
  readonly begun: Date;
  /** False where no controller runs: the API server looks at every request. */
  readonly really: boolean;
}

export interface RestoreStep {
  /** In the journal. */
  readonly id: string;
  readonly title: string;
  /** Returns what was done. */
  readonly run: (report: Report) => Promise<string>;
}
