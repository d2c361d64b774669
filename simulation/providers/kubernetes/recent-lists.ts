/** Lists, shared: a refresh asks for the pods of a namespace once, not once for each Deployment in it. */
import type { ApiClient } from "./api-client.ts";
import { type ApiResource, pathOf } from "./discovery.ts";
import { itemsOf, type KubeObject } from "./object.ts";

/** How old a list may be, in milliseconds: a refresh of the whole stack takes longer anyway. */
const recentMs = 2000;

export class RecentLists {
  readonly #client: ApiClient;
  readonly #lists = new Map<string, { at: number; items: Promise<readonly KubeObject[]> }>();

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** All objects of a kind in a namespace. Throws as the request does. */
  list(resource: ApiResource, namespace: string): Promise<readonly KubeObject[]> {
    const path = pathOf(resource, namespace);
    const known = this.#lists.get(path);
    if (known !== undefined && performance.now() - known.at < recentMs) return known.items;
    const items = this.#client.request({ method: "GET", path }).then(itemsOf);
    this.#lists.set(path, { at: performance.now(), items });
    return items;
  }
}
