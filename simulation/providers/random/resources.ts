/** The resources that the stand-in has. */
import { randomBytes, randomId, randomUuid } from "./bytes-resources.ts";
import { randomInteger, randomPet, randomShuffle } from "./choice-resources.ts";
import type { RandomResource } from "./resource.ts";
import { randomPassword, randomString } from "./text-resources.ts";

const byType: Readonly<Record<string, RandomResource>> = {
  RandomBytes: randomBytes,
  RandomId: randomId,
  RandomInteger: randomInteger,
  RandomPassword: randomPassword,
  RandomPet: randomPet,
  RandomShuffle: randomShuffle,
  RandomString: randomString,
  RandomUuid: randomUuid,
  RandomUuid4: randomUuid,
};

/** The resource of a type token (`random:index/randomPassword:RandomPassword`). Throws where there is none. */
export function randomResource(token: string): RandomResource {
  const resource = byType[token.split(":")[2] ?? ""];
  if (resource !== undefined) return resource;
  throw new Error(
    `the stand-in for the random provider has no ${token}, only ${Object.keys(byType).join(", ")}. Install the ` +
      "official plugin (`pulumi plugin install resource random`) where its download host can be reached",
  );
}
