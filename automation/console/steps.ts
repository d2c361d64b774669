/** Long work as a list of steps, shown live on a terminal and as plain lines elsewhere. */
import type { ListrTask } from "listr2";
import { duration, isLive } from "./terminal.ts";

/** Receives what a step is doing right now, one line. */
export type Report = (line: string) => void;

export interface Step {
  /** What is done, e.g. `Engine`. */
  readonly title: string;
  /** Whether it reports so often that a line is only of interest when it takes long. */
  readonly chatty?: boolean;
  /** Does it. What it returns, if anything, is said behind the title when it is done. */
  readonly run: (report: Report) => Promise<string | undefined>;
}

/** Outside a terminal a step that reports often still prints a line only this often, in milliseconds. */
const quietInterval = 5_000;
/** How often a step's line is looked at, in milliseconds. */
const tick = 1_000;
/** A step shorter than this, in seconds, is done before anyone wonders how long it took. */
const worthTelling = 1;

export interface StepsOptions {
  /** All at once instead of one after the other. */
  readonly concurrent?: boolean;
  /** Only show failed steps as failed; the caller learns of the failure in another way. */
  readonly goOn?: boolean;
}

let quiet = false;

/** From now on steps run without showing anything: stdout belongs to a machine. */
export function quietSteps(): void {
  quiet = true;
}

/** Runs the steps. The first error is thrown as it is. */
export async function runSteps(steps: readonly Step[], options: StepsOptions = {}): Promise<void> {
  const { Listr, DefaultRenderer, SimpleRenderer } = await import("listr2");
  let failed: unknown;
  const list = new Listr<undefined, typeof DefaultRenderer, typeof SimpleRenderer>(
    steps.map((step) =>
      taskOf(step, (error) => {
        failed ??= error;
      }),
    ),
    {
      concurrent: options.concurrent ?? false,
      exitOnError: options.goOn !== true,
      // listr2's own listener ends the process at once; ctrl-C is ours to handle (engine/interrupt.ts).
      registerSignalListeners: false,
      renderer: DefaultRenderer,
      // The caller prints the error, once.
      rendererOptions: { collapseErrors: true, showErrorMessage: false },
      fallbackRenderer: SimpleRenderer,
      fallbackRendererCondition: () => !isLive(),
      silentRendererCondition: () => quiet,
    },
  );
  try {
    await list.run();
  } catch (error) {
    throw failed ?? error;
  }
}

function taskOf(step: Step, onError: (error: unknown) => void): ListrTask {
  return {
    title: step.title,
    task: async (_context, task) => {
      const began = performance.now();
      const elapsed = (): number => (performance.now() - began) / 1000;
      let latest = "";
      let printed = { line: "", at: step.chatty === true ? began : -Infinity };
      const live = (): void => {
        task.title = `${step.title} (${duration(elapsed())})${latest === "" ? "" : `: ${latest}`}`;
      };
      const plain = (): void => {
        if (latest === printed.line || performance.now() - printed.at < quietInterval) return;
        printed = { line: latest, at: performance.now() };
        task.output = `${step.title}: ${latest}`;
      };
      const show = isLive() ? live : plain;
      // The clock ticks even when the step says nothing; off a terminal, what is over within a tick is never said.
      const clock = setInterval(show, tick);
      try {
        const result = await step.run((line) => {
          latest = line;
          if (isLive()) live();
        });
        const took = elapsed() >= worthTelling ? ` (${duration(elapsed())})` : "";
        task.title = `${step.title}${result === undefined ? "" : `: ${result}`}${took}`;
      } catch (error) {
        onError(error);
        task.title = step.title;
        throw error;
      } finally {
        clearInterval(clock);
      }
    },
  };
}
