/** Which kinds the API server serves, and where. */
import type { Tree } from "../plugin/values.ts";
import type { ApiClient } from "./api-client.ts";
import { isNotFound, UnknownKind } from "./api-error.ts";
import { apiVersionOf, type GroupVersionKind } from "./kind.ts";
import { at, list, text } from "./object.ts";

/** Where the objects of one kind are. */
export interface ApiResource {
  /** `/api/v1` or `/apis/<group>/<version>`. */
  readonly base: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** A kind that was missing is looked for again, but not by each of many objects of that kind: milliseconds. */
const missingFor = 500;

/** Discovery for one API server; what it serves is asked once for each group and version. */
export class Discovery {
  readonly #client: ApiClient;
  readonly #groups = new Map<string, { at: number; kinds: Promise<ReadonlyMap<string, ApiResource>> }>();

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /**
   * Where the kind's objects are.
   *
   * @throws {UnknownKind} where the API server does not serve the kind; it may a moment later, when its definition
   * was just created.
   */
  async find(type: GroupVersionKind): Promise<ApiResource> {
    const apiVersion = apiVersionOf(type);
    const found = (await this.#kinds(type)).get(type.kind);
    if (found !== undefined) return found;
    const cached = this.#groups.get(apiVersion);
    if (cached !== undefined && performance.now() - cached.at > missingFor) this.#groups.delete(apiVersion);
    const again = (await this.#kinds(type)).get(type.kind);
    if (again === undefined) throw new UnknownKind(apiVersion, type.kind);
    return again;
  }

  #kinds(type: GroupVersionKind): Promise<ReadonlyMap<string, ApiResource>> {
    const apiVersion = apiVersionOf(type);
    const cached = this.#groups.get(apiVersion);
    if (cached !== undefined) return cached.kinds;
    const base = type.group === "" ? `/api/${apiVersion}` : `/apis/${apiVersion}`;
    const kinds = this.#read(base);
    this.#groups.set(apiVersion, { at: performance.now(), kinds });
    kinds.catch(() => this.#groups.delete(apiVersion));
    return kinds;
  }

  async #read(base: string): Promise<ReadonlyMap<string, ApiResource>> {
    try {
      const answer = await this.#client.request({ method: "GET", path: base });
      return new Map(list(answer, "resources").flatMap((resource) => entry(base, resource)));
    } catch (error) {
      // No group of that name: a definition may bring it.
      if (isNotFound(error)) return new Map();
      throw error;
    }
  }
}

function entry(base: string, resource: Tree): [string, ApiResource][] {
  const plural = text(resource, "name");
  // A name with a slash is a subresource.
  if (plural.includes("/")) return [];
  return [[text(resource, "kind"), { base, plural, namespaced: at(resource, "namespaced") === true }]];
}

/** The path of an object, or (without a name) of the kind's collection. */
export function pathOf({ base, plural, namespaced }: ApiResource, namespace: string, name?: string): string {
  const scope = namespaced && namespace !== "" ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${base}${scope}/${plural}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
}
