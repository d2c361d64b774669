/** Dumps that are text (Neo4j's graph, Kafka's topics): read back line by line, in any order. */
import { createReadStream, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { Tally, type Part, type Parts } from "../contents.ts";
import { RecoveryFailure } from "../failure.ts";
import type { PlannedStoreOf } from "../plan.ts";
import { fetchDump, manifestOf, newestDump, recordOfNewest } from "./dumps.ts";
import type { StoreContext, StoreRecovery } from "./store.ts";

type Store = PlannedStoreOf<"neo4j"> | PlannedStoreOf<"kafka">;

export const lines: StoreRecovery<Store> = {
  restore: async (store, context) => {
    const { id, bytes, contents } = await newestDump(store, context);
    const began = performance.now();
    const restored = await partsOf(store, id, context);
    return {
      backup: id,
      bytes,
      newest: new Date(contents.taken),
      seconds: (performance.now() - began) / 1000,
      recorded: contents.parts,
      restored,
      skipped: `read back and compared, not loaded into ${store.kind}: its server is not part of the drill`,
    };
  },
  record: (store, context) => recordOfNewest(store, context, (id) => partsOf(store, id, context)),
};

async function partsOf(store: Store, id: string, context: StoreContext): Promise<Parts> {
  const manifest = await manifestOf(context.bucket, store, id);
  const parts: Record<string, Part> = {};
  // A topic that is archived has a file of its own beside the topics' list.
  for (const { name } of manifest.files) {
    const file = await fetchDump({ folder: store.folder, file: name }, id, manifest, context);
    const tally = new Tally();
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity }))
      tally.add(line);
    parts[name] = tally.part();
    rmSync(file);
  }
  if (parts[store.file] === undefined)
    throw new RecoveryFailure(`the manifest of the dump ${id} does not name ${store.file}`);
  return parts;
}
