/** A backup before a delivery, where the platform asks for one: Velero copies its namespaces first. */
import { setTimeout as sleep } from "node:timers/promises";
import type { BackupsSpec, Platform } from "../../platforms/model/index.ts";
import { labels, statusOf, type Client } from "../cluster/access.ts";
import { backupLabels, scheduleTemplate } from "../cluster/velero.ts";
import type { Report } from "../console/steps.ts";
import { failure } from "../exit.ts";

/** Where Velero and its objects are. */
const velero = { group: "velero.io", version: "v1", namespace: "velero", plural: "backups" } as const;

/** Longer, in seconds, and something is wrong with it. */
const patience = 1_800;
const lookAgain = 2_000;

interface BackupStatus {
  readonly phase?: string;
  readonly failureReason?: string;
  readonly validationErrors?: readonly string[];
}

const failed = new Set(["Failed", "PartiallyFailed", "FailedValidation", "FinalizingPartiallyFailed"]);

/**
 * Makes the backup and waits for it. Returns its name.
 * @param name of the operation: a second one of the same name is the first one, which is waited for.
 * @throws CommandError where it fails, or takes too long.
 */
export async function backUp(
  client: Client,
  platform: Pick<Platform, "name"> & { readonly backups: BackupsSpec },
  name: string,
  report: Report,
): Promise<string> {
  const { schedules } = platform.backups;
  const includedNamespaces = [...new Set(schedules.flatMap(({ namespaces }) => namespaces))];
  const template = await scheduleTemplate(client, `${platform.name}-${schedules[0]?.name ?? ""}`);
  await client.custom
    .createNamespacedCustomObject({
      ...velero,
      body: {
        apiVersion: `${velero.group}/${velero.version}`,
        kind: "Backup",
        metadata: {
          name,
          labels: {
            [labels.managedBy]: "quint",
            [labels.platform]: platform.name,
            [backupLabels.platform]: platform.name,
            [backupLabels.schedule]: "before-delivery",
          },
        },
        // Two weeks: as long as anybody would go back past this delivery.
        spec: { ...template, includedNamespaces, ttl: "336h0m0s" },
      },
    })
    .catch((error: unknown) => {
      if (statusOf(error) !== 409) throw error;
    });
  const deadline = Date.now() + patience * 1000;
  for (;;) {
    const { status = {} } = (await client.custom.getNamespacedCustomObject({ ...velero, name })) as {
      status?: BackupStatus;
    };
    const { phase = "New", failureReason, validationErrors = [] } = status;
    if (phase === "Completed") return name;
    if (failed.has(phase)) {
      const why = failureReason ?? validationErrors.join("; ");
      throw failure(
        `The backup before the delivery ended as ${phase}${why === "" ? "" : `: ${why}`}. Nothing was changed.`,
        `velero backup describe ${name} --details tells more.`,
      );
    }
    if (Date.now() > deadline)
      throw failure(`The backup ${name} is ${phase} after ${patience} s. Nothing was changed.`);
    report(`${name}: ${phase}`);
    await sleep(lookAgain);
  }
}
