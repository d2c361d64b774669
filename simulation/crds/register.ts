/** Registers the definitions with a running API server. */
import { setTimeout as sleep } from "node:timers/promises";
import { type ApiClient, ApiError } from "../api/client.ts";
import { SimulationError } from "../problem.ts";
import { type Definition, hashAnnotation } from "./definition.ts";

const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
/** Seconds within which the API server must serve every kind: it takes 3, and many times as long on a busy machine. */
const servedWithin = 300;

/**
 * Registers what is missing or different, all at once, and waits until the API server serves every kind.
 * @returns how many were written.
 */
export async function registerDefinitions(
  client: ApiClient,
  definitions: readonly Definition[],
): Promise<number> {
  const present = new Map((await client.listMetadata(path)).map(({ metadata }) => [metadata.name, metadata]));
  const hashOf = (name: string): string | undefined => present.get(name)?.annotations?.[hashAnnotation];
  const changed = definitions.filter(
    ({ metadata }) => hashOf(metadata.name) !== metadata.annotations?.[hashAnnotation],
  );
  await Promise.all(
    changed.map((definition) => write(client, definition, present.has(definition.metadata.name))),
  );
  await served(client, changed);
  return changed.length;
}

/** A plain create is cheaper than server-side apply, which has to merge a large schema; so apply only what is there. */
async function write(client: ApiClient, definition: Definition, present: boolean): Promise<void> {
  try {
    if (!present) {
      await client.create(path, JSON.stringify(definition));
      return;
    }
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409)) throw error;
  }
  await client.apply(`${path}/${definition.metadata.name}`, { ...definition });
}

/** Discovery names a kind as soon as its definition is established, in one small answer for all of them. */
async function served(client: ApiClient, definitions: readonly Definition[]): Promise<void> {
  const deadline = Date.now() + servedWithin * 1000;
  for (;;) {
    const resources = await client.discover();
    const missing = definitions.filter(({ metadata }) => !resources.has(metadata.name));
    if (missing.length === 0) return;
    if (Date.now() > deadline) {
      const names = missing.map(({ metadata }) => metadata.name).join(", ");
      throw new SimulationError(
        `The API server does not serve these kinds after ${servedWithin} s: ${names}.`,
      );
    }
    await sleep(250);
  }
}
