/** `quint restore`: a platform as it was at a point in time, in another namespace or in place. */
import { Command, Option } from "commander";
import { editStack } from "../../config/index.ts";
import type { RecoverySpec } from "../../platforms/model/index.ts";
import { badInput, declined } from "../exit.ts";
import { projectRoot } from "../paths.ts";
import { platformArgument } from "./delivery-options.ts";
import {
  recoveryOf,
  recoveryHelp,
  recoveryOptions,
  simulatedSkip,
  type Recovery,
  type RecoveryOptions,
} from "./recovery-options.ts";
import { examples, overridesOf } from "./shared-options.ts";

interface RestoreOptions extends RecoveryOptions {
  readonly at: string;
  readonly to: string;
  readonly force?: boolean;
  readonly confirm?: string;
  readonly store?: readonly string[];
}

export function restoreCommand(): Command {
  const command = recoveryOptions(
    new Command("restore")
      .summary("bring a platform back as it was at a point in time")
      .description(
        "--to NAMESPACE: Velero restores the newest copy before the time into that namespace, and a database server is made " +
          "there from each archive, at the time; the platform itself is not touched.\n\n" +
          "--to in-place: the settings say where database servers begin, the servers are removed and made anew from their " +
          "archives, Velero brings back what is missing of the namespaces and overwrites nothing, and the platform is deployed. " +
          "Data that is newer than the time is lost: servers that are there are refused without --force. Where Argo CD delivers it is refused: docs/backup.md has the steps.\n\n" +
          "Dumps and mirrors (Valkey, Neo4j, Kafka, objects) are loaded in place after that, the newest that is not younger than the " +
          "time; a store that holds something stays as it is without --force. --store NAME restores that store alone. An " +
          "interrupted restore goes on where it stood when the same command is run again. On a simulated cluster the API " +
          "server looks at every request; nothing is carried out.",
      )
      .addArgument(platformArgument())
      .requiredOption("--at <time>", "point in time, with its zone, e.g. 2026-11-20T10:15:00Z")
      .requiredOption("--to <where>", "a namespace, or in-place")
      .option("--force", "lose what servers and stores that are still there hold")
      .addOption(
        new Option("--store <name>", "in place, this store alone (repeatable)").argParser(
          (name: string, before: readonly string[] | undefined): readonly string[] => [
            ...(before ?? []),
            name,
          ],
        ),
      )
      .option("--confirm <platform>", "the platform's name, typed beforehand"),
  ).action(restore);
  return examples(command, [
    ["./quint restore clinical-trials --at 2026-11-20T10:15:00Z --to clinical-look", "beside it, to look"],
    [
      "./quint restore health-data --stack production --at 2026-11-20T10:15:00Z --to in-place --force",
      "back to before a bad migration",
    ],
    [
      "./quint restore clinical-trials --stack production --at 2026-11-20T10:15:00Z --to in-place --store clinical-data",
      "objects that were lost",
    ],
  ]).addHelpText(
    "after",
    recoveryHelp({
      0: "restored; or, where nothing can be, looked at",
      1: "a step failed: the same command goes on with it",
      2: "wrong arguments or settings; nothing was started",
      3: "refused (newer data, another restore) or declined; nothing was changed",
    }),
  );
}

