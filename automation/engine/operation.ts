/** Runs one operation of the engine: events, log, interruption, and what came of it. */
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { messageOf, interrupted } from "../exit.ts";
import { complaintsIn, failedIn, type Complaint } from "./diagnostics.ts";
import { interruptible } from "./interrupt.ts";
import type { RunLog } from "./logs.ts";

export type OperationKind = "preview" | "up" | "refresh" | "preview-refresh" | "destroy" | "preview-destroy";

export interface OperationOptions {
  readonly log: RunLog;
  readonly onEvent?: (event: EngineEvent) => void;
  /** Resources that are neither changed nor deleted, by URN. */
  readonly exclude?: readonly string[];
  /** The only resources that are looked at, by URN; left out: all. */
  readonly target?: readonly string[];
  /** Why, for the stack's history. */
  readonly message?: string;
  /** Forgets creations that were begun and never confirmed. */
  readonly clearPendingCreates?: boolean;
}

const stopped =
  "Interrupted. What was under way was finished and the state is written; run it again to go on.";

/** What came of an operation. */
export interface Outcome {
  readonly ok: boolean;
  readonly events: readonly EngineEvent[];
  readonly complaints: readonly Complaint[];
  /** Objects whose operation failed, as `Deployment cancer-mlops/api`. */
  readonly failed: readonly string[];
  /** What the engine threw, when it failed. */
  readonly error?: unknown;
  readonly seconds: number;
}

/**
 * Runs the operation and tells what came of it; a failure of the engine is an outcome, not an exception.
 * @param kill stops the engine at once, for the second ctrl-C.
 * @throws CommandError (interrupted) after ctrl-C, when the engine has come to its end.
 */
export async function operate(
  stack: Stack,
  kind: OperationKind,
  kill: () => void,
  options: OperationOptions,
): Promise<Outcome> {
  const events: EngineEvent[] = [];
  const began = performance.now();
  options.log.write(`\n## ${kind}\n`);
  const error = await interruptible(kill, async ({ signal, wasInterrupted }) => {
    try {
      await start(stack, kind, {
        color: "never",
        userAgent: "quint",
        suppressProgress: true,
        signal,
        onOutput: options.log.write,
        onError: options.log.write,
        onEvent: (event: EngineEvent) => {
          events.push(event);
          options.onEvent?.(event);
        },
        ...(options.exclude === undefined || options.exclude.length === 0
          ? {}
          : { exclude: [...options.exclude] }),
        ...(options.target === undefined ? {} : { target: [...options.target] }),
        ...(options.message === undefined ? {} : { message: options.message }),
        ...(options.clearPendingCreates === true ? { clearPendingCreates: true } : {}),
      });
      return undefined;
    } catch (thrown) {
      options.log.write(`\n${messageOf(thrown)}\n`);
      if (wasInterrupted()) {
        throw interrupted(kind.startsWith("preview") ? "Interrupted; nothing was changed." : stopped);
      }
      return thrown ?? new Error("the engine failed without a reason");
    }
  });
  return {
    ok: error === undefined,
    events,
    complaints: complaintsIn(events),
    failed: failedIn(events),
    ...(error === undefined ? {} : { error }),
    seconds: (performance.now() - began) / 1000,
  };
}

type StartOptions = Parameters<Stack["up"]>[0] &
  Parameters<Stack["preview"]>[0] &
  Parameters<Stack["refresh"]>[0];

async function start(stack: Stack, kind: OperationKind, options: NonNullable<StartOptions>): Promise<void> {
  const operations: Record<OperationKind, () => Promise<unknown>> = {
    preview: () => stack.preview(options),
    up: () => stack.up(options),
    refresh: () => stack.refresh(options),
    "preview-refresh": () => stack.previewRefresh(options),
    destroy: () => stack.destroy(options),
    "preview-destroy": () => stack.previewDestroy(options),
  };
  await operations[kind]();
}
