/** Dumps and mirrors in a restore: each is loaded by a run of the CronJob that stands beside its store (services/recovery). */
import { setTimeout as sleep } from "node:timers/promises";
import {
  backupJobOf,
  restoreJobOf,
  type DataServiceSpec,
  type Platform,
} from "../../platforms/model/index.ts";
import { statusOf, type Client } from "../cluster/access.ts";
import type { Report } from "../console/steps.ts";
import { badInput, CommandError, declined, failure } from "../exit.ts";
import { carryOut, jobOf } from "./carry-out.ts";
import type { RestoreJournal } from "./journal.ts";
import { inPlace } from "./places.ts";
import { dataOf, stamp, type ClusterObject } from "./requests.ts";
import type { RestoreArgs, RestoreStep } from "./step.ts";

/** Exit code of a loader that finds what would be lost; it has changed nothing. */
const refused = 3;
const lookAgain = 2_000;

/** Of the step, in the journal. */
const loadOf = (namespace: string, store: string): string => `load ${namespace}/${store}`;

/** Stores with a dump or a mirror. */
const dumped = (platform: Platform) => dataOf(platform).filter(({ spec }) => backupJobOf(spec) !== undefined);

/**
 * The platform with those of its stores alone that are to be loaded, and without its namespaces.
 * @throws CommandError (bad input) for a store that has no dump or mirror, and anywhere but in place.
 */
export function onlyStores(platform: Platform, stores: readonly string[], to: string): Platform {
  if (to !== inPlace)
    throw badInput(
      `--store goes with --to ${inPlace}.`,
      "Beside a platform database servers alone are made.",
    );
  const known = [...new Set(dumped(platform).map(({ spec }) => spec.name))];
  const unknown = stores.filter((store) => !known.includes(store));
  if (unknown.length > 0) {
    throw badInput(
      `${platform.name} has no dump or mirror of ${unknown.join(", ")}.`,
      known.length === 0 ? "None of its stores has one." : `Its stores with one: ${known.join(", ")}.`,
      "Database servers begin anew from their archives with the whole platform: leave --store out.",
    );
  }
  const { backups: _namespaces, ...rest } = platform;
  return {
    ...rest,
    applications: platform.applications.map((application) => ({
      ...application,
      data: (application.data ?? []).filter(
        (spec) => backupJobOf(spec) !== undefined && stores.includes(spec.name),
      ),
    })),
  };
}

export interface LoadArgs extends RestoreArgs {
  /** Whether what stores hold may be lost. */
  readonly force: boolean;
  /** Whether the stores were asked for by name: one that cannot be loaded is a failure then. */
  readonly named: boolean;
}

/** A step for each store with a dump or a mirror, in place; the stores are there before it. */
export function loadSteps(client: Client, args: LoadArgs): readonly RestoreStep[] {
  return dumped(args.platform).map(({ namespace, spec }) => ({
    id: loadOf(namespace, spec.name),
    title: `${spec.kind} ${namespace}/${spec.name}`,
    touches: true,
    run: (report) => loadStore(client, args, { namespace, spec }, report),
  }));
}

/** Stores that are loaded, or, where the restore was interrupted, in part. */
export function loadedStores(
  platform: Platform,
  { touched = [] }: Pick<RestoreJournal, "touched">,
): readonly string[] {
  return dumped(platform)
    .filter(({ namespace, spec }) => touched.includes(loadOf(namespace, spec.name)))
    .map(({ namespace, spec }) => `${namespace}/${spec.name}`);
}

async function loadStore(
  client: Client,
  args: LoadArgs,
  { namespace, spec }: { readonly namespace: string; readonly spec: DataServiceSpec },
  report: Report,
): Promise<string> {
  const { at, begun, force, named, really } = args;
  const notLoaded = (why: string, remedy: string): string => {
    if (named) throw failure(`${namespace}/${spec.name} is not loaded: ${why}.`, remedy);
    return `not loaded: ${why}. ${remedy}`;
  };
  const job = restoreJobOf(spec);
  if (job === undefined)
    return notLoaded("the stack has no image of the loader", "Name one in quint:images.recovery.");
  const template = await jobOf(client, { name: job.name, namespace });
  if (template === undefined)
    return notLoaded(
      `${namespace} has no CronJob ${job.name}`,
      "./quint up makes it where the cluster has a bucket for backups (docs/backup.md); then load it by --store.",
    );
  const words = ["--at", at.toISOString(), ...(force ? ["--force"] : [])];
  const object = withWords(template, `${job.name}-${stamp(begun)}`, words);
  if (really) await removeFailed(client, object);
  try {
    const { object: name, result } = await carryOut(client, { title: spec.name, object }, really, report);
    if (!really) return `${name} ${result}: nothing was loaded`;
    return (await lastWords(client, object))?.words ?? `${name} ${result}`;
  } catch (error) {
    const ended = error instanceof CommandError ? await lastWords(client, object) : undefined;
    if (ended === undefined) throw error;
    if (ended.code !== refused) throw failure(`${namespace}/${spec.name}: ${ended.words}`);
    if (named) throw declined(`${namespace}/${spec.name}: ${ended.words}`, "To lose that: --force.");
    return `left as it is: ${ended.words}`;
  }
}

interface JobSpec {
  readonly template: {
    readonly spec: { readonly containers: readonly { readonly args?: readonly string[] }[] };
  };
}

/** The job under its name, with more arguments. */
function withWords(object: ClusterObject, name: string, words: readonly string[]): ClusterObject {
  const spec = object.spec as JobSpec;
  const [loader, ...others] = spec.template.spec.containers;
  const containers = [{ ...loader, args: [...(loader?.args ?? []), ...words] }, ...others];
  const template = { ...spec.template, spec: { ...spec.template.spec, containers } };
  return { ...object, metadata: { ...object.metadata, name }, spec: { ...spec, template } };
}

/** A run that failed before stands where the next one of its name would be. */
async function removeFailed({ batch }: Client, { metadata }: ClusterObject): Promise<void> {
  const { name, namespace } = metadata;
  const found = async () => {
    try {
      return await batch.readNamespacedJob({ name, namespace });
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  };
  const conditions = (await found())?.status?.conditions ?? [];
  if (!conditions.some(({ type, status }) => type === "Failed" && status === "True")) return;
  await batch.deleteNamespacedJob({ name, namespace, propagationPolicy: "Foreground" });
  while ((await found()) !== undefined) await sleep(lookAgain);
}

/** How the newest pod of a job ended, and what it left behind; nothing where that is not known. */
async function lastWords(
  { core }: Client,
  { metadata: { name, namespace } }: ClusterObject,
): Promise<{ readonly code: number; readonly words: string } | undefined> {
  const { items } = await core.listNamespacedPod({ namespace, labelSelector: `job-name=${name}` });
  const ended = items.flatMap(({ status }) =>
    (status?.containerStatuses ?? []).flatMap(({ state }) => state?.terminated ?? []),
  );
  const last = ended.find(({ message }) => message !== undefined && message !== "");
  return last && { code: last.exitCode, words: last.message ?? "" };
}
