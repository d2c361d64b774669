/** Dumps that are text (Neo4j's graph, Kafka's topics): read back line by line, in any order. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { contentsOf, newestRecorded } from "../backups.ts";
import { Tally, type Parts } from "../contents.ts";
import type { PlannedStoreOf } from "../plan.ts";
import { dumpsOf, fetchDump, manifestOf } from "./dumps.ts";
import type { StoreContext, StoreRecovery } from "./store.ts";

type Store = PlannedStoreOf<"neo4j"> | PlannedStoreOf<"kafka">;

export const lines: StoreRecovery<Store> = {
  restore: async (store, context) => {
    const { bucket, plan } = context;
    const { id, contents } = await newestRecorded(
      bucket,
      store.folder,
      await dumpsOf(bucket, store),
      plan.settleSeconds,
    );
    const began = performance.now();
    const restored = await partsOf(store, id, context);
    return {
      backup: id,
      newest: new Date(contents.taken),
      seconds: (performance.now() - began) / 1000,
      recorded: contents.parts,
      restored,
      skipped: `read back and compared, not loaded into ${store.kind}: its server is not part of the drill`,
    };
  },
  record: async (store, context) => {
    const { bucket } = context;
    const newest = (await dumpsOf(bucket, store))
      .filter(({ halfWritten }) => halfWritten === undefined)
      .at(-1);
    if (newest === undefined || (await contentsOf(bucket, store.folder, newest.id)) !== undefined)
      return undefined;
    const { taken } = await manifestOf(bucket, store, newest.id);
    const parts = await partsOf(store, newest.id, context);
    return { version: 1, store: store.name, kind: store.kind, backup: newest.id, taken, parts };
  },
};

async function partsOf(store: Store, id: string, context: StoreContext): Promise<Parts> {
  const file = await fetchDump(store, id, await manifestOf(context.bucket, store, id), context);
  const tally = new Tally();
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity }))
    tally.add(line);
  return { lines: tally.part() };
}
