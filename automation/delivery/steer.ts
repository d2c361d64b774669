/** `quint promote` and `quint abort`: Rollouts that are under way go on, or back. */
import { randomUUID } from "node:crypto";
import { accessTo, connect, reaching } from "../cluster/access.ts";
import { quietSteps } from "../console/steps.ts";
import { say } from "../console/terminal.ts";
import { declined } from "../exit.ts";
import { record } from "../session/deploy.ts";
import type { DeliveryContext } from "./context.ts";
import { nameOf } from "./health.ts";
import { askForDelivery, checkWindows } from "./permission.ts";
import { errorOf } from "./operation.ts";
import { afterPromotion, takeBackPromoted, type Promoted, type WayBack } from "./promotion.ts";
import { messageOfRecord, type DeliveryRecord, type OperationKind } from "./record.ts";
import { abortion, isPaused, isProgressing, listRollouts, patchRollout, promotion } from "./rollouts.ts";
import type { DeliveryOptions } from "./run.ts";
import { publishSeries } from "./series.ts";
import { inSession, realWorld } from "./world.ts";

export interface SteerRequest {
  /** Name of the one Rollout; left out: all of the platform that are under way. */
  readonly workload?: string;
  /** Past all steps and analyses that are left. */
  readonly full?: boolean;
}

/**
 * Steers them; after a promotion waits until they are in, or wait again, and watches what came in.
 * @throws CommandError (declined) where nothing waits, or (promote) outside of the windows; (waiting) where they wait
 * again; (failed) where what came in was not good.
 */
export async function steer(
  context: DeliveryContext,
  kind: Extract<OperationKind, "promote" | "abort">,
  request: SteerRequest,
  options: DeliveryOptions,
  wayBack: () => Promise<Omit<WayBack, "because">>,
): Promise<void> {
  if (options.json === true) quietSteps();
  // Going back is never forbidden.
  const { notes, byHand } =
    kind === "promote" ? checkWindows(context, options) : { notes: [], byHand: false };
  const access = accessTo(context.settings, context.root);
  const client = await connect(access);
  const all = await reaching(access, () => listRollouts(client, context.name));
  const chosen = all.filter(
    (rollout) =>
      (request.workload === undefined || rollout.metadata.name === request.workload) &&
      (isProgressing(rollout) || (kind === "promote" && isPaused(rollout))),
  );
  if (chosen.length === 0) {
    throw declined(
      `Nothing to ${kind}: no Rollout of ${context.name}${request.workload === undefined ? "" : ` called ${request.workload}`} is under way.`,
      `./quint health-check ${context.name} --stack ${context.stack} shows how they are.`,
    );
  }
  if (kind === "promote") await askForDelivery(context, options);
  const started = new Date().toISOString();
  const namespaces = [...new Set(chosen.map(({ metadata }) => metadata.namespace))];
  // What fires before is no verdict on what is promoted.
  const world = await realWorld(context, namespaces, byHand);
  for (const rollout of chosen) {
    const patch = kind === "abort" ? abortion : promotion(rollout, request.full ?? false);
    await reaching(access, () => patchRollout(client, rollout, patch));
  }
  const names = chosen.map(nameOf).join(", ");
  const told: DeliveryRecord = {
    version: 1,
    operation: `${kind}-${context.name}-${randomUUID().slice(0, 8)}`,
    kind,
    platform: context.name,
    step: names,
    who: context.who,
    ...(options.reason === undefined ? {} : { reason: options.reason }),
    emergency: options.emergency ?? false,
    automatic: false,
    to: request.full === true ? "full" : names,
    changes: [],
    notes: [...notes],
    started,
  };
  const tell = (entry: DeliveryRecord): Promise<void> =>
    inSession(context, kind, (session) => record(session, messageOfRecord(entry)));
  // Whoever does not wait for the end has it in the history as well.
  if (kind === "promote") await tell(told);
  const ending: Promoted =
    kind === "abort"
      ? { result: "undone", notes: [] }
      : await afterPromotion({
          world,
          namespaces,
          takeBack: async (because) => {
            await takeBackPromoted(context, world, { ...(await wayBack()), because });
          },
        });
  const ended = { ...told, ...ending, notes: [...notes, ...ending.notes] };
  await tell(ended);
  await publishSeries(context);
  if (options.json === true) say(JSON.stringify({ stack: context.stack, ...ended }, undefined, 2));
  else if (kind === "abort")
    say(
      `Aborted: ${names}. The settings still name the new version: ./quint rollback ${context.name} changes them back.`,
    );
  else if (ending.result === "succeeded") say(`Promoted: ${names}.`);
  const { name, stack } = context;
  const error = errorOf(ending, `${kind} ${name}`, `${name} --stack ${stack}`);
  if (error !== undefined) throw error;
}
