/** `quint restore`: a platform as it was at a point in time, in another namespace or in place. */
import { Command, Option } from "commander";
import { badInput } from "../exit.ts";
import { projectRoot } from "../paths.ts";
import { platformArgument } from "./delivery-options.ts";
import {
  recoveryOf,
  recoveryHelp,
  recoveryOptions,
  simulatedSkip,
  type RecoveryOptions,
} from "./recovery-options.ts";
import { examples, overridesOf } from "./shared-options.ts";

interface RestoreOptions extends RecoveryOptions {
  readonly at?: string;
  readonly to?: string;
  readonly namespace?: string;
  readonly force?: boolean;
  readonly abort?: boolean;
  readonly confirm?: string;
  readonly reason?: string;
  readonly emergency?: boolean;
  readonly store?: readonly string[];
}

export function restoreCommand(): Command {
  const command = recoveryOptions(
    new Command("restore")
      .summary("bring a platform back as it was at a point in time")
      .description(
        "--to NAMESPACE: Velero restores the newest copy before the time into that namespace, and a database server is made " +
          "there from each archive, at the time; the platform itself is not touched. Of a platform with several namespaces each " +
          "goes into one of its own, NAMESPACE-<its name>; --namespace chooses one of them, which goes into NAMESPACE.\n\n" +
          "--to in-place: the settings say where database servers begin, the servers are removed and made anew from their " +
          "archives, Velero brings back what is missing of the namespaces and overwrites nothing, and the platform is deployed. " +
          "Data that is newer than the time is lost: servers that are there are refused without --force.\n\n" +
          "--at latest: all that is archived. A server's log is replayed to its end, which a time after the last archived commit " +
          "never reaches; dumps, mirrors and Velero's copy are the newest whole ones from before the restore began. What a server " +
          "has not archived yet is lost.\n\n" +
          "In place where Argo CD delivers: a delivery like any other, with its sync windows, a clean working tree, and the right " +
          "to sign and push, all of it checked first. The automated sync of the servers' Applications is paused, the settings are " +
          "committed and pushed, the servers removed; then those Applications are synced, the servers awaited, and the automated " +
          "sync is given back as it was.\n\n" +
          "Dumps and mirrors (Valkey, Neo4j, Kafka, objects) are loaded in place after that, the newest that is not younger than the " +
          "time; a store that holds something stays as it is without --force. --store NAME loads that store alone. An " +
          "interrupted restore goes on where it stood when the same command is run again. --abort gives it up: the settings, their " +
          "commit and the automated sync are put back as they were, but for servers that were removed already; it says what stays. " +
          "On a simulated cluster the API server looks at every request; nothing is carried out.",
      )
      .addArgument(platformArgument())
      .option("--at <time>", "point in time, with its zone, e.g. 2026-11-20T10:15:00Z; or latest")
      .option("--to <where>", "a new namespace, or in-place")
      .option("--namespace <name>", "with --to NAMESPACE: the one of the platform's namespaces to restore")
      .option("--force", "lose what servers and stores that are still there hold")
      .addOption(
        new Option(
          "--store <name>",
          "in place: load the dump or mirror of this store alone (repeatable)",
        ).argParser((name: string, before: readonly string[] | undefined): readonly string[] => [
          ...(before ?? []),
          name,
        ]),
      )
      .addOption(
        new Option("--abort", "give up the restore that is unfinished").conflicts([
          "at",
          "to",
          "namespace",
          "force",
          "store",
        ]),
      )
      .option("--confirm <platform>", "the platform's name, typed beforehand")
      .option("--reason <text>", "why; written into the history and the commit")
      .option("--emergency", "in place by GitOps: pass over sync windows and approval; needs --reason"),
  ).action(restore);
  return examples(command, [
    ["./quint restore clinical-trials --at 2026-11-20T10:15:00Z --to clinical-look", "beside it, to look"],
    [
      "./quint restore chest-xray --at 2026-11-20T10:15:00Z --to look --namespace production-blue",
      "one of several namespaces",
    ],
    [
      "./quint restore health-data --stack production --at 2026-11-20T10:15:00Z --to in-place --force",
      "back to before a bad migration",
    ],
    [
      "./quint restore health-data --stack production --at latest --to in-place",
      "all that is archived, after a server was lost",
    ],
    [
      "./quint restore clinical-trials --stack production --at 2026-11-20T10:15:00Z --to in-place --store object-store",
      "objects that were lost",
    ],
    ["./quint restore health-data --stack production --abort", "give up what was left unfinished"],
  ]).addHelpText(
    "after",
    recoveryHelp({
      0: "restored, or given up; or, where nothing can be, looked at",
      1: "a step failed: the same command goes on with it, --abort gives it up",
      2: "wrong arguments or settings; nothing was started",
      3: "refused (newer data, window, Git, another restore) or declined; nothing was changed",
    }),
  );
}

async function restore(name: string, options: RestoreOptions): Promise<void> {
  const { at, to, abort = false } = options;
  if (!abort && (at === undefined || to === undefined))
    throw badInput(
      `${at === undefined ? "--at <time>" : "--to <where>"} is missing.`,
      "--at and --to say what is restored where; --abort alone gives up what is unfinished.",
    );
  const { abortRestore } = await import("../recovery/abort.ts");
  const { restorePlatform } = await import("../recovery/run.ts");
  const { openContext } = await import("../delivery/context.ts");
  const { reaching } = await import("../cluster/access.ts");
  const { client, access, really, folder } = await recoveryOf(name, options);
  const context = openContext(projectRoot, options.stack, name, overridesOf(options));
  const opened = { context, client, access, really, folder };
  const asked =
    at === undefined || to === undefined
      ? () => abortRestore(opened, options)
      : () => restorePlatform(opened, { ...options, at, to }, simulatedSkip);
  await reaching(access, asked);
}
