/** The hosts of a stack: each belongs to one route. */
import { SettingsError, type Problem } from "../config/index.ts";
import type { Platform, RouteSpec } from "./model/index.ts";

/** A route, and who describes it, as a message names it: `platform cancer (route cancer-mlops)`. */
export interface OwnedRoute {
  readonly by: string;
  readonly route: RouteSpec;
}

/** The routes of platforms. */
export function routesOf(platforms: readonly Platform[]): OwnedRoute[] {
  return platforms.flatMap(({ name, applications }) =>
    applications.flatMap(({ routes }) =>
      routes.map((route) => ({ by: `platform ${name} (route ${route.name})`, route })),
    ),
  );
}

/**
 * Refuses a host that two routes want: the gateway would answer for one of them, and nobody could say which. Hosts that
 * differ in dots and dashes alone are refused, too: their certificates would have one name.
 *
 * @throws SettingsError that names both.
 */
export function refuseSharedHosts(routes: readonly OwnedRoute[], stack: string): void {
  const owners = new Map<string, OwnedRoute>();
  const problems: Problem[] = [];
  for (const owned of routes) {
    const key = owned.route.host.replaceAll(".", "-");
    const owner = owners.get(key);
    if (owner === undefined) {
      owners.set(key, owned);
      continue;
    }
    problems.push({
      key: "quint:platforms",
      value: owned.route.host,
      reason:
        owner.route.host === owned.route.host
          ? `is the host of ${owner.by} and of ${owned.by}; the gateway could lead to one of them only`
          : `is the host of ${owned.by}, and differs from ${owner.route.host} of ${owner.by} in dots and dashes only`,
      remedy: "another host for one of the two, or leave one of them out",
    });
  }
  if (problems.length > 0) throw new SettingsError(problems, `the hosts of ${stack}`);
}
