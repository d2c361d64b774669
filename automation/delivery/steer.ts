/** `quint promote` and `quint abort`: Rollouts that are under way go on, or back. */
import { randomUUID } from "node:crypto";
import { accessTo, connect, reaching } from "../cluster/access.ts";
import { say } from "../console/terminal.ts";
import { declined } from "../exit.ts";
import { record } from "../session/deploy.ts";
import type { DeliveryContext } from "./context.ts";
import { nameOf } from "./health.ts";
import { askForDelivery, checkWindows } from "./permission.ts";
import { messageOfRecord, type DeliveryRecord, type OperationKind } from "./record.ts";
import { abortion, isPaused, isProgressing, listRollouts, patchRollout, promotion } from "./rollouts.ts";
import type { DeliveryOptions } from "./run.ts";
import { inSession } from "./world.ts";

export interface SteerRequest {
  /** Name of the one Rollout; left out: all of the platform that are under way. */
  readonly workload?: string;
  /** Past all steps and analyses that are left. */
  readonly full?: boolean;
}

/** @throws CommandError (declined) where nothing waits, or (promote) outside of the windows. */
export async function steer(
  context: DeliveryContext,
  kind: Extract<OperationKind, "promote" | "abort">,
  request: SteerRequest,
  options: DeliveryOptions,
): Promise<void> {
  // Going back is never forbidden.
  const notes = kind === "promote" ? checkWindows(context, options).notes : [];
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
  for (const rollout of chosen) {
    const patch = kind === "abort" ? abortion : promotion(rollout, request.full ?? false);
    await reaching(access, () => patchRollout(client, rollout, patch));
  }
  const names = chosen.map(nameOf).join(", ");
  const serving = context.release.current(context.settings);
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
    result: kind === "abort" ? "undone" : "succeeded",
    ...(kind === "promote" && serving !== undefined ? { serving } : {}),
  };
  await inSession(context, kind, (session) => record(session, messageOfRecord(told)));
  if (options.json === true) say(JSON.stringify({ stack: context.stack, ...told }, undefined, 2));
  else say(`${kind === "promote" ? "Promoted" : "Aborted"}: ${names}.`);
}
