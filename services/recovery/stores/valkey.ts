/** Valkey: its newest dump, loaded into a server of the drill's own. */
import type { Parts } from "../contents.ts";
import type { PlannedStoreOf } from "../plan.ts";
import { fetchDump, manifestOf, newestDump, recordOfNewest } from "./dumps.ts";
import type { StoreContext, StoreRecovery } from "./store.ts";
import { partsOf } from "./valkey-contents.ts";
import { withServer } from "./valkey-server.ts";

type Store = PlannedStoreOf<"valkey">;

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
  const { bucket, signal } = context;
  const began = performance.now();
  const file = await fetchDump(store, id, await manifestOf(bucket, store, id), context);
  return withServer(file, context, async (client) => {
    const seconds = (performance.now() - began) / 1000;
    return { seconds, parts: await partsOf(client, signal) };
  });
}
