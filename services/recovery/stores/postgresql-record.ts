/**
 * Records what a PostgreSQL server holds at one position of its write-ahead log, so that a recovery to that position must
 * give exactly this. Writers wait for a moment: tables are locked against them while snapshots and position are taken,
 * and read afterwards, from the snapshots.
 */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { Parts } from "../contents.ts";
import { RecoveryFailure } from "../failure.ts";
import type { PlannedStoreOf } from "../plan.ts";
import { connect, databasesOf, partOf, tablesOf } from "./postgresql-contents.ts";

/** Longer, in seconds, nobody's writes may wait behind a lock that waits itself. */
const lockPatience = 5;
/** A segment is archived five minutes after it was begun at the latest (CloudNativePG's `archive_timeout`). */
const archivePatience = 900;
const lookAgain = 500;

interface Frozen {
  readonly parts: Parts;
  readonly taken: Date;
  /** Position in the log, e.g. `0/3000148`. */
  readonly position: string;
}

type Server = NonNullable<PlannedStoreOf<"postgresql">["server"]>;

/** @throws RecoveryFailure where a lock cannot be had, or the log is not archived. */
export async function recordServer(server: Server, signal: AbortSignal): Promise<Frozen> {
  const sessions: pg.Client[] = [];
  const session = async (database: string): Promise<pg.Client> => {
    const client = await connect(configOf(server, database));
    sessions.push(client);
    return client;
  };
  try {
    const first = await session(server.database);
    const readers: { database: string; reader: pg.Client; tables: readonly string[] }[] = [];
    const locks: pg.Client[] = [];
    for (const database of await databasesOf(first)) {
      const lock = await session(database);
      const tables = await tablesOf(lock);
      await lock.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
      await lock.query(`SET LOCAL lock_timeout = '${lockPatience}s'`);
      // Before the first query: that is when the snapshot is taken.
      if (tables.length > 0) await lock.query(`LOCK TABLE ${tables.join(", ")} IN SHARE MODE`);
      locks.push(lock);
      const { rows } = await lock.query<{ snapshot: string }>("SELECT pg_export_snapshot() AS snapshot");
      const reader = await session(database);
      await reader.query("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
      await reader.query(`SET TRANSACTION SNAPSHOT '${rows[0]?.snapshot ?? ""}'`);
      readers.push({ database, reader, tables });
    }
    const position = await value(first, "pg_current_wal_insert_lsn()::text");
    const taken = new Date(await value(first, "clock_timestamp()::text"));
    for (const lock of locks) await lock.query("COMMIT");
    // A recovery stops at the first record from the position on: there has to be one.
    const beyond = await value(first, "pg_logical_emit_message(false, 'quint', 'recorded')::text");
    const parts: Record<string, Parts[string]> = {};
    for (const { database, reader, tables } of readers) {
      for (const table of tables) {
        signal.throwIfAborted();
        parts[`${database}.${table}`] = await partOf(reader, table);
      }
    }
    await archived(first, beyond, signal);
    return { parts, taken, position };
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code !== "55P03") throw error;
    throw new RecoveryFailure(
      `a table stayed locked for ${lockPatience} s: something else holds it; try again`,
    );
  } finally {
    await Promise.all(sessions.map((client) => client.end().catch(() => undefined)));
  }
}

/**
 * Commits something in the log of a server that nobody may be writing to. An idle one archives nothing: its newest data would
 * seem to be as old as what happened last, and a recovery to a time after the last commit fails.
 */
export async function stir(server: Server): Promise<void> {
  const client = await connect(configOf(server, server.database));
  try {
    await client.query("SELECT pg_logical_emit_message(true, 'quint', 'idle')");
    await switchSegment(client);
  } finally {
    await client.end();
  }
}

/** Not everybody may: then the server does it by itself, minutes later. */
async function switchSegment(client: pg.Client): Promise<void> {
  await client.query("SELECT pg_switch_wal()").catch(() => undefined);
}

/** Waits until the log is archived up to a position. */
async function archived(client: pg.Client, position: string, signal: AbortSignal): Promise<void> {
  await switchSegment(client);
  const wanted = await value(client, `pg_walfile_name('${position}')`);
  const deadline = Date.now() + archivePatience * 1000;
  for (;;) {
    const { rows } = await client.query<{ archived: string | null; failed: string | null; failing: boolean }>(
      `SELECT last_archived_wal AS archived, last_failed_wal AS failed,
              coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) AS failing
         FROM pg_stat_archiver`,
    );
    const [state] = rows;
    if ((state?.archived ?? "") >= wanted) return;
    if (state?.failing === true) {
      throw new RecoveryFailure(
        `the server cannot archive its log: ${state.failed ?? "a segment"} failed last. Look at the server's log: ` +
          "credentials that have expired and a full bucket are the usual reasons",
      );
    }
    if (Date.now() > deadline)
      throw new RecoveryFailure(`segment ${wanted} of the log was not archived within ${archivePatience} s`);
    await sleep(lookAgain, undefined, { signal });
  }
}

function configOf(server: Server, database: string): pg.ClientConfig {
  const { host, port, user, passwordFile, encrypted } = server;
  return {
    host,
    port,
    user,
    database,
    ...(passwordFile === undefined ? {} : { password: readFileSync(passwordFile, "utf8").trim() }),
    // As the platform's own clients (`sslmode=require`): the operator's authority is known in its namespace alone.
    ...(encrypted ? { ssl: { rejectUnauthorized: false } } : {}),
  };
}

async function value(client: pg.Client, expression: string): Promise<string> {
  const { rows } = await client.query<{ value: string }>(`SELECT ${expression} AS value`);
  return rows[0]?.value ?? "";
}
