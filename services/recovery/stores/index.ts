/** Each kind of store, and how it is restored. */
import type { Contents } from "../contents.ts";
import type { PlannedStore } from "../plan.ts";
import { lines } from "./lines.ts";
import { objects } from "./objects.ts";
import { postgresql } from "./postgresql.ts";
import type { Restored, StoreContext, StoreRecovery } from "./store.ts";
import { valkey } from "./valkey.ts";
import { volumes } from "./volumes.ts";

export interface BoundRecovery {
  readonly restore: (context: StoreContext) => Promise<Restored>;
  readonly record?: (context: StoreContext) => Promise<Contents | undefined>;
}

function bind<Store extends PlannedStore>(
  store: Store,
  { restore, record }: StoreRecovery<Store>,
): BoundRecovery {
  return {
    restore: (context) => restore(store, context),
    ...(record === undefined ? {} : { record: (context: StoreContext) => record(store, context) }),
  };
}

export function recoveryOf(store: PlannedStore): BoundRecovery {
  switch (store.kind) {
    case "postgresql":
      return bind(store, postgresql);
    case "valkey":
      return bind(store, valkey);
    case "neo4j":
    case "kafka":
      return bind(store, lines);
    case "object-store":
      return bind(store, objects);
    case "volumes":
      return bind(store, volumes);
  }
}
