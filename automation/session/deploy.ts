/** Plan, question, deployment, result: what `up`, `scale` and `set-image` have in common. */
import { isLocal } from "../../config/index.ts";
import { connect } from "../cluster/access.ts";
import type { StatusReport } from "../cluster/report.ts";
import { waitUntilReady } from "../cluster/rollout.ts";
import { readStatus } from "../cluster/status.ts";
import { remedyForMissing, simulationNotices, versionLines, workloadTable } from "../cluster/tables.ts";
import { listWorkloads } from "../cluster/workloads.ts";
import { done, planLines } from "../console/plan.ts";
import { runSteps, type Step } from "../console/steps.ts";
import { heading } from "../console/table.ts";
import { duration, note, paint, say } from "../console/terminal.ts";
import { project } from "../engine/stack.ts";
import { isEmpty } from "../engine/plan.ts";
import { carryOut } from "./carry-out.ts";
import { failed } from "./failures.ts";
import { handOver } from "./hand-over.ts";
import { leftOut } from "./left-out.ts";
import { strikeMissing } from "./missing.ts";
import { askToGoOn } from "./permission.ts";
import { makePlan } from "./plan.ts";
import { refuseWithoutCredentials } from "./repository-credentials.ts";
import type { Session } from "./session.ts";

/** How long pods that are on their way are waited for, in seconds, when nothing of theirs was changed. */
const patience = 60;

export interface DeployOptions {
  /** Do not ask. */
  readonly yes: boolean;
  /** List every object instead of counting. */
  readonly verbose: boolean;
  /** Called when the answer was yes and the first change is about to be made. */
  readonly onBegin?: () => void;
  /** Part of a longer operation, which tells of it: neither the plan nor the result is shown. */
  readonly quiet?: boolean;
  /** Why, for the stack's history; written there also where nothing changes. */
  readonly message?: string;
}

/**
 * Deploys the session's stack: shows the plan, asks, changes what is to be changed, and shows what runs.
 * @throws CommandError (declined) when the answer is no, or nobody is there to answer.
 */
export async function deploy(session: Session, options: DeployOptions): Promise<void> {
  const { stack } = session.options;
  const { message, quiet = false } = options;
  const tell = quiet ? () => undefined : say;
  await refuseWithoutCredentials(session);
  const exclude = await leftOut(session);
  await strikeMissing(session, exclude);
  const plan = await makePlan(session, "deploy", exclude);
  if (isEmpty(plan)) {
    tell(`\n${stack} is up to date: no changes.\n`);
    if (message !== undefined) await record(session, message);
  } else {
    tell();
    for (const line of planLines(plan, `Plan for ${stack}${whereTo(session)}`, options)) tell(line);
    tell();
    await askToGoOn("Go on?", options.yes);
    options.onBegin?.();
    await handOver(session, plan);
    const seconds = await carryOut(session, {
      kind: "up",
      plan,
      exclude,
      doing: "Deploying",
      ...(message === undefined ? {} : { message }),
    });
    tell(`\n${paint("green", "✔")} ${stack}: ${done(plan)} in ${duration(seconds)}.\n`);
  }
  if (!quiet) showResult(await settledStatus(session));
}

/**
 * Writes a message into the stack's history, and changes nothing: a refresh of the one resource that is nowhere but in
 * the state.
 */
export async function record(session: Session, message: string): Promise<void> {
  const { stack } = session.options;
  const root = `urn:pulumi:${stack}::${project}::pulumi:pulumi:Stack::${project}-${stack}`;
  const outcome = await session.run("refresh", { target: [root], message });
  if (!outcome.ok) throw await failed(session, "Writing the history of", outcome);
}

/** A cluster that was just started has pods that are on their way: waits for them a while before it calls them missing. */
async function settledStatus({ settings, access }: Session): Promise<StatusReport> {
  const report = await readStatus(settings, access);
  if (report.ready || report.workloads.length === 0) return report;
  const client = await connect(access);
  const workloads = await listWorkloads(client, access);
  const wait: Step = {
    title: "Workloads",
    run: async (line) => {
      await waitUntilReady(client, workloads, patience, line);
      return "ready";
    },
  };
  // What is not ready then is in the table, which says more.
  await runSteps([wait], { goOn: true });
  return await readStatus(settings, access);
}

function whereTo({ settings }: Session): string {
  return isLocal(settings.cluster) ? `, on its ${settings.cluster.type} cluster` : "";
}

/** The table that a deployment ends with, and where the passwords are. */
function showResult(report: StatusReport): void {
  const stack = report.stack;
  say(heading(`${stack}: ${report.workloads.length} workloads`));
  for (const line of workloadTable(report)) say(line);
  say();
  for (const line of versionLines(report)) say(`  ${paint("yellow", line)}`);
  for (const line of simulationNotices(report)) say(`  ${paint("cyan", line)}`);
  say(`  Generated passwords: ./quint secrets ${stack} lists them, --show NAMESPACE/NAME/KEY prints one.`);
  if (report.missing.length > 0) note(paint("yellow", `\n${remedyForMissing(report)}`));
  else if (!report.ready)
    note(paint("yellow", `\nNot everything is ready: ./quint status ${stack} shows the warnings.`));
}
