/** A server of our own that has loaded a dump, for as long as something is done with it. */
import { renameSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient, type RedisClientType } from "@redis/client";
import { RecoveryFailure } from "../failure.ts";
import { firstProgram, start, type Running } from "../processes.ts";
import type { StoreContext } from "./store.ts";

const lookAgain = 100;

/**
 * @param file the unpacked dump, in the context's folder.
 * @throws RecoveryFailure where the server does not load it.
 */
export async function withServer<T>(
  file: string,
  { folder, signal }: Pick<StoreContext, "folder" | "signal">,
  work: (client: RedisClientType) => Promise<T>,
): Promise<T> {
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
    return await work(client);
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
