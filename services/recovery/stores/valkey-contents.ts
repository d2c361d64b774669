/** Keys of a Valkey server, counted and hashed by what they hold: its own dumps of a key depend on how it keeps it. */
import type { RedisClientType } from "@redis/client";
import { Tally, type Part, type Parts } from "../contents.ts";

const hour = 3_600_000;

/** All databases; keys that expire are apart, by the hour until which they do: they may be gone at a restore. */
export async function partsOf(client: RedisClientType, signal: AbortSignal): Promise<Parts> {
  const parts: Record<string, Part> = {};
  const keyspace = await client.info("keyspace");
  for (const [, database = ""] of keyspace.matchAll(/^db(\d+):/gm)) {
    await client.select(Number(database));
    const tallies = new Map<number, Tally>();
    for await (const keys of client.scanIterator({ COUNT: 500 })) {
      signal.throwIfAborted();
      for (const key of keys) {
        const expires = await client.pExpireTime(key);
        // Gone since the scan.
        if (expires === -2) continue;
        const until = expires === -1 ? 0 : Math.ceil(expires / hour) * hour;
        const tally = tallies.get(until) ?? new Tally();
        tallies.set(until, tally);
        tally.add(key, ...(await valueOf(client, key)));
      }
    }
    for (const [until, tally] of tallies) {
      if (until === 0) parts[`database ${database}`] = tally.part();
      // The first of them goes up to an hour before the last.
      else
        parts[`database ${database}, expiring until ${new Date(until).toISOString()}`] = {
          ...tally.part(),
          expires: until - hour,
        };
    }
  }
  return parts;
}

/** Type and content of a key; what has no order is sorted. */
async function valueOf(client: RedisClientType, key: string): Promise<readonly string[]> {
  const type = await client.type(key);
  switch (type) {
    case "string":
      return [type, (await client.get(key)) ?? ""];
    case "list":
      return [type, ...(await client.lRange(key, 0, -1))];
    case "set":
      return [type, ...(await client.sMembers(key)).sort()];
    case "hash":
      return [
        type,
        ...Object.entries(await client.hGetAll(key))
          .sort()
          .flat(),
      ];
    case "zset":
      return [
        type,
        ...(await client.zRangeWithScores(key, 0, -1)).flatMap(({ value, score }) => [value, String(score)]),
      ];
    case "stream":
      return [
        type,
        ...((await client.xRange(key, "-", "+")) ?? []).flatMap(({ id, message }) => [
          id,
          ...Object.entries(message).flat(),
        ]),
      ];
    default:
      // A module's own type: that it is there is compared, what it holds is not.
      return [type];
  }
}
