/**
 * Watches, shared: everything that waits for objects of one kind in one namespace looks at the same stream. Sixty
 * Deployments that roll out at the same time take three watches, not a hundred and eighty.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { isMap, type Tree } from "../plugin/values.ts";
import type { ApiClient } from "./api-client.ts";
import { ApiError } from "./api-error.ts";
import { type ApiResource, pathOf } from "./discovery.ts";
import { at, idOf, itemsOf, type KubeObject, text } from "./object.ts";

/** An unused watch stays this long, for the next one who needs it: milliseconds. */
const lingerMs = 3000;

/** Changes are told at most so often: a rollout of many pods would otherwise be judged anew for each of them. */
const tellMs = 100;

/** After an error a list is taken again, and this is how long until then: milliseconds. */
const retryMs = 1000;

/** A look at the objects of one kind in one namespace. */
export interface Subscription {
  /** False until the first list has arrived. */
  readonly synced: boolean;
  objects(): Iterable<KubeObject>;
  /** The object of that name (or `namespace/name`), if it is there. */
  get(id: string): KubeObject | undefined;
  close(): void;
}

/** All watches of one provider. Aborting the signal ends them. */
export class SharedWatches {
  readonly #client: ApiClient;
  readonly #signal: AbortSignal;
  readonly #watches = new Map<string, Watch>();

  constructor(client: ApiClient, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  /** Looks at a kind's objects in a namespace (empty for kinds outside of namespaces). Calls back on each change. */
  subscribe(resource: ApiResource, namespace: string, onChange: () => void): Subscription {
    const path = pathOf(resource, namespace);
    let watch = this.#watches.get(path);
    if (watch === undefined) {
      watch = new Watch(this.#client, path, this.#signal, () => this.#watches.delete(path));
      this.#watches.set(path, watch);
    }
    return watch.join(onChange);
  }
}

class Watch {
  readonly #client: ApiClient;
  readonly #path: string;
  readonly #listeners = new Set<() => void>();
  readonly #objects = new Map<string, KubeObject>();
  readonly #stop = new AbortController();
  readonly #ended: () => void;
  #synced = false;
  #linger: NodeJS.Timeout | undefined;
  #telling: NodeJS.Timeout | undefined;

  constructor(client: ApiClient, path: string, signal: AbortSignal, ended: () => void) {
    this.#client = client;
    this.#path = path;
    this.#ended = ended;
    void this.#run(AbortSignal.any([signal, this.#stop.signal]));
  }

  join(onChange: () => void): Subscription {
    clearTimeout(this.#linger);
    // A listener of its own: the same function may join twice.
    const listener = () => {
      onChange();
    };
    this.#listeners.add(listener);
    const synced = () => this.#synced;
    return {
      get synced() {
        return synced();
      },
      objects: () => this.#objects.values(),
      get: (id) => this.#objects.get(id),
      close: () => {
        this.#listeners.delete(listener);
        if (this.#listeners.size > 0) return;
        this.#linger = setTimeout(() => {
          this.#ended();
          this.#stop.abort();
        }, lingerMs);
      },
    };
  }

  /** Lists, then watches from there; a list again whenever the watch cannot go on. */
  async #run(signal: AbortSignal): Promise<void> {
    let version = "";
    while (!signal.aborted) {
      try {
        if (version === "") version = await this.#list(signal);
        version = await this.#follow(version, signal);
      } catch {
        // What went wrong here goes wrong for those who wait too, and they have a time limit to say so.
        version = "";
        await sleep(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<string> {
    const answer = await this.#client.request({ method: "GET", path: this.#path, signal });
    this.#objects.clear();
    for (const item of itemsOf(answer)) this.#objects.set(idOf(item), item);
    this.#synced = true;
    this.#changed();
    return text(answer, "metadata", "resourceVersion");
  }

  /** Follows the stream until the server ends it; gives the version from which to go on. */
  async #follow(from: string, signal: AbortSignal): Promise<string> {
    let version = from;
    const query = {
      watch: "true",
      resourceVersion: from,
      allowWatchBookmarks: "true",
      timeoutSeconds: "300",
    };
    for await (const event of this.#client.stream({ method: "GET", path: this.#path, query, signal })) {
      const object = at(event, "object");
      if (text(event, "type") === "ERROR") throw errorOf(object);
      if (!isMap(object)) continue;
      version = text(object, "metadata", "resourceVersion") || version;
      if (text(event, "type") === "BOOKMARK") continue;
      if (text(event, "type") === "DELETED") this.#objects.delete(idOf(object));
      else this.#objects.set(idOf(object), object);
      this.#changed();
    }
    return version;
  }

  #changed(): void {
    if (this.#telling !== undefined) return;
    this.#telling = setTimeout(() => {
      this.#telling = undefined;
      for (const listener of [...this.#listeners]) listener();
    }, tellMs);
  }
}

function errorOf(status: Tree | undefined): ApiError {
  return new ApiError(Number(at(status, "code") ?? 0), status, "the watch ended");
}
