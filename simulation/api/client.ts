/**
 * Talks to the API server of a simulated cluster with the administrator's certificate. Plain JSON over one pool of
 * connections: objects go in and out as they are, where the typed client would reshape a hundred large schemas.
 */
import { Agent } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "../problem.ts";
import { ApiError, type Content, exchange, type Verb } from "./exchange.ts";

export { ApiError };

/** Any object of the API. */
export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** The part of an APIGroupDiscoveryList that is read here. */
interface Discovery {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly versions: readonly { readonly resources: readonly { readonly resource: string }[] }[];
  }[];
}

export interface ApiCredentials {
  readonly server: string;
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** Milliseconds for which a request is repeated: a busy machine takes most of a minute to bring an API server back. */
const patience = 60_000;

/** Field manager of everything that the simulated cluster itself owns. */
export const fieldManager = "quint-simulation";

export class ApiClient {
  readonly #server: URL;
  readonly #agent: Agent;
  readonly #hasHope: () => boolean;

  /** @param hasHope whether a server whose connection broke may come back: asked before a request is repeated. */
  constructor(credentials: ApiCredentials, hasHope: () => boolean = () => true) {
    this.#hasHope = hasHope;
    this.#server = new URL(credentials.server);
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: 16,
      ca: credentials.authority,
      cert: credentials.certificate,
      key: credentials.key,
    });
  }

  /** Server-side apply; takes over fields that another manager holds. */
  apply(path: string, object: ApiObject): Promise<ApiObject> {
    const query = `fieldManager=${fieldManager}&force=true`;
    return this.send("PATCH", `${path}?${query}`, {
      body: JSON.stringify(object),
      type: "application/apply-patch+yaml",
    });
  }

  /** Applies, and tells whether that changed anything. */
  async applyIfDifferent(path: string, object: ApiObject): Promise<boolean> {
    const before = await this.find(path);
    const after = await this.apply(path, object);
    return before?.metadata.resourceVersion !== after.metadata.resourceVersion;
  }

  /** The object, or `undefined` when there is none. */
  async find(path: string): Promise<ApiObject | undefined> {
    try {
      return await this.send("GET", path);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Every object of a collection. */
  async list(path: string): Promise<ApiObject[]> {
    const { items } = await this.send("GET", path);
    return Array.isArray(items) ? (items as ApiObject[]) : [];
  }

  /** Only the metadata of a collection's objects: a hundred definitions are 4 MB, their metadata is 60 kB. */
  async listMetadata(path: string): Promise<ApiObject[]> {
    const accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    const { items } = await this.send("GET", path, { accept });
    return Array.isArray(items) ? (items as ApiObject[]) : [];
  }

  /** Every resource that the server serves just now, as `<plural>.<group>`. */
  async discover(): Promise<Set<string>> {
    const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    const { items } = (await this.send("GET", "/apis", { accept })) as unknown as Discovery;
    return new Set(
      items.flatMap(({ metadata, versions }) =>
        versions.flatMap(({ resources }) => resources.map(({ resource }) => `${resource}.${metadata.name}`)),
      ),
    );
  }

  create(path: string, body: string): Promise<ApiObject> {
    return this.send("POST", `${path}?fieldManager=${fieldManager}`, { body });
  }

  mergePatch(path: string, patch: unknown): Promise<ApiObject> {
    return this.send("PATCH", `${path}?fieldManager=${fieldManager}`, {
      body: JSON.stringify(patch),
      type: "application/merge-patch+json",
    });
  }

  /** Deletes an object; one that is not there is fine. */
  async remove(path: string): Promise<void> {
    try {
      await this.send("DELETE", path);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }

  /** Whether the server answers that path with 200: for `/readyz` and its kin. */
  async answers(path: string): Promise<boolean> {
    try {
      await exchange(this.#agent, new URL(path, this.#server), "GET");
      return true;
    } catch {
      return false;
    }
  }

  /** Closes the connections; the client is of no use afterwards. */
  close(): void {
    this.#agent.destroy();
  }

  /**
   * One request. Repeats what the server asks to be repeated (429, and 503 while it is just up), and what is safe to
   * repeat when the connection breaks (the server is being started again) or the answer takes too long, for a minute.
   * @throws ApiError with the server's own words.
   */
  async send(verb: Verb, path: string, content: Content = {}): Promise<ApiObject> {
    const deadline = Date.now() + patience;
    for (;;) {
      try {
        return JSON.parse(
          await exchange(this.#agent, new URL(path, this.#server), verb, content),
        ) as ApiObject;
      } catch (error) {
        if (!isPassing(error, verb) || Date.now() > deadline || !this.#hasHope()) throw error;
        await sleep(500);
      }
    }
  }
}

function isPassing(error: unknown, verb: Verb): boolean {
  if (error instanceof ApiError) return error.status === 429 || error.status === 503;
  const broken = ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT"].includes(codeOf(error) ?? "");
  return broken && verb !== "POST";
}
