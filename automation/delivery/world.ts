/** An operation's world as it is: the stack's file, its engine and cluster, Git and Argo CD, Prometheus. */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeStackFile } from "../../config/index.ts";
import { accessTo, connect, reaching } from "../cluster/access.ts";
import { runSteps } from "../console/steps.ts";
import { note } from "../console/terminal.ts";
import { failure } from "../exit.ts";
import { publish, type Publication } from "../git/publish.ts";
import { filesOf, renderFolder, writeFolder } from "../render/index.ts";
import { deploy, record } from "../session/deploy.ts";
import type { Session } from "../session/session.ts";
import { withSession } from "../session/with-session.ts";
import { syncTo } from "./argo-cd.ts";
import { reopened, type DeliveryContext } from "./context.ts";
import { plainlyWrong, platformState, wordsOf } from "./health.ts";
import { removeJournal, writeJournal } from "./journal.ts";
import type { World } from "./operation.ts";
import { queryOf } from "./query.ts";
import { messageOfRecord, type DeliveryRecord } from "./record.ts";
import { patience, validate } from "./validate.ts";
import { firingAlerts, watch } from "./watch.ts";

/** Pods come and go while autoscalers work; what is missing for so long, in milliseconds, is missing. */
const unreadyTooLong = 120_000;

/** @param byHand whether Argo CD may not sync by itself now. */
export async function realWorld(
  context: DeliveryContext,
  namespaces: readonly string[],
  byHand: boolean,
): Promise<World> {
  const before = await firingAlerts(await queryOf(context), namespaces);
  return {
    readStackFile: (file) => readFileSync(file, "utf8"),
    writeStackFile,
    keepAside: (text) => {
      const kept = join(dirname(context.journal), `edited-${Date.now()}.yaml`);
      writeFileSync(kept, text, { mode: 0o600 });
      return kept;
    },
    writeJournal: (journal) => {
      writeJournal(context.journal, journal);
    },
    removeJournal: () => {
      removeJournal(context.journal);
    },
    apply: (of, onBegin) => bring(context, of, onBegin, byHand),
    record: (of) => inSession(context, of.kind, (session) => record(session, messageOfRecord(of))),
    validate: (inside) => validate(reopened(context), inside),
    watch: async (inside) => {
      const now = reopened(context);
      const { watchMinutes: minutes, everySeconds } = now.settings.rollback;
      const query = await queryOf(now);
      let result: Awaited<ReturnType<typeof watch>> = { notes: [] };
      await runSteps([
        {
          title: "Watch",
          chatty: true,
          run: async (report) => {
            const health = healthOf(now, inside, minutes * 60_000);
            result = await watch({
              minutes,
              everySeconds,
              namespaces: inside,
              health,
              query,
              before,
              report,
            });
            return result.trigger === undefined ? `${minutes} min, no trigger` : result.trigger.name;
          },
        },
      ]);
      return result;
    },
    serving: () => {
      const now = reopened(context);
      return now.release.current(now.settings);
    },
    say: note,
  };
}

/** A session for one step: the settings are those that the stack file has by then. */
export function inSession<T>(
  { root, stack, overrides }: DeliveryContext,
  command: string,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  return withSession({ root, stack, overrides, command, cluster: "start" }, work);
}

/** `up` of the platform; where Argo CD delivers, it makes what a commit may not carry, and the commit follows. */
async function bring(
  context: DeliveryContext,
  of: DeliveryRecord,
  onBegin: () => void,
  byHand: boolean,
): Promise<{ commit?: string }> {
  const message = messageOfRecord(of);
  await inSession(context, of.kind, (session) =>
    deploy(session, { yes: true, verbose: false, quiet: true, onBegin, message }),
  );
  const { settings } = reopened(context);
  if (settings.delivery !== "gitops") return {};
  onBegin();
  const commit = await commitRender(context, message);
  const client = await connect(accessTo(settings, context.root));
  await runSteps([
    {
      title: "Argo CD",
      chatty: true,
      run: async (report) => {
        const { name: platform, who: by } = context;
        await syncTo(client, { platform, commit, by, byHand, seconds: patience }, report);
        return `synced and healthy at ${commit.slice(0, 10)}`;
      },
    },
  ]);
  return { commit };
}

/** Where a delivery by GitOps commits. */
export function publicationOf({ root, settings }: DeliveryContext): Publication {
  if (settings.gitops === undefined) throw failure("quint:gitops.repository is not set.");
  const { repository, revision: branch, signatureKeys } = settings.gitops;
  return { root, repository, branch, signatureKeys };
}

/** Renders the stack, commits it with the stack file, and pushes. @returns the commit that the branch then has. */
export async function commitRender(context: DeliveryContext, message: string): Promise<string> {
  const { root, stack, file, ofStack: overrides } = context;
  // The whole stack: what other platforms have there stays.
  const folder = renderFolder(root, context.settings);
  await writeFolder(folder, await filesOf({ root, stack, overrides }));
  return await publish(publicationOf(context), [file, folder], message);
}

/** Health as the first of the triggers: what is plainly wrong at once, what is not ready after a while. */
function healthOf(
  context: DeliveryContext,
  namespaces: readonly string[],
  atMost: number,
): () => Promise<string | undefined> {
  const access = accessTo(context.settings, context.root);
  const began = Date.now();
  let unreadySince: number | undefined;
  return async () => {
    const client = await connect(access);
    const state = await reaching(access, () =>
      platformState(client, access, { platform: context.platform, namespaces }),
    );
    const wrong = plainlyWrong(state);
    if (wrong !== undefined) return wrong;
    unreadySince = state.unready.length === 0 ? undefined : (unreadySince ?? Date.now());
    if (unreadySince === undefined) return undefined;
    const over = Date.now() - began >= atMost;
    return over || Date.now() - unreadySince > unreadyTooLong
      ? `not ready: ${state.unready.map(wordsOf).join(", ")}`
      : undefined;
  };
}
