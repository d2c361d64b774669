/** Where a restore goes: in place, or each of the platform's namespaces into a new one. */
import type { Platform } from "../../platforms/model/index.ts";
import { statusOf, type Client } from "../cluster/access.ts";
import { badInput, declined } from "../exit.ts";
import { archivedServers } from "./requests.ts";

export const inPlace = "in-place";

/** Namespaces of the platform, and the new one that each is restored into. */
export type Places = ReadonlyMap<string, string>;

/** Names of namespaces are labels of DNS. */
const longest = 63;
const namePattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/**
 * One namespace is restored into the one that is named; several, each into `<name>-<its own name>`, since what is of one
 * name in two of them does not fit into one.
 *
 * @param only the one of the platform's namespaces that is wanted; left out: all.
 * @throws CommandError (bad input) for what is no name, is too long, or is the platform's own.
 */
export function placesOf(platform: Platform, to: string, only?: string): Places | typeof inPlace {
  if (to === inPlace) {
    if (only === undefined) return inPlace;
    throw badInput(
      `--namespace ${only} goes with a namespace to restore into: in place ${platform.name} is restored as a whole, since its ` +
        "settings say where all of its servers begin.",
      "Leave --namespace out, or name a new namespace: --to NAMESPACE.",
    );
  }
  if (!namePattern.test(to) || to.length > longest)
    throw badInput(
      `--to ${to} is no name of a namespace.`,
      `At most ${longest} small letters, digits and hyphens; or in-place.`,
    );
  const all = restorable(platform);
  if (only !== undefined && !all.includes(only))
    throw badInput(`${platform.name} has no namespace ${only} with backups.`, `It has: ${all.join(", ")}.`);
  const chosen = only === undefined ? all : [only];
  const places = new Map(chosen.map((one) => [one, chosen.length === 1 ? to : `${to}-${one}`]));
  for (const [from, place] of places) {
    if (place.length > longest)
      throw badInput(
        `--to ${to}: ${from} would go into ${place}, which is longer than the ${longest} characters of a namespace's name.`,
        `Name a shorter one, or one of them with --namespace: ${all.join(", ")}.`,
      );
    if (platform.namespaces.some(({ name }) => name === place))
      throw badInput(
        `${place} is a namespace of ${platform.name} itself.`,
        "Name another one, or --to in-place.",
      );
  }
  return places;
}

/** Namespaces that have anything to be restored. */
function restorable(platform: Platform): readonly string[] {
  const copied = platform.backups?.schedules.flatMap(({ namespaces }) => namespaces) ?? [];
  return [...new Set([...copied, ...archivedServers(platform).map(({ namespace }) => namespace)])];
}

/** What a place is called in words. */
export function placeWords(places: Places): string {
  return [...places].map(([from, to]) => `${from} into ${to}`).join(", ");
}

/**
 * A server of an earlier restore that is there would be taken for the one that is asked for.
 * @throws CommandError (declined) where a namespace to restore into is there already.
 */
export async function refuseUsed({ objects }: Client, places: Places): Promise<void> {
  for (const name of places.values()) {
    try {
      await objects.read({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    } catch (error) {
      if (statusOf(error) === 404) continue;
      throw error;
    }
    throw declined(
      `The namespace ${name} is there already. Nothing was changed.`,
      `Name a new one; or, where it is one of an earlier look: kubectl delete namespace ${name}`,
    );
  }
}
