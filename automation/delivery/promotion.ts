/** What follows `promote`: the version is waited for, watched as after a deploy, and taken back where it is not good. */
import { messageOf } from "../exit.ts";
import type { DeliveryContext } from "./context.ts";
import type { Delivery } from "./history.ts";
import { claimJournal } from "./journal.ts";
import { carryOutOperation, type World } from "./operation.ts";
import { planOperation } from "./plan.ts";
import type { Result } from "./record.ts";
import { rollbackPlan } from "./rollback.ts";
import { refuseWithoutGit } from "./run.ts";

export interface Promoted {
  readonly result: Result;
  readonly because?: string;
  readonly serving?: string;
  readonly notes: readonly string[];
}

export interface Promotion {
  readonly world: Pick<World, "validate" | "watch" | "serving" | "say">;
  readonly namespaces: readonly string[];
  /** Changes back what the delivery changed that was promoted. @throws where it cannot. */
  readonly takeBack: (because: string) => Promise<void>;
}

/** Waits until what was promoted is in, or waits again; once it is in, the four triggers are watched. */
export async function afterPromotion({ world, namespaces, takeBack }: Promotion): Promise<Promoted> {
  const { wrong, waiting, notes } = await world.validate(namespaces);
  if (waiting !== undefined) return { result: "waiting", because: waiting, notes };
  const watched = wrong === undefined ? await world.watch(namespaces) : { notes: [] };
  const all = [...notes, ...watched.notes];
  const because = wrong ?? (watched.trigger && `${watched.trigger.name}: ${watched.trigger.reason}`);
  if (because === undefined) return { result: "succeeded", notes: all, ...served(world) };
  world.say(`Wrong: ${because}`);
  try {
    await takeBack(because);
  } catch (error) {
    return { result: "failed", because, notes: [...all, `not taken back: ${messageOf(error)}`] };
  }
  return { result: "rolled-back", because, notes: all, ...served(world) };
}

function served({ serving }: Pick<World, "serving">): { serving?: string } {
  const version = serving();
  return version === undefined ? {} : { serving: version };
}

export interface WayBack {
  readonly deliveries: readonly Delivery[];
  /** The command that finishes it, should its process be killed. */
  readonly request: string;
  readonly because: string;
}

/**
 * A rollback that nobody asked for: of the delivery that was promoted. It does not ask for windows, as no way back does.
 * @throws CommandError where the history does not know that delivery, Git is in the way, or another operation works.
 */
export async function takeBackPromoted(
  context: DeliveryContext,
  world: World,
  { deliveries, request, because }: WayBack,
): Promise<void> {
  const { journal } = planOperation(context, rollbackPlan(context, undefined, deliveries), {
    request,
    reason: because,
    emergency: false,
    notes: [],
  });
  await refuseWithoutGit(context, false);
  const automatic = { ...journal, record: { ...journal.record, automatic: true } };
  await claimJournal(context.journal, automatic);
  const { result, because: left = result } = await carryOutOperation(world, automatic);
  if (result !== "succeeded") throw new Error(left);
}
