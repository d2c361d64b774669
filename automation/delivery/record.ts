/** What the engine's history is told of each step of a delivery, and how it is read back: the audit trail. */
import { z } from "zod";

const operationKinds = ["deploy", "switch-traffic", "promote", "abort", "rollback"] as const;
export type OperationKind = (typeof operationKinds)[number];

/** How an operation ended. `waiting`: a Rollout is paused until `promote` or `abort`. */
export const results = ["succeeded", "waiting", "rolled-back", "undone", "failed"] as const;
export type Result = (typeof results)[number];

const change = z.strictObject({
  /** Keys on the way to the setting, without the namespace `quint:`. */
  path: z.array(z.string()),
  from: z.unknown().optional(),
  to: z.unknown().optional(),
});
export type SettingChange = z.infer<typeof change>;

export const deliveryRecord = z.strictObject({
  version: z.literal(1),
  /** The same for every step of an operation. */
  operation: z.string(),
  kind: z.enum(operationKinds),
  platform: z.string(),
  /** e.g. `green`, where the platform has several environments. */
  environment: z.string().optional(),
  /** What was done, in a few words: `traffic: 50 % to green`. */
  step: z.string(),
  /** Who asked for it. */
  who: z.string(),
  reason: z.string().optional(),
  /** Whether windows and approval were passed over. */
  emergency: z.boolean(),
  /** Whether nobody asked for it: a trigger did. */
  automatic: z.boolean(),
  /** Version, or shares of traffic, before and after. */
  from: z.string().optional(),
  to: z.string().optional(),
  changes: z.array(change),
  /** Things worth knowing later: a backup that was skipped, an image that could not be checked. */
  notes: z.array(z.string()),
  /** Commit that Argo CD synced. */
  commit: z.string().optional(),
  started: z.string(),
  /** On the last step of an operation. */
  result: z.enum(results).optional(),
  /** Why it ended so, where it did not succeed. */
  because: z.string().optional(),
  /** The version that users get afterwards, on the last step. */
  serving: z.string().optional(),
});
export type DeliveryRecord = z.infer<typeof deliveryRecord>;

const marker = "quint-delivery: ";

/** The message of an engine's update: a line for people, and the record for machines. */
export function messageOfRecord(record: DeliveryRecord): string {
  const why = record.because ?? record.reason;
  const how = record.emergency ? " (emergency)" : "";
  const line = `${record.kind} ${record.platform}${how}: ${record.step}${why === undefined ? "" : `; ${why}`}`;
  return `${line.replaceAll(/\s+/g, " ")}\n\n${marker}${JSON.stringify(record)}`;
}

/** The record in a message; nothing where the update was no delivery's. */
export function recordIn(message: string): DeliveryRecord | undefined {
  const at = message.indexOf(`\n${marker}`);
  if (at < 0) return undefined;
  try {
    return deliveryRecord.parse(JSON.parse(message.slice(at + 1 + marker.length)));
  } catch {
    return undefined; // Cut off, or of a later version.
  }
}
