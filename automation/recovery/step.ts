/** What a restore is asked for, and a step of it, which the journal follows. */
import type { Settings } from "../../config/index.ts";
import type { Platform } from "../../platforms/model/index.ts";
import type { Report } from "../console/steps.ts";
import type { KeptJournal } from "./journal.ts";
import type { Moment } from "./moment.ts";
import type { inPlace, Places } from "./places.ts";

export interface RestoreArgs extends Moment {
  readonly platform: Platform;
  /** Where a server beside the platform's own has its image from, and its volume. */
  readonly settings: Pick<Settings, "cluster" | "images">;
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
  /** Whether it changes or removes data of the platform; left out: it does not. */
  readonly touches?: true;
  /** Returns what was done. */
  readonly run: (report: Report) => Promise<string>;
}

/** Steps that are not done yet: the journal has each before it touches data, and once it is done. */
export function remaining(steps: readonly RestoreStep[], journal: KeptJournal): readonly RestoreStep[] {
  return steps
    .filter(({ id }) => !journal.now().done.includes(id))
    .map((step) => ({
      ...step,
      run: async (report) => {
        const { touched = [] } = journal.now();
        if (step.touches === true) journal.keep({ touched: [...new Set([...touched, step.id])] });
        const words = await step.run(report);
        journal.keep({ done: [...journal.now().done, step.id] });
        return words;
      },
    }));
}
