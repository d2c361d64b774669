/** Does what a plan says, and shows how far it has come. */
import { runSteps } from "../console/steps.ts";
import type { Plan } from "../engine/plan.ts";
import { Progress } from "../engine/progress.ts";
import { failed } from "./failures.ts";
import type { Session } from "./session.ts";

export interface CarryOutOptions {
  readonly kind: "up" | "destroy";
  readonly plan: Plan;
  /** Resources that are neither changed nor deleted, by URN. */
  readonly exclude: readonly string[];
  /** What is done, for the error, e.g. `Deploying`. */
  readonly doing: string;
  /** Why, for the stack's history. */
  readonly message?: string;
}

/**
 * Returns how long it took, in seconds.
 * @throws CommandError that names what failed, after the reasons were printed.
 */
export async function carryOut(session: Session, options: CarryOutOptions): Promise<number> {
  const progress = new Progress(options.plan.changes);
  const shown = runSteps(progress.steps(), { concurrent: true, goOn: true });
  try {
    const outcome = await session.run(options.kind, {
      exclude: options.exclude,
      ...(options.message === undefined ? {} : { message: options.message }),
      onEvent: (event) => {
        progress.observe(event);
      },
    });
    progress.end();
    await shown;
    if (!outcome.ok) throw await failed(session, options.doing, outcome);
    return outcome.seconds;
  } finally {
    progress.end();
    await shown;
  }
}
