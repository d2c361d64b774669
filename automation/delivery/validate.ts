/** Whether what was delivered is in, is not good, or waits for a person. */
import { setTimeout as sleep } from "node:timers/promises";
import { accessTo, connect, reaching } from "../cluster/access.ts";
import { throughApi } from "../cluster/service-proxy.ts";
import { wordsOf as versionWords } from "../cluster/tables.ts";
import type { Workload } from "../cluster/workloads.ts";
import { runSteps } from "../console/steps.ts";
import type { DeliveryContext } from "./context.ts";
import { platformState, wordsOf, type PlatformState, type Scope } from "./health.ts";
import type { Verdict } from "./operation.ts";
import { runSmokeTests, smokeTests } from "./smoke.ts";

/** What has not changed for so long, in seconds, has failed. Longer than any step of a canary is watched. */
export const patience = 900;
/** What was delivered and is not there for so long, in seconds, was deleted: waiting does not bring it back. */
const missingPatience = 120;
const lookAgain = 1_000;

/** What a look at the servers tells. */
export type Look =
  | { readonly is: "in" }
  | { readonly is: "wrong"; readonly why: string }
  | { readonly is: "waiting"; readonly why: string }
  /** Goes on as long as the words change. */
  | { readonly is: "under way"; readonly what: string };

/** A version that waits for a person is told of when everything else is in: it may be the only one that does. */
export function judge({
  workloads,
  unready,
  missing,
}: Pick<PlatformState, "workloads" | "unready" | "missing">): Look {
  const of = (incoming: Workload["incoming"]): string =>
    workloads
      .filter((one) => one.incoming === incoming)
      .map(versionOf)
      .join("; ");
  const refused = of("refused");
  if (refused !== "") return { is: "wrong", why: refused };
  const under = unready.filter(({ incoming }) => incoming !== "waiting");
  if (under.length > 0 || missing.length > 0)
    return { is: "under way", what: [...under.map(progressOf), ...missing].join(", ") };
  const waiting = of("waiting");
  return waiting === "" ? { is: "in" } : { is: "waiting", why: waiting };
}

function versionOf({ namespace, name, rollout }: Workload): string {
  return `${namespace}/${name} is ${rollout === undefined ? "changing" : versionWords(rollout)}`;
}

function progressOf(workload: Workload): string {
  return workload.incoming === "none" ? wordsOf(workload) : versionOf(workload);
}

/** Waits until every server of the namespaces runs what it should; asks each of them how it is. */
export async function validate(context: DeliveryContext, namespaces: readonly string[]): Promise<Verdict> {
  const access = accessTo(context.settings, context.root);
  const client = await connect(access);
  const scope: Scope = { platform: context.platform, namespaces };
  let verdict: Verdict = { notes: [] };
  await runSteps([
    {
      title: "Servers",
      chatty: true,
      run: async (report) => {
        const last = { what: "", at: Date.now() };
        for (;;) {
          const state = await reaching(access, () => platformState(client, access, scope));
          const look = judge(state);
          if (look.is === "wrong" || look.is === "waiting") {
            verdict = { [look.is]: look.why, notes: [] };
            return look.why;
          }
          if (look.is === "in") {
            const smoke = await runSmokeTests(smokeTests(scope), state.workloads, await throughApi(access));
            verdict = {
              notes: smoke.notes,
              ...(smoke.failed.length === 0 ? {} : { wrong: `smoke test: ${smoke.failed.join("; ")}` }),
            };
            return `${state.workloads.length} ready, ${smoke.passed.length} answer`;
          }
          if (look.what !== last.what) Object.assign(last, { what: look.what, at: Date.now() });
          const limit = state.missing.length > 0 ? missingPatience : patience;
          if (Date.now() - last.at > limit * 1000) {
            verdict = { wrong: `not ready after ${limit} s: ${look.what}`, notes: [] };
            return verdict.wrong;
          }
          report(`waiting for ${look.what}`);
          await sleep(lookAgain);
        }
      },
    },
  ]);
  return verdict;
}
