/** Opens a run on a stack: settings, engine, cluster and state, brought up in order and put away at the end. */
import { isMade, resolveState, SettingsError, type Settings } from "../../config/index.ts";
import { accessIfThere, accessTo } from "../cluster/access.ts";
import { runSteps } from "../console/steps.ts";
import { note } from "../console/terminal.ts";
import { Claim } from "../engine/claim.ts";
import { lockedBy, locksInMessage } from "../engine/locks.ts";
import { openLog } from "../engine/logs.ts";
import { readJournal, refuseUnderWay, unfinishedLine } from "../delivery/journal.ts";
import { operate, type OperationKind, type Outcome } from "../engine/operation.ts";
import { declined, failure, messageOf, type CommandError } from "../exit.ts";
import { foldersOf, workFolderOf, type WorkFolder } from "../paths.ts";
import { journalIn, readRestoreJournal, unfinishedRestore } from "../recovery/journal.ts";
import { bringUpCluster } from "./cluster.ts";
import { bringUpEngine } from "./engine.ts";
import { keepKubeconfig } from "./kept-kubeconfig.ts";
import { openForRun } from "./open.ts";
import { recover } from "./recover.ts";
import type { Session, SessionOptions } from "./session.ts";

/** Operations that change the state; a run that dies in one of them leaves its marker behind. */
const changing: ReadonlySet<OperationKind> = new Set(["up", "refresh", "destroy"]);

/**
 * Opens a run on a stack, hands it to `work`, and puts it away again. Settings are checked before anything starts;
 * what an earlier run left half done is recognised and cleared.
 * @throws SettingsError, or CommandError with what to do.
 */
export async function withSession<T>(
  options: SessionOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const opened = openForRun(options);
  const { apart } = opened;
  // Before anything starts: a cluster would be made in somebody else's name.
  if (opened.examples.length > 0) throw new SettingsError(opened.examples, `Pulumi.${options.stack}.yaml`);
  for (const refusal of opened.refusals) note(refusal);
  const state = stateOf(opened.settings, options.root, apart);
  const folders = foldersOf(options.root);
  const workFolder = workFolderOf(options.root, options.stack, apart);
  noteUnfinished(workFolder);
  const claim = await Claim.take(options.stack, workFolder, note);
  try {
    const log = openLog(folders.logs, options.stack, options.command);
    let engine: Awaited<ReturnType<typeof bringUpEngine>> | undefined;
    await runSteps(
      [
        {
          title: "Engine",
          run: async (report) => {
            engine = await bringUpEngine({ opened, state, folders, workFolder, options, claim, report });
            return engine.description;
          },
        },
        { title: "Cluster", run: (report) => bringUpCluster(opened.settings, options, report) },
      ],
      { concurrent: true },
    );
    if (engine === undefined) throw new Error("the engine was not brought up");
    const { command, stack } = engine;
    for (const line of engine.cleared) note(line);
    const keep = async (): Promise<void> => {
      if (isMade(opened.settings.cluster)) await keepKubeconfig(stack, opened.settings, options.root);
    };
    await keep();
    const session: Session = {
      options,
      settings: opened.settings,
      get access() {
        return accessTo(opened.settings, options.root);
      },
      get accessIfThere() {
        return accessIfThere(opened.settings, options.root);
      },
      engine: command,
      engineStack: stack,
      work: workFolder,
      folders,
      log,
      interrupted: claim.interrupted,
      run: async (kind, runOptions = {}) => {
        if (changing.has(kind)) claim.begin(kind);
        try {
          const outcome = await operate(stack, kind, command.kill.bind(command), { log, ...runOptions });
          if (kind === "up" && !command.wasKilled) await keep();
          throwForeseen(options.stack, outcome, engine?.programError());
          return outcome;
        } finally {
          // A run that is killed never gets here, and its marker stays; so does that of an engine that was killed.
          if (changing.has(kind) && !command.wasKilled) claim.finish(kind !== "refresh");
        }
      },
    };
    if (options.cluster !== "none") await recover(session);
    return await work(session);
  } finally {
    claim.release();
  }
}

/**
 * Says what a delivery or a restore left half done, unless it is this process that does it.
 * @throws CommandError (declined) while another process delivers.
 */
function noteUnfinished({ operation, folder }: WorkFolder): void {
  const journal = readJournal(operation);
  refuseUnderWay(journal);
  const lines = [unfinishedLine(journal), unfinishedRestore(readRestoreJournal(journalIn(folder)))];
  for (const line of lines) if (line !== undefined) note(line);
}

/** State of this run. A stack that is tried on a cluster in place of its own has a state apart from the real one. */
export function stateOf(
  settings: Settings,
  root: string,
  apart: boolean,
): { backend: string; secretsProvider: string } {
  const state = resolveState(settings, { root });
  return apart ? { ...state, backend: `${state.backend.replace(/\/$/, "")}-simulated` } : state;
}

function wrongPassphrase(stack: string): CommandError {
  return failure(
    `The passphrase is not the one that the state of ${stack} was encrypted with.`,
    "Local state: put the .quint/passphrase of that time back. If it is lost, so are the state's secrets: on a simulated",
    "cluster remove .quint/state, .quint/work and .quint/passphrase, and run `up`; it takes over what is there.",
    "Other state: correct PULUMI_CONFIG_PASSPHRASE_FILE or PULUMI_CONFIG_PASSPHRASE.",
  );
}

/** Failures that have a better explanation than the engine's. */
function throwForeseen(stack: string, outcome: Outcome, programError: unknown): void {
  if (outcome.ok) return;
  if (programError instanceof SettingsError) throw programError;
  const message = messageOf(outcome.error);
  if (message.includes("incorrect passphrase")) throw wrongPassphrase(stack);
  const locks = locksInMessage(message);
  if (locks.length > 0) throw lockedBy(stack, locks);
  if (message.includes("[409] Conflict: Another update is currently in progress")) {
    throw declined(`Another update of ${stack} is in progress.`, "Wait until it has ended, then try again.");
  }
}
