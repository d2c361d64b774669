/**
 * Definitions as the API server stored them once, to be put into the etcd of a new cluster before its API server starts.
 *
 * Registering 143 definitions takes the API server 20 s on two cores, and nearly all of it is its own controllers
 * updating each definition's status in turn. What they end with depends on nothing but the definitions and the
 * server's version. So the first cluster registers them the ordinary way, fully validated; what etcd then holds is
 * kept in the cache; and a new cluster finds them there as if it had been stopped and started again (4 s).
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ApiClient } from "../api/client.ts";
import { storageClient } from "../api/credentials.ts";
import type { ClusterDescription } from "../control-plane/launch.ts";
import type { ClusterFolder } from "../folder.ts";
import { cacheFolder } from "../programs/cache.ts";
import { type Definition, hashAnnotation } from "./definition.ts";

/** Where the API server keeps definitions in etcd. */
const prefix = "/registry/apiextensions.k8s.io/customresourcedefinitions/";

/** A key and its value as etcd's JSON gateway writes them: both base64. */
interface Stored {
  readonly key: string;
  readonly value: string;
}

/** The file of the cache with what a server of that version stores for these definitions. */
export function seedFile(definitions: readonly Definition[], kubernetesVersion: string): string {
  const hashes = definitions.map(({ metadata }) => [metadata.name, metadata.annotations?.[hashAnnotation]]);
  const hash = createHash("sha256")
    .update(JSON.stringify([kubernetesVersion, hashes]))
    .digest("hex")
    .slice(0, 16);
  return join(cacheFolder(), "crds", `registered-${hash}.json`);
}

/** Keeps what the cluster's etcd holds for its definitions, for clusters to come. */
export async function keepSeed(
  file: string,
  description: ClusterDescription,
  paths: ClusterFolder,
): Promise<void> {
  const client = storageClient(paths, description.ports);
  try {
    const stored = await readStored(client, false);
    const temporary = `${file}.${process.pid}.partial`;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(temporary, JSON.stringify(stored));
    renameSync(temporary, file);
  } finally {
    client.close();
  }
}

/**
 * Puts kept definitions into an etcd that has none. Does nothing when etcd has some, or none are kept.
 * @returns how many were put.
 */
export async function plantSeed(
  file: string,
  description: ClusterDescription,
  paths: ClusterFolder,
): Promise<number> {
  if (!existsSync(file)) return 0;
  const client = storageClient(paths, description.ports);
  try {
    if ((await readStored(client, true)).length > 0) return 0;
    const stored = JSON.parse(readFileSync(file, "utf8")) as Stored[];
    await Promise.all(stored.map((one) => client.send("POST", "/v3/kv/put", { body: JSON.stringify(one) })));
    return stored.length;
  } finally {
    client.close();
  }
}

async function readStored(client: ApiClient, onlyKeys: boolean): Promise<Stored[]> {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  // Up to the first key that does not begin with the prefix: its last character, one higher.
  const end = `${prefix.slice(0, -1)}0`;
  const body = JSON.stringify({ key: base64(prefix), range_end: base64(end), keys_only: onlyKeys });
  const { kvs } = (await client.send("POST", "/v3/kv/range", { body })) as unknown as { kvs?: Stored[] };
  return (kvs ?? []).map(({ key, value }) => ({ key, value }));
}
