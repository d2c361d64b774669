/**
 * The command line of the drill and the loader, as their image runs it:
 *
 *     record PLAN    record what the newest backups hold (run with each backup)
 *     drill PLAN     restore the newest backups and compare (run weekly)
 *     serve REPORT   serve the metrics of the last report
 *     load --at TIME load the dump or mirror of the store that the variable PLAN names (run on demand)
 *
 * Exit codes: 0 all is well; 1 a backup cannot be relied on, or loaded, with the reason; 2 wrong arguments or plan; 3 the
 * store holds what would be lost, nothing was changed; 143, 130 ended.
 */
import { existsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { parseArgs } from "node:util";
import { drill, record } from "./drill.ts";
import { reasonOf, RecoveryFailure } from "./failure.ts";
import { inCluster, publishReport } from "./kubernetes.ts";
import { load } from "./load.ts";
import { parseLoadPlan } from "./load-plan.ts";
import { Refusal } from "./loads/load.ts";
import { readPlan, type DrillPlan } from "./plan.ts";
import { metricsText, reportLines } from "./report.ts";
import { serveMetrics } from "./serve.ts";

const usage =
  "record PLAN | drill PLAN [--report FILE] [--metrics FILE] | serve REPORT [--port PORT] | load --at TIME [--force]";

/** What a container leaves behind for whoever asks how it ended. */
const lastWords = "/dev/termination-log";

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** Ends the work on a signal; what is cleaned up is cleaned up. */
function interruptible(): { signal: AbortSignal; code: () => number | undefined } {
  const controller = new AbortController();
  let code: number | undefined;
  for (const [name, itsCode] of [
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const) {
    process.on(name, () => {
      code ??= itsCode;
      controller.abort();
    });
  }
  return { signal: controller.signal, code: () => code };
}

interface Options {
  readonly scratch: string;
  readonly report?: string | undefined;
  readonly metrics?: string | undefined;
}

async function runDrill(plan: DrillPlan, options: Options): Promise<number> {
  const { signal, code } = interruptible();
  const report = await drill(plan, { scratch: options.scratch, signal, report: say });
  for (const line of reportLines(report)) say(line);
  if (options.report !== undefined) writeFileSync(options.report, JSON.stringify(report, undefined, 2));
  if (options.metrics !== undefined) writeFileSync(options.metrics, metricsText([report]));
  const cluster = await inCluster();
  if (cluster !== undefined) await publishReport(cluster, report);
  return code() ?? (report.ok ? 0 : 1);
}

async function runRecord(plan: DrillPlan, { scratch }: Options): Promise<number> {
  const { signal, code } = interruptible();
  const wrong = await record(plan, { scratch, signal, report: say });
  for (const line of wrong) say(`FAILED ${line}`);
  return code() ?? (wrong.length === 0 ? 0 : 1);
}

async function runLoad({
  at,
  force,
  scratch,
}: {
  at: string;
  force: boolean;
  scratch: string;
}): Promise<number> {
  const plan = parseLoadPlan(process.env.PLAN);
  const time = new Date(at);
  if (Number.isNaN(time.getTime()))
    throw new RecoveryFailure(`--at ${at} is no time: 2026-11-20T10:15:00Z is one`);
  const { signal, code } = interruptible();
  const tell = (words: string): void => {
    say(words);
    if (existsSync(lastWords)) writeFileSync(lastWords, words);
  };
  try {
    const environment = process.env;
    tell(await load(plan, { at: time, force, scratch, environment, signal, report: say }));
    return 0;
  } catch (error) {
    tell(signal.aborted ? "interrupted: run it again" : reasonOf(error));
    return code() ?? (error instanceof Refusal ? 3 : 1);
  }
}

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      scratch: { type: "string", default: tmpdir() },
      report: { type: "string" },
      metrics: { type: "string" },
      host: { type: "string", default: "0.0.0.0" },
      port: { type: "string", default: "8080" },
      at: { type: "string" },
      force: { type: "boolean", default: false },
    },
  });
  const [verb, file] = positionals;
  if (verb === "load" && values.at !== undefined && file === undefined)
    return await runLoad({ ...values, at: values.at });
  if (file === undefined || !["record", "drill", "serve"].includes(verb ?? ""))
    throw new RecoveryFailure(usage);
  if (verb === "serve") {
    serveMetrics(file, values.host, Number(values.port));
    return await new Promise<number>((resolve) => {
      process.once("SIGTERM", () => {
        resolve(0);
      });
    });
  }
  const plan = readPlan(file, process.env);
  return verb === "drill" ? await runDrill(plan, values) : await runRecord(plan, values);
}

try {
  process.exitCode = await main();
  // An idle connection of a client would keep the process.
  process.exit();
} catch (error) {
  say(reasonOf(error));
  const unusable =
    error instanceof RecoveryFailure ||
    (error as { code?: unknown }).code?.toString().startsWith("ERR_PARSE_ARGS");
  process.exit(unusable === true ? 2 : 1);
}
