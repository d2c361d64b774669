/** The history of a stack as its deliveries: what the engine keeps of each update, put together again. */
import { recordIn, type DeliveryRecord, type OperationKind, type Result } from "./record.ts";

/** An update as `pulumi stack history --json` tells it. */
export interface EngineUpdate {
  readonly version?: number;
  readonly kind: string;
  readonly startTime: string;
  readonly endTime?: string;
  readonly message?: string;
  readonly result?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly resourceChanges?: Readonly<Record<string, number>>;
}

/** A step of a delivery, or an update that was none, e.g. by `up`. One line of the exported audit trail. */
export interface AuditEntry {
  /** Number of the engine's update. */
  readonly update: number;
  readonly at: string;
  readonly seconds: number;
  /** What the engine did: `update`, `refresh`, `destroy`. */
  readonly engine: string;
  /** Whether the engine succeeded. */
  readonly engineResult: string;
  readonly message: string;
  /** Objects by what was done to them. */
  readonly objects: Readonly<Record<string, number>>;
  readonly delivery?: DeliveryRecord;
}

/** A delivery with all of its steps. */
export interface Delivery {
  readonly operation: string;
  readonly kind: OperationKind;
  readonly platform: string;
  readonly environment?: string;
  readonly started: string;
  readonly seconds: number;
  readonly who: string;
  readonly reason?: string;
  readonly emergency: boolean;
  readonly automatic: boolean;
  readonly from?: string;
  readonly to?: string;
  /** `unfinished`: it is under way, or its process ended in the middle. */
  readonly result: Result | "unfinished";
  readonly because?: string;
  readonly serving?: string;
  readonly commit?: string;
  readonly notes: readonly string[];
  readonly changes: DeliveryRecord["changes"];
  readonly steps: readonly { readonly at: string; readonly step: string; readonly update: number }[];
}

/**
 * The audit trail, oldest first.
 * @param updates newest first, as the engine lists them; their times are whole seconds, so that they cannot order them.
 */
export function auditTrail(updates: readonly EngineUpdate[]): AuditEntry[] {
  return updates.toReversed().map((update, index): AuditEntry => {
    const message = update.message ?? "";
    const delivery = recordIn(message);
    return {
      // A backend without a service numbers nothing.
      update: Math.max(update.version ?? 0, index + 1),
      at: update.startTime,
      seconds: secondsBetween(update.startTime, update.endTime ?? update.startTime),
      engine: update.kind,
      engineResult: update.result ?? "in-progress",
      message: message.split("\n")[0] ?? "",
      objects: update.resourceChanges ?? {},
      ...(delivery === undefined ? {} : { delivery }),
    };
  });
}

/** The deliveries of an audit trail, oldest first. @param platform the only one; left out: all. */
export function deliveriesIn(trail: readonly AuditEntry[], platform?: string): Delivery[] {
  const byOperation = new Map<string, (AuditEntry & { delivery: DeliveryRecord })[]>();
  for (const entry of trail) {
    const { delivery } = entry;
    if (delivery === undefined || (platform !== undefined && delivery.platform !== platform)) continue;
    const steps = byOperation.get(delivery.operation) ?? [];
    byOperation.set(delivery.operation, [...steps, { ...entry, delivery }]);
  }
  return [...byOperation.values()].flatMap((entries): Delivery[] => {
    const [first, last] = [entries[0]?.delivery, entries.at(-1)];
    if (first === undefined || last === undefined) return [];
    const { result, because, serving, commit, notes } = last.delivery;
    const ended = time(last.at) + last.seconds * 1000;
    return [
      {
        operation: first.operation,
        kind: first.kind,
        platform: first.platform,
        ...(first.environment === undefined ? {} : { environment: first.environment }),
        started: first.started,
        seconds: Math.max(0, (ended - time(first.started)) / 1000),
        who: first.who,
        ...(first.reason === undefined ? {} : { reason: first.reason }),
        emergency: first.emergency,
        automatic: first.automatic,
        ...(first.from === undefined ? {} : { from: first.from }),
        ...(first.to === undefined ? {} : { to: first.to }),
        result: result ?? "unfinished",
        ...(because === undefined ? {} : { because }),
        ...(serving === undefined ? {} : { serving }),
        ...(commit === undefined ? {} : { commit }),
        notes,
        changes: first.changes,
        steps: entries.map(({ at, update, delivery: { step } }) => ({ at, step, update })),
      },
    ];
  });
}

/**
 * The newest version that a delivery ended well with and that nobody has gone back from since.
 * @param not a version that is out of the question: the one that is to be left.
 */
export function lastKnownGood(
  deliveries: readonly Delivery[],
  not?: string,
): { readonly version: string; readonly since: string; readonly operation: string } | undefined {
  const left = new Set(not === undefined ? [] : [not]);
  for (const { kind, result, serving, from, started, operation } of deliveries.toReversed()) {
    if (result === "succeeded" && serving !== undefined && !left.has(serving))
      return { version: serving, since: started, operation };
    if (kind === "rollback" && result === "succeeded" && from !== undefined) left.add(from);
  }
  return undefined;
}

function time(text: string): number {
  return new Date(text).getTime();
}

function secondsBetween(start: string, end: string): number {
  return Math.max(0, (time(end) - time(start)) / 1000);
}
