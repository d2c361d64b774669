/** What the terminal can do, and writing to it. Results go to stdout; progress, questions and errors to stderr. */
import { createInterface } from "node:readline/promises";
import { styleText } from "node:util";
import { interrupted } from "../exit.ts";

export type Paint = Parameters<typeof styleText>[0];

/** Text in a colour where stdout takes colours (a terminal, and neither NO_COLOR nor TERM=dumb). */
export function paint(format: Paint, text: string): string {
  return styleText(format, text, { stream: process.stdout, validateStream: true });
}

/** Whether a machine runs this: it answers no question and reads no moving lines (`CI`, in every CI service). */
function isAutomatic(): boolean {
  const { CI } = process.env;
  return CI !== undefined && CI !== "" && CI !== "false";
}

/** Whether there is a person who can answer. */
export function isInteractive(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY && !isAutomatic();
}

/** Whether lines may move: a terminal, wide enough for one (some containers' terminals have no width). */
export function isLive(): boolean {
  return process.stdout.isTTY && process.stdout.columns >= 40 && !isAutomatic();
}

/** One line of the command's result. */
export function say(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** One line about what is going on; never part of a result that a machine reads. */
export function note(line = ""): void {
  process.stderr.write(`${line}\n`);
}

/**
 * Asks a question and returns the answer, trimmed.
 * @throws CommandError (interrupted) on ctrl-C and on end of input.
 */
export async function ask(question: string): Promise<string> {
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    terminal: process.stderr.isTTY,
  });
  try {
    return await new Promise<string>((resolve, reject) => {
      const stop = (): void => {
        reject(interrupted("Interrupted; nothing was changed."));
      };
      lines.once("SIGINT", stop);
      lines.once("close", stop);
      lines.question(`${question} `).then((answer) => {
        resolve(answer.trim());
      }, reject);
    });
  } finally {
    lines.removeAllListeners();
    lines.close();
  }
}

/** A yes-or-no question; anything but yes means no. */
export async function confirm(question: string): Promise<boolean> {
  return /^y(es)?$/i.test(await ask(`${question} [y/N]`));
}

/** A duration as people say it: `0.4 s`, `12 s`, `3 min 5 s`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A count with its noun: `1 object`, `3 objects`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
