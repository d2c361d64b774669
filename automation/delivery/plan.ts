/** From edits of settings to the journal of an operation: texts of the stack file, one after the other. */
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { planEdits, type SettingEdit } from "../../config/index.ts";
import type { DeliveryContext } from "./context.ts";
import { thisProcess, type Journal } from "./journal.ts";
import type { OperationKind, SettingChange } from "./record.ts";

export interface PlannedStage {
  /** What is done, in a few words. */
  readonly step: string;
  /** On top of those of the stages before. */
  readonly edits: readonly SettingEdit[];
  readonly watched?: boolean;
}

export interface OperationPlan {
  readonly kind: OperationKind;
  readonly environment?: string;
  readonly from?: string;
  readonly to?: string;
  readonly stages: readonly PlannedStage[];
  /** What takes it back after a trigger, on top of all stages; left out: the file as it was. */
  readonly fallback?: readonly SettingEdit[];
  /** Namespaces whose servers and metrics are the verdict. */
  readonly namespaces: readonly string[];
  readonly takesBack: boolean;
}

export interface OperationDetails {
  readonly request: string;
  readonly reason?: string;
  readonly emergency: boolean;
  readonly notes: readonly string[];
}

export interface PlannedOperation {
  readonly journal: Journal;
  /** The changed lines of the stack file, as a unified diff; empty where nothing changes. */
  readonly difference: string;
}

/** @throws SettingsError where a stage would make the stack file invalid. */
export function planOperation(
  { root, stack, name, who }: DeliveryContext,
  plan: OperationPlan,
  { request, reason, emergency, notes }: OperationDetails,
): PlannedOperation {
  const edits: SettingEdit[] = [];
  const stages = plan.stages.map((stage) => {
    edits.push(...stage.edits);
    return { stage, planned: planEdits(root, stack, edits) };
  });
  const { file, before } = planEdits(root, stack, []);
  const after = stages.at(-1)?.planned;
  const fallback =
    plan.fallback === undefined ? undefined : planEdits(root, stack, [...edits, ...plan.fallback]).after;
  const { kind, environment, from, to } = plan;
  return {
    difference: after?.difference ?? "",
    journal: {
      version: 1,
      request,
      file,
      before,
      stages: stages.map(({ stage, planned }) => ({
        step: stage.step,
        text: planned.after,
        watched: stage.watched ?? false,
      })),
      ...(fallback === undefined ? {} : { fallback }),
      namespaces: [...plan.namespaces],
      takesBack: plan.takesBack,
      done: 0,
      undoing: false,
      process: thisProcess(),
      record: {
        version: 1,
        operation: `${kind}-${name}-${randomUUID().slice(0, 8)}`,
        kind,
        platform: name,
        ...(environment === undefined ? {} : { environment }),
        who,
        ...(reason === undefined ? {} : { reason }),
        emergency,
        automatic: false,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        changes: changesBetween(before, after?.after ?? before, edits),
        notes: [...notes],
        started: new Date().toISOString(),
      },
    },
  };
}

/** What the edits change in all, by path. */
function changesBetween(before: string, after: string, edits: readonly SettingEdit[]): SettingChange[] {
  const [old, young] = [parse(before) as unknown, parse(after) as unknown];
  const paths = new Map(edits.map(({ path }) => [path.join("\0"), path]));
  return [...paths.values()].flatMap((path): SettingChange[] => {
    const [from, to] = [settingAt(old, path), settingAt(young, path)];
    if (isDeepStrictEqual(from, to)) return [];
    const [first = "", ...rest] = path;
    return [
      {
        path: [first.replace(/^quint:/, ""), ...rest],
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      },
    ];
  });
}

/** What a stack file's text says at a path. */
export function settingAt(content: unknown, path: readonly string[]): unknown {
  return ["config", ...path].reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[step] : undefined,
    content,
  );
}

/** Edits that take changes back. */
export function reversed(changes: readonly SettingChange[]): SettingEdit[] {
  return changes.toReversed().map(({ path: [first = "", ...rest], from }) => ({
    path: [`quint:${first}`, ...rest],
    value: from,
  }));
}
