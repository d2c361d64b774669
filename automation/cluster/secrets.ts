/** The Secrets of a stack: what there is and what it opens; a value only where one is asked for by name. */
import { badInput } from "../exit.ts";
import { labels, statusOf, type Client } from "./access.ts";

export interface SecretListing {
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly string[];
  /** What it opens. */
  readonly purpose: string;
}

/** Every Secret of Quint that says what it is for, sorted. Values stay where they are. */
export async function listSecrets({ core }: Client): Promise<SecretListing[]> {
  const { items } = await core.listSecretForAllNamespaces({ labelSelector: labels.managed });
  return items
    .flatMap(({ metadata, data }): SecretListing[] => {
      const purpose = metadata?.annotations?.[labels.purpose];
      if (purpose === undefined) return [];
      return [
        {
          namespace: metadata?.namespace ?? "",
          name: metadata?.name ?? "",
          keys: Object.keys(data ?? {}).sort(),
          purpose,
        },
      ];
    })
    .sort((one, other) =>
      `${one.namespace} ${one.name}`.localeCompare(`${other.namespace} ${other.name}`, "en"),
    );
}

/**
 * One value, decoded.
 * @param address `namespace/name/key`
 * @throws CommandError (bad input) when there is no such Secret or key.
 */
export async function readSecretValue({ core }: Client, address: string): Promise<string> {
  const [namespace, name, key, ...rest] = address.split("/");
  if (!namespace || !name || !key || rest.length > 0) {
    throw badInput(
      `"${address}" does not name a value.`,
      "Write NAMESPACE/NAME/KEY, as `./quint secrets` lists them.",
    );
  }
  try {
    const { data, metadata } = await core.readNamespacedSecret({ namespace, name });
    if (metadata?.labels?.[labels.managedBy] !== "quint") {
      throw badInput(
        `Secret ${namespace}/${name} is not one of Quint's.`,
        "`./quint secrets` lists those that are.",
      );
    }
    const value = data?.[key];
    if (value === undefined) {
      const keys = Object.keys(data ?? {}).join(", ");
      throw badInput(`Secret ${namespace}/${name} has no key "${key}".`, `It has: ${keys}.`);
    }
    return Buffer.from(value, "base64").toString("utf8");
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    throw badInput(`There is no Secret ${namespace}/${name}.`, "`./quint secrets` lists what there is.");
  }
}
