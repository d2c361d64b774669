/** Velero's objects, as far as commands read them. */
import { statusOf, type Client } from "./access.ts";

/** Labels of Velero's backups, as their schedules give them: a restore finds a platform's copies by them. */
export const backupLabels = { platform: "quint.dev/platform", schedule: "quint.dev/backup" } as const;

/**
 * What a Schedule says of its backups, by its name: volumes, and what has to come to rest first. It holds for every other copy
 * of the same namespaces, too. A platform that was never deployed with backups has none.
 */
export async function scheduleTemplate(client: Client, name: string): Promise<object> {
  const of = { group: "velero.io", version: "v1", namespace: "velero", plural: "schedules", name };
  try {
    const found = (await client.custom.getNamespacedCustomObject(of)) as {
      readonly spec?: { readonly template?: object };
    };
    return found.spec?.template ?? {};
  } catch (error) {
    if (statusOf(error) === 404) return {};
    throw error;
  }
}
