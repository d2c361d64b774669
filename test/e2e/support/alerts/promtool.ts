/** Rules and cases as files, and promtool that evaluates them. */
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { goPrograms } from "../../../../simulation/images/go-programs.ts";
import { ensureGoProgram } from "../../../../simulation/images/go-program.ts";
import type { Rule } from "../../../support/rules.ts";
import type { SeriesValues } from "./case.ts";

const run = promisify(execFile);

/** A question to the evaluated rules, and its answer: values in the order of their labels. */
export interface Expected {
  readonly expr: string;
  readonly at: string;
  readonly samples: readonly { readonly labels: string; readonly value: number }[];
}

export interface RuleTest {
  readonly name: string;
  /** Evaluated alone: nothing else of a stack changes the answer. */
  readonly rules: readonly Rule[];
  readonly input: SeriesValues;
  readonly interval: string;
  readonly evaluation?: string;
  readonly expected: readonly Expected[];
}

/** That an alert fires so often, or not at all. */
export function firing(alert: string, owner: string, at: string, times: number): Expected {
  const expr = `count(ALERTS{alertname="${alert}",alertstate="firing",owner="${owner}"})`;
  return { expr, at, samples: times === 0 ? [] : [{ labels: "{}", value: times }] };
}

export async function promtool(): Promise<string> {
  return ensureGoProgram(goPrograms.promtool);
}

/** Checks files of rules. @throws with promtool's words. */
export async function checkRules(folder: string, name: string, groups: object): Promise<void> {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(groups));
  await saying(["check", "rules", "--lint=all", "--lint-fatal", file]);
}

/**
 * Evaluates all tests in one run: a start of promtool takes longer than a test.
 *
 * @returns what failed.
 */
export async function runTests(folder: string, tests: readonly RuleTest[]): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const files = tests.map((test, index) => {
    const rules = join(folder, `${index}.rules.json`);
    writeFileSync(rules, JSON.stringify({ groups: [{ name: "rules", rules: test.rules }] }));
    const file = join(folder, `${index}.test.json`);
    writeFileSync(
      file,
      JSON.stringify({
        rule_files: [rules],
        evaluation_interval: test.evaluation ?? test.interval,
        tests: [
          {
            name: test.name,
            interval: test.interval,
            input_series: Object.entries(test.input).map(([series, values]) => ({ series, values })),
            promql_expr_test: test.expected.map(({ expr, at, samples }) => ({
              expr,
              eval_time: at,
              exp_samples: samples,
            })),
          },
        ],
      }),
    );
    return file;
  });
  // JSON is YAML.
  return run(await promtool(), ["test", "rules", ...files], { maxBuffer: 64 * 1024 * 1024 }).then(
    () => "",
    // What went well is on the other stream. The questions name alert and owner.
    (failure: unknown) => (failure as { stderr?: string }).stderr ?? "",
  );
}

async function saying(args: readonly string[]): Promise<void> {
  await run(await promtool(), [...args]).catch((failure: unknown) => {
    const { stdout = "", stderr = "" } = failure as { stdout?: string; stderr?: string };
    throw new Error(`${stdout}${stderr}`);
  });
}
