/** Finds the workloads that a command names. */
import { closest } from "fastest-levenshtein";
import { badInput, failure, type CommandError } from "../exit.ts";
import type { Workload } from "./workloads.ts";

/**
 * The workloads called `platform/name` (or `platform/namespace/name`, which is one), or all but footprints, which have nothing to restart.
 * @throws CommandError when there is none, or none of that name.
 */
export function chooseWorkloads(
  all: readonly Workload[],
  wanted: string | undefined,
  stack: string,
): readonly Workload[] {
  if (all.length === 0) throw failure(`Nothing of ${stack} is deployed.`, `./quint up ${stack} deploys it.`);
  if (wanted === undefined) return all.filter(({ footprint }) => !footprint);
  const chosen = all.filter(({ platform, namespace, name }) =>
    [`${platform}/${name}`, `${platform}/${namespace}/${name}`].includes(wanted),
  );
  if (chosen.length > 0) return chosen;
  const names = [...new Set(all.map(({ platform, name }) => `${platform}/${name}`))];
  throw noSuchWorkload(wanted, names, stack);
}

/** The error for a workload that is not there, with the one that was most likely meant: `api` is short for one of them. */
export function noSuchWorkload(wanted: string, names: readonly string[], stack: string): CommandError {
  const meant = names.find((name) => name.endsWith(`/${wanted}`)) ?? closest(wanted, names);
  return badInput(
    `${stack} has no workload "${wanted}".`,
    `Did you mean ${meant}? There are: ${names.join(", ")}.`,
  );
}
