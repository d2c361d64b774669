/** Brings state and cluster together again after a run that died, or when the cluster is another one than before. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { clusterIdentity, connect, statusOf, type Client } from "../cluster/access.ts";
import { note } from "../console/terminal.ts";
import {
  exportState,
  importState,
  pendingIn,
  settlePending,
  type ExportedState,
  type ObjectAddress,
} from "../engine/pending.ts";
import { isSimulated } from "../../config/index.ts";
import { failure } from "../exit.ts";
import { settledPresence } from "./missing.ts";
import type { Session } from "./session.ts";

/**
 * Called before the first operation of a run.
 * - Operations that a killed run left pending are settled.
 * - A simulated cluster may have been made anew, and its state is written at the end of a run only: there the state
 *   is refreshed from the cluster whenever the two may differ.
 */
export async function recover(session: Session): Promise<void> {
  const simulated = isSimulated(session.settings.cluster);
  const reason = interruptedReason(session) ?? (simulated ? await otherClusterReason(session) : undefined);
  if (reason !== undefined) note(reason);
  // Another machine may have died as well, so a state that others share is always looked at.
  if (reason === undefined && simulated) return;
  const state = await exportState(
    (args) => session.engine.run(args, session.work.folder, {}),
    session.options.stack,
  );
  const pending = pendingIn(state).length > 0;
  if (pending) await settle(session, state);
  if (reason !== undefined || pending) await reread(session, state);
}

/** Reads every object of the state from the cluster, and drops those that are not there any more. */
async function reread(session: Session, state: ExportedState): Promise<void> {
  const objects = [
    ...(state.deployment?.resources ?? []),
    ...pendingIn(state).map(({ resource }) => resource),
  ];
  if (!objects.some(({ custom }) => custom === true)) return;
  // What a killed `down` began to delete is still there for a while.
  await settledPresence(session);
  note("Reading what is really there before going on.");
  const outcome = await session.run("refresh", { clearPendingCreates: true });
  if (outcome.ok) return;
  throw failure(
    `The state of ${session.options.stack} could not be brought in line with the cluster.`,
    ...outcome.complaints.map(
      ({ subject, message }) => `${subject === undefined ? "" : `${subject}: `}${message}`,
    ),
    `The whole output is in ${session.log.file}.`,
  );
}

function interruptedReason({ interrupted }: Session): string | undefined {
  if (interrupted === undefined) return undefined;
  return `The last run on this stack was killed in the middle of "${interrupted}".`;
}

/** Notes which cluster this is; the reason to distrust the state when it was another one before. */
async function otherClusterReason(session: Session): Promise<string | undefined> {
  const identity = await clusterIdentity(await connect(session.access));
  const before = readLastCluster(session.work.lastCluster);
  mkdirSync(dirname(session.work.lastCluster), { recursive: true });
  writeFileSync(session.work.lastCluster, JSON.stringify({ identity }));
  return before !== undefined && before !== identity
    ? "The simulated cluster was made anew since the last run: the state tells of objects that went with the old one."
    : undefined;
}

function readLastCluster(file: string): string | undefined {
  try {
    const { identity } = JSON.parse(readFileSync(file, "utf8")) as { identity?: unknown };
    return typeof identity === "string" ? identity : undefined;
  } catch {
    return undefined;
  }
}

/** Settles what is pending in the state, and tells of it. */
async function settle(
  { engine, options, work, accessIfThere }: Session,
  exported: ExportedState,
): Promise<void> {
  // A cluster whose own creation was cut short has nothing in it yet.
  const client = accessIfThere === undefined ? undefined : await connect(accessIfThere);
  const { state, adopted, dropped, unseen } = await settlePending(
    exported,
    async (address) => client !== undefined && (await exists(client, address)),
  );
  if (adopted.length > 0)
    note(`Created by the killed run and taken into the state: ${adopted.toSorted().join(", ")}.`);
  if (dropped.length > 0)
    note(`Begun by the killed run, and not there: ${dropped.toSorted().join(", ")}. They are created again.`);
  await importState((args) => engine.run(args, work.folder, {}), options.stack, state, work.folder);
  if (unseen.length > 0) {
    throw failure(
      `Begun by the killed run, and perhaps there: ${unseen.join(", ")}.`,
      "Only their cloud can tell. Look there, and remove what you find or import it; then strike it from the list of " +
        `pending operations: pulumi refresh --clear-pending-creates --stack ${options.stack}, in ${work.folder}.`,
    );
  }
}

async function exists(
  { objects }: Client,
  { apiVersion, kind, name, namespace }: ObjectAddress,
): Promise<boolean> {
  try {
    await objects.read({
      apiVersion,
      kind,
      metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    });
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}
