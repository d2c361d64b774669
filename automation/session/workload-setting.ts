/** Where a stack's settings say something of a workload that a command names. */
import type { Settings } from "../../config/index.ts";
import { describePlatforms } from "../../platforms/index.ts";
import type { WorkloadSetting } from "../../platforms/model/index.ts";
import { noSuchWorkload } from "../cluster/choose.ts";
import { badInput } from "../exit.ts";

/**
 * Keys on the way to the setting, from `quint:platforms` on.
 *
 * @param wanted `platform/name`, or `platform/namespace/name` where several namespaces have one of that name.
 * @throws CommandError (bad input) where there is none, or more than one, or no setting for it.
 */
export function settingOf(wanted: string, key: WorkloadSetting, settings: Settings): readonly string[] {
  const { stack } = settings;
  const all = describePlatforms(settings).flatMap(({ name: platform, applications }) =>
    applications.flatMap(({ namespace, workloads }) =>
      workloads.map((workload) => ({
        platform,
        workload,
        short: `${platform}/${workload.name}`,
        long: `${platform}/${namespace}/${workload.name}`,
      })),
    ),
  );
  if (all.length === 0) throw badInput(`${stack} has no platform, and no workload.`);
  const found = all.filter(({ short, long }) => wanted === short || wanted === long);
  const [one] = found;
  if (one === undefined) throw noSuchWorkload(wanted, [...new Set(all.map(({ short }) => short))], stack);
  const { platform, workload } = one;
  if (found.length > 1) {
    const names = found.map(({ long }) => long).join(", ");
    throw badInput(`${stack} has ${found.length} workloads "${wanted}".`, `Say which: ${names}.`);
  }
  const path = workload.settings === undefined ? ["workloads", workload.name, key] : workload.settings[key];
  if (path === undefined) {
    const others = Object.values(workload.settings ?? {}).map((other) => other.join("."));
    throw badInput(
      `No setting says the ${key} of ${one.long} in ${stack}.`,
      `What \`quint:platforms.${platform}\` takes: docs/configuration.md.` +
        (others.length === 0 ? "" : ` Of this workload it says ${others.join(", ")}.`),
    );
  }
  return ["quint:platforms", platform, ...path];
}
