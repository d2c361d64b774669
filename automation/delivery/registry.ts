/** Asks registries whether images are there for the nodes' architectures (OCI distribution API), without credentials. */
import { z } from "zod";
import { messageOf } from "../exit.ts";
import { imageReference, type ImageReference } from "./image-reference.ts";

export type ImageFinding =
  | { readonly image: string; readonly found: "there"; readonly architectures: readonly string[] }
  | { readonly image: string; readonly found: "missing"; readonly reason: string }
  /** The registry could not be asked: nothing is known. */
  | { readonly image: string; readonly found: "unknown"; readonly reason: string };

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A registry that takes longer to answer than this, in milliseconds, cannot be reached. */
const patience = 5_000;

const accepted = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

const manifest = z.looseObject({
  manifests: z
    .array(z.looseObject({ platform: z.looseObject({ architecture: z.string() }).optional() }))
    .optional(),
  config: z.looseObject({ digest: z.string() }).optional(),
});
const configuration = z.looseObject({ architecture: z.string().optional() });
const token = z.looseObject({ token: z.string().optional(), access_token: z.string().optional() });

/** @param architectures of the nodes, as Kubernetes names them; an image must be there for each. */
export async function checkImages(
  images: readonly string[],
  architectures: readonly string[],
  fetch: Fetch = globalThis.fetch,
): Promise<ImageFinding[]> {
  const unreachable = new Map<string, string>();
  const findings: ImageFinding[] = [];
  // One after the other: a registry that does not answer is waited for once.
  for (const image of new Set(images)) {
    const name = imageReference(image);
    const known = unreachable.get(name.registry);
    if (known !== undefined) {
      findings.push({ image, found: "unknown", reason: known });
      continue;
    }
    try {
      findings.push(await checkImage(image, name, architectures, fetch));
    } catch (error) {
      const reason = `${name.registry} cannot be reached (${causeOf(error)})`;
      unreachable.set(name.registry, reason);
      findings.push({ image, found: "unknown", reason });
    }
  }
  return findings;
}

/** @throws where the registry does not answer, or nothing that can be read. */
async function checkImage(
  image: string,
  name: ImageReference,
  wanted: readonly string[],
  fetch: Fetch,
): Promise<ImageFinding> {
  const registry = new Registry(name, fetch);
  const response = await registry.get(`manifests/${name.reference}`);
  if (response.status === 404)
    return { image, found: "missing", reason: `${name.registry} has no such image` };
  if (!response.ok) {
    const secret = response.status === 401 || response.status === 403;
    const reason = secret ? "wants credentials" : `answers ${response.status}`;
    return { image, found: "unknown", reason: `${name.registry} ${reason}` };
  }
  const found = await architecturesOf(manifest.parse(await response.json()), registry);
  const lacking = wanted.filter((architecture) => !found.includes(architecture));
  return lacking.length === 0 || found.length === 0
    ? { image, found: "there", architectures: found }
    : {
        image,
        found: "missing",
        reason: `it is there for ${found.join(" and ")}, and nodes are ${lacking.join(" and ")}, too`,
      };
}

/** One repository of a registry; a token is fetched when it asks for one. */
class Registry {
  readonly #base: string;
  readonly #name: ImageReference;
  readonly #fetch: Fetch;
  #token: string | undefined;

  constructor(name: ImageReference, fetch: Fetch) {
    // A registry of this machine has no certificate.
    const scheme = /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?$/.test(name.registry) ? "http" : "https";
    this.#base = `${scheme}://${name.registry}/v2/${name.repository}`;
    this.#name = name;
    this.#fetch = fetch;
  }

  async get(path: string): Promise<Response> {
    const response = await this.#ask(path);
    const challenge = response.headers.get("www-authenticate");
    if (response.status !== 401 || challenge === null || this.#token !== undefined) return response;
    this.#token = await this.#anonymousToken(challenge);
    return this.#token === undefined ? response : await this.#ask(path);
  }

  #ask(path: string): Promise<Response> {
    return this.#fetch(`${this.#base}/${path}`, {
      headers: {
        accept: accepted,
        ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
      },
      signal: AbortSignal.timeout(patience),
    });
  }

  /** A token that anybody gets; nothing where the registry has none for nobody. */
  async #anonymousToken(challenge: string): Promise<string | undefined> {
    const said = Object.fromEntries(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]),
    );
    if (!/^bearer /i.test(challenge) || said.realm === undefined) return undefined;
    const url = new URL(said.realm);
    if (said.service !== undefined) url.searchParams.set("service", said.service);
    url.searchParams.set("scope", said.scope ?? `repository:${this.#name.repository}:pull`);
    const response = await this.#fetch(url.href, { signal: AbortSignal.timeout(patience) });
    if (!response.ok) return undefined;
    const { token: given, access_token: alternative } = token.parse(await response.json());
    return given ?? alternative;
  }
}

/** An index lists its architectures (attestations count as `unknown`); a single image's is in its configuration. */
async function architecturesOf(
  { manifests, config }: z.infer<typeof manifest>,
  registry: Registry,
): Promise<string[]> {
  if (manifests !== undefined) {
    const found = manifests.flatMap(({ platform }) => platform?.architecture ?? []);
    return [...new Set(found)].filter((architecture) => architecture !== "unknown").sort();
  }
  if (config === undefined) return [];
  const response = await registry.get(`blobs/${config.digest}`);
  if (!response.ok) return [];
  const { architecture } = configuration.parse(await response.json());
  return architecture === undefined ? [] : [architecture];
}

/** `fetch failed` says nothing; its cause does. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && "code" in cause) return String(cause.code);
  return error instanceof Error && error.name === "TimeoutError" ? "no answer" : messageOf(error);
}
