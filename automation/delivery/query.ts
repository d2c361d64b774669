/** Which Prometheus a stack's deliveries are judged by. */
import { setTimeout as sleep } from "node:timers/promises";
import { connect, accessIfThere } from "../cluster/access.ts";
import { throughApi } from "../cluster/service-proxy.ts";
import { listWorkloads } from "../cluster/workloads.ts";
import type { DeliveryContext } from "./context.ts";
import { prometheusAt, prometheusThrough } from "./prometheus.ts";
import type { Query } from "./triggers.ts";

/** A whole delivery is judged by it, or is not: one answer that is lost does not decide. */
const attempts = 3;
const pause = 1_000;

/** The one that the settings name, else the stack's own where containers run and it answers; nothing where none does. */
export async function queryOf({
  settings,
  root,
}: Pick<DeliveryContext, "settings" | "root">): Promise<Query | undefined> {
  const { prometheus } = settings.rollback;
  if (prometheus !== undefined) return prometheusAt(prometheus);
  const access = accessIfThere(settings, root);
  if (access === undefined) return undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      const workloads = await listWorkloads(await connect(access), access);
      if (!workloads.some(({ runs }) => runs)) return undefined;
      const query = prometheusThrough(await throughApi(access));
      await query("vector(1)");
      return query;
    } catch {
      if (attempt === attempts) return undefined; // The watch says that there is none.
      await sleep(pause);
    }
  }
}
