/** Service level objectives: how well they are kept, how fast the error budget burns, and what is left of it. */
import { budgetDays, burns, objectiveSeries as series } from "../model/index.ts";
import { line, stat, type Row } from "./panel.ts";

const who = "{{platform}} {{slo}} {{destination_workload_namespace}} {{destination_workload}}";

/** @param platform whose objectives, or a regular expression of several. */
export function objectives(platform: string): Row {
  const mine = `{platform=~"${platform}"}`;
  const fastest = Math.max(...burns.map(({ rate }) => rate));
  return {
    title: "Service level objectives",
    panels: [
      stat("Least error budget left", "percentunit", `min(${series.budgetLeft}${mine})`, {
        negative: true,
        redBelow: 0,
      }),
      stat("Fastest burn", "none", `max(${series.burnRate}${mine})`, { red: 1 }),
      line(`Error budget left, of ${budgetDays} days`, "percentunit", `${series.budgetLeft}${mine}`, who, {
        description: "Below 0 the promise of the month is broken.",
        negative: true,
        redBelow: 0,
        leadsToTraces: true,
      }),
      line("Times faster than the budget allows", "none", `${series.burnRate}${mine}`, who, {
        description: `At 1 the budget is just used up in ${budgetDays} days; at ${fastest} somebody is woken.`,
        red: 1,
        leadsToTraces: true,
      }),
    ],
  };
}
