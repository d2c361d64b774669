/** What a run would do, from the engine's preview, with its progress shown. */
import { runSteps } from "../console/steps.ts";
import { counted } from "../console/terminal.ts";
import { isEmpty, planFrom, type Plan } from "../engine/plan.ts";
import { failure } from "../exit.ts";
import { failed } from "./failures.ts";
import { withHandOver } from "./hand-over.ts";
import type { Session } from "./session.ts";

/** What the engine is asked, and how a failure of it is called. */
const previews = {
  deploy: { operation: "preview", doing: "Planning" },
  "take-down": { operation: "preview-destroy", doing: "Planning to take down" },
} as const;

/**
 * Plans the deployment of the session's stack, or its end.
 * @param exclude objects that the run must not touch, by URN.
 */
export async function makePlan(
  session: Session,
  purpose: keyof typeof previews,
  exclude: readonly string[],
): Promise<Plan> {
  const { operation, doing } = previews[purpose];
  let plan: Plan | undefined;
  await runSteps([
    {
      title: "Plan",
      run: async () => {
        const outcome = await session.run(operation, { exclude });
        if (!outcome.ok) throw await failed(session, doing, outcome);
        plan = planFrom(outcome.events);
        if (purpose === "deploy") plan = await withHandOver(session, plan);
        return isEmpty(plan) ? "no changes" : counted(plan.changes.length, "change");
      },
    },
  ]);
  if (plan === undefined) throw failure("The plan could not be made.");
  return plan;
}