async function restore(name: string, options: RestoreOptions): Promise<void> {
  const { begin, journalIn, removeRestoreJournal, writeRestoreJournal } =
    await import("../recovery/journal.ts");
  const { copyBefore, inPlace, newerData, pointInTime, refuseUnderGitops, refuseUsed, restoreSteps } =
    await import("../recovery/restore.ts");
  const { loadSteps, onlyStores } = await import("../recovery/loads.ts");
  const { reaching } = await import("../cluster/access.ts");
  const { quietSteps, runSteps } = await import("../console/steps.ts");
  const { note, say } = await import("../console/terminal.ts");
  const at = pointInTime(options.at, new Date());
  const { to } = options;
  if (to !== inPlace && !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(to))
    throw badInput(
      `--to ${to} is no name of a namespace.`,
      "Small letters, digits and hyphens; or in-place.",
    );
  const stores = options.store;
  if (stores !== undefined && to !== inPlace)
    throw badInput(
      `--store goes with --to ${inPlace}.`,
      "Beside the platform database servers alone are made.",
    );
  const opened = await recoveryOf(name, options);
  const { client, access, really } = opened;
  const platform = stores === undefined ? opened.platform : onlyStores(opened.platform, stores);
  if (to !== inPlace && platform.namespaces.some((namespace) => namespace.name === to))
    throw badInput(`${to} is a namespace of ${name} itself.`, "Name another one, or --to in-place.");
  refuseUnderGitops(opened.settings.delivery, { platform, to, really });
  if (options.json === true) quietSteps();

  const file = journalIn(opened.folder);
  const now = new Date();
  // As it is written on the command line.
  const where = [to, ...(stores ?? []).map((store) => `--store ${store}`)].join(" ");
  const journal = begin(file, { platform: name, at: at.toISOString(), to: where }, now);
  const isNew = journal.begun === now.toISOString();
  if (to !== inPlace && isNew) await reaching(access, () => refuseUsed(client, to));
  const goesOn = journal.done.length > 0;
  const newer = to === inPlace && !goesOn ? await reaching(access, () => newerData(client, platform)) : [];
  if (newer.length > 0 && options.force !== true) {
    throw declined(
      `${newer.join(", ")} of ${name}: there, and what they hold may be newer than ${at.toISOString()}. Nothing was changed.`,
      "To lose it: --force. To look first: --to NAMESPACE.",
    );
  }
  const copy = stores === undefined ? await reaching(access, () => copyBefore(client, name, at)) : undefined;
  if (copy === undefined && stores === undefined)
    note(`Velero has no copy of ${name} from before ${at.toISOString()}: its namespaces are left out.`);
  if (really && !goesOn) await confirmed(name, options.confirm);

  const begun = new Date(journal.begun);
  const args = { platform, at, to, begun, really };
  const force = options.force === true;
  const steps = [
    ...restoreSteps(client, args, copy, sessionOf(opened, options)),
    ...(to === inPlace ? loadSteps(client, { ...args, force, named: stores !== undefined }) : []),
  ];
  const done: string[] = [];
  if (really) writeRestoreJournal(file, journal);
  await runSteps(
    steps
      .filter(({ id }) => !journal.done.includes(id))
      .map(({ id, title, run }) => ({
        title,
        run: async (report) => {
          const words = await run(report);
          done.push(`${title}: ${words}`);
          journal.done.push(id);
          if (really) writeRestoreJournal(file, journal);
          return words;
        },
      })),
  );
  removeRestoreJournal(file);
  const skipped = really ? [] : [simulatedSkip];
  if (options.json === true)
    say(
      JSON.stringify({ version: 1, platform: name, at, to, copy: copy ?? null, done, skipped }, undefined, 2),
    );
  else for (const line of skipped) note(line);
}

/** Has the platform's name typed, so that no habit answers. */
async function confirmed(platform: string, given: string | undefined): Promise<void> {
  const { ask, isInteractive } = await import("../console/terminal.ts");
  if (given === platform) return;
  if (given !== undefined) throw declined(`"${given}" is not ${platform}; nothing was changed.`);
  if (!isInteractive())
    throw declined(
      "A restore is confirmed by the platform's name; nothing was changed.",
      `Add --confirm ${platform}.`,
    );
  if ((await ask(`Type the name of the platform to restore it:`)) !== platform)
    throw declined("Nothing was changed.");
}

function sessionOf({ platform }: Recovery, { stack, ...options }: RestoreOptions) {
  return {
    begin: (points: Readonly<Record<string, RecoverySpec>>): void => {
      for (const [server, value] of Object.entries(points)) {
        const path = ["quint:platforms", platform.name, "recoverFrom", server];
        editStack({ root: projectRoot, stack, path, value });
      }
    },
    deploy: async (): Promise<void> => {
      const { withSession } = await import("../session/session.ts");
      const { deploy } = await import("../session/deploy.ts");
      const of = {
        root: projectRoot,
        stack,
        overrides: overridesOf(options),
        command: "restore",
        cluster: "start",
      } as const;
      await withSession(of, (session) =>
        deploy(session, {
          yes: true,
          verbose: false,
          quiet: true,
          onBegin: () => undefined,
          message: `restore ${platform.name}`,
        }),
      );
    },
  };
}
