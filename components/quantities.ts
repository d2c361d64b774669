/** Requests and limits, as pods and the values of charts take them. */
import type { Resources } from "../platforms/model/index.ts";

/** A copy that may be changed: what the sizes table says is frozen. */
export function quantities({ requests, limits }: Resources) {
  return { requests: { ...requests }, limits: { ...limits } };
}
