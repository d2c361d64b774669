/** Valkey: its newest dump, loaded into a server of the drill's own. */
import { renameSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient, type RedisClientType } from "@redis/client";
import type { Parts } from "../contents.ts";
import { RecoveryFailure } from "../failure.ts";
import type { PlannedStoreOf } from "../plan.ts";
import { firstProgram, start, type Running } from "../processes.ts";
import { fetchDump, manifestOf, newestDump, recordOfNewest } from "./dumps.ts";
import type { StoreContext, StoreRecovery } from "./store.ts";
import { partsOf } from "./valkey-contents.ts";

type Store = PlannedStoreOf<"valkey">;

const lookAgain = 100;

export const valkey: StoreRecovery<Store> = {
  restore: async (store, context) => {
    const { id, bytes, contents } = await newestDump(store, context);
    context.report(`dump ${id}`);
    const { seconds, parts } = await loaded(store, id, context);
    const newest = new Date(contents.taken);
    return { backup: id, bytes, newest, seconds, recorded: contents.parts, restored: parts };
  },
  // Of the dump itself: the server it came from has gone on since.
  record: (store, context) =>
    recordOfNewest(store, context, async (id) => (await loaded(store, id, context)).parts),
};

/** Loads a dump, reads all of it, and ends the server. */
async function loaded(
  store: Store,
  id: string,
  context: StoreContext,
): Promise<{ seconds: number; parts: Parts }> {
  const { bucket, folder, signal } = context;
  const began = performance.now();
  const file = await fetchDump(store, id, await manifestOf(bucket, store, id), context);
  renameSync(file, join(folder, "dump.rdb"));
  const socket = join(folder, "s");
  const server = start({
    program: firstProgram("valkey-server", "redis-server"),
    args: [
      ...["--port", "0", "--unixsocket", socket, "--unixsocketperm", "700"],
      ...["--dir", folder, "--dbfilename", "dump.rdb", "--save", "", "--appendonly", "no"],
    ],
    log: join(folder, "server.log"),
  });
  const client: RedisClientType = createClient({
    socket: { path: socket, tls: false, reconnectStrategy: false },
  });
  client.on("error", () => undefined);
  try {
    await answering(server, client, signal);
    const seconds = (performance.now() - began) / 1000;
    return { seconds, parts: await partsOf(client, signal) };
  } finally {
    if (client.isOpen) client.destroy();
    await server.stop();
  }
}

async function answering(
  { child, words }: Running,
  client: RedisClientType,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    if (child.exitCode !== null || child.signalCode !== null)
      throw new RecoveryFailure(`the server does not load the dump: ${words()}`);
    try {
      if (!client.isOpen) await client.connect();
      // Until it has loaded everything it refuses.
      await client.ping();
      return;
    } catch {
      await sleep(lookAgain, undefined, { signal });
    }
  }
}
