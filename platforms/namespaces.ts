/** The namespaces of a stack: each belongs to one platform. */
import { SettingsError, type Problem } from "../config/index.ts";
import type { Platform } from "./model/index.ts";

/**
 * Refuses a namespace that two platforms want: both would give it quotas, policies and people.
 *
 * @throws SettingsError that names both.
 */
export function refuseSharedNamespaces(platforms: readonly Platform[], stack: string): void {
  const owners = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { name: platform, namespaces, previews } of platforms) {
    for (const { name } of [...namespaces, ...(previews === undefined ? [] : [previews.namespace])]) {
      const owner = owners.get(name);
      if (owner === undefined) owners.set(name, platform);
      else {
        problems.push({
          key: "quint:platforms",
          value: name,
          reason: `is the namespace of platform ${owner} and of platform ${platform}; each has its own`,
          remedy: "another namespace where one can be chosen, e.g. `cancer: { namespace: cancer-mlops }`",
        });
      }
    }
  }
  if (problems.length > 0) throw new SettingsError(problems, `the namespaces of ${stack}`);
}
