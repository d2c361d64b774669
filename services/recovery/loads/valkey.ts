/**
 * Keys of a Valkey server, out of its dump: a server of the loader's own loads it, and every key goes over into the one that
 * is there, as the servers themselves pack keys. So neither its volume nor its replication has to be touched.
 */
import { createClient, RESP_TYPES, type RedisClientType } from "@redis/client";
import type { LoadPlanOf } from "../load-plan.ts";
import { dumpAt, fetchDump, manifestOf } from "../stores/dumps.ts";
import { withServer } from "../stores/valkey-server.ts";
import { Refusal, type Load, type LoadContext } from "./load.ts";
import { patiently } from "./patience.ts";

/** Says that what the server holds is ours, half loaded: a run after it begins anew. */
const marker = "quint:restore";
/** Keys that are on their way at the same time. */
const atOnce = 200;

const asBuffers = { [RESP_TYPES.BLOB_STRING]: Buffer };

export const loadValkey: Load<LoadPlanOf<"valkey">> = async (plan, context) => {
  const { bucket, report, secret } = context;
  const id = await dumpAt(plan, context.at, context);
  report(`dump ${id}`);
  const file = await fetchDump(plan, id, await manifestOf(bucket, plan, id), context);
  const { host, port, name } = plan;
  return withServer(file, context, async (dump) => {
    const store: RedisClientType = createClient({
      socket: { host, port, tls: false, reconnectStrategy: false },
      password: secret("STORE_PASSWORD"),
    });
    store.on("error", () => undefined);
    try {
      await patiently(`${host}:${port}`, context, async () => {
        if (!store.isOpen) await store.connect();
        await store.ping();
      });
      await empty(store, name, id, context);
      await functions(dump, store);
      const keys = await copy(dump, store, context);
      await store.select(0);
      await store.del(marker);
      return `${keys} keys of the dump ${id} loaded`;
    } finally {
      if (store.isOpen) store.destroy();
    }
  });
};

/** @throws Refusal where there are keys that would be lost. */
async function empty(
  store: RedisClientType,
  name: string,
  id: string,
  { force }: LoadContext,
): Promise<void> {
  const keys = await keysIn(store);
  if (keys > 0 && !force && (await store.get(marker)) === null)
    throw new Refusal(
      `${name} holds ${keys} keys, which the dump ${id} would replace: they stay without --force`,
    );
  await store.multi().flushAll().set(marker, id).exec();
}

const databases = async (client: RedisClientType): Promise<readonly { number: number; keys: number }[]> =>
  [...(await client.info("keyspace")).matchAll(/^db(\d+):keys=(\d+)/gm)].map(([, number, keys]) => ({
    number: Number(number),
    keys: Number(keys),
  }));

async function keysIn(client: RedisClientType): Promise<number> {
  return (await databases(client)).reduce((sum, { keys }) => sum + keys, 0);
}

async function functions(dump: RedisClientType, store: RedisClientType): Promise<void> {
  const packed = await dump.withTypeMapping(asBuffers).functionDump();
  await store.sendCommand(["FUNCTION", "RESTORE", packed, "FLUSH"]);
}

async function copy(
  dump: RedisClientType,
  store: RedisClientType,
  { signal, report }: LoadContext,
): Promise<number> {
  let copied = 0;
  for (const { number, keys } of await databases(dump)) {
    report(`database ${number}: ${keys} keys`);
    await dump.select(number);
    await store.select(number);
    const source = dump.withTypeMapping(asBuffers);
    for await (const some of source.scanIterator({ COUNT: atOnce })) {
      signal.throwIfAborted();
      const packed = await Promise.all(
        some.map(async (key) => ({ key, value: await source.dump(key), until: await dump.pExpireTime(key) })),
      );
      await Promise.all(
        packed.map(async ({ key, value, until }) => {
          // Gone since the scan.
          if ((value as Buffer | null) === null) return;
          const ttl = String(Math.max(until, 0));
          await store.sendCommand(["RESTORE", key, ttl, value, "REPLACE", "ABSTTL"]);
          copied += 1;
        }),
      );
    }
  }
  return copied;
}
