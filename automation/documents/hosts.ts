/** Under which hosts a platform is reached, and by whom, as a table. */
import type { Platform, RouteAccess, RouteRule } from "../../platforms/model/index.ts";
import { code, list, table } from "./markdown.ts";

/** One row for each path of each host. */
export function hosts({ applications: all }: Platform): string {
  return table(
    ["host", "path", "leads to", "time-out", "who may come in, and how much"],
    all.flatMap(({ routes, namespace }) =>
      routes.flatMap(({ host, access, rules }) =>
        rules.map((rule) => [
          code(host),
          code(rule.prefix),
          destinations(rule, namespace),
          `${rule.timeoutSeconds} s`,
          accessInWords(rule, access),
        ]),
      ),
    ),
  );
}

function destinations({ port, service, weights, ...rule }: RouteRule, own: string): string {
  const to = (namespace: string) => code(`${service}.${namespace}:${port}`);
  return weights === undefined
    ? to(rule.namespace ?? own)
    : list(weights.map(({ namespace, weight }) => `${weight} % ${to(namespace)}`));
}

function accessInWords({ prefix }: RouteRule, access: RouteAccess = {}): string {
  const { allowCidrs, cors, login, maxBody, methods, openPrefixes = [], rateLimit } = access;
  return list([
    ...(login === true && !openPrefixes.includes(prefix) ? ["after the login"] : []),
    ...(methods === undefined ? [] : [`${methods.join(", ")} only`]),
    ...(allowCidrs === undefined ? [] : [`from ${allowCidrs.join(", ")}`]),
    ...(rateLimit === undefined
      ? []
      : [
          `${rateLimit.requestsPerSecond} requests a second, bursts of ${rateLimit.burst ?? rateLimit.requestsPerSecond}`,
        ]),
    ...(maxBody === undefined ? [] : [`bodies up to ${maxBody}`]),
    ...(cors === undefined ? [] : [`pages of ${cors.origins.join(", ")}`]),
  ]);
}
