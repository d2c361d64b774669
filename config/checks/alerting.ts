/** Whom alerts are told: somebody, and by a way that is there. */
import type { Finding } from "../issues.ts";
import { check, type Check } from "./check.ts";

const at = (...path: readonly PropertyKey[]) => ["foundation", "alerting", ...path];

const somebodyIsTold = check(
  "`foundation.alerting` names a receiver, and one for what is critical.",
  ["foundation"],
  ({ foundation: { alerting } }): Finding[] =>
    alerting !== undefined &&
    alerting.slack === undefined &&
    alerting.email === undefined &&
    alerting.pager === undefined
      ? [
          {
            path: at(),
            reason: "names no receiver, and alerts would be told nobody",
            remedy: "`slack: { channel: alerts }`, `email` or `pager`; or leave `alerting` out",
          },
        ]
      : [],
);

const mailServerForTeams = check(
  "Recipients of a platform's own need the mail server of `foundation.alerting.email`.",
  ["foundation"],
  ({ foundation: { alerting } }): Finding[] =>
    Object.entries(alerting?.teams ?? {}).flatMap(([team, { email }]) =>
      email !== undefined && alerting?.email === undefined
        ? [
            {
              path: at("teams", team, "email"),
              reason: "has recipients, and no mail server is named that would take the message",
              remedy: "`foundation.alerting.email` with `host`, `from` and `to`",
            },
          ]
        : [],
    ),
);

const deployedTeams = check(
  "Teams and maintenance windows name platforms of the stack.",
  ["foundation", "platforms"],
  ({ foundation: { alerting }, platforms }): Finding[] => {
    const deployed = new Set<string>(["foundation", ...Object.keys(platforms)]);
    const unknown = (path: readonly PropertyKey[], name: string): Finding[] =>
      deployed.has(name)
        ? []
        : [
            {
              path,
              value: name,
              reason: "is a platform that this stack does not deploy",
              remedy: `one of ${[...deployed].map((each) => `\`${each}\``).join(", ")}, or leave it out`,
            },
          ];
    return [
      ...Object.keys(alerting?.teams ?? {}).flatMap((team) => unknown(at("teams", team), team)),
      ...(alerting?.maintenance ?? []).flatMap(({ platforms: named = [] }, index) =>
        named.flatMap((name, place) => unknown(at("maintenance", index, "platforms", place), name)),
      ),
    ];
  },
);

const windows = check(
  "A maintenance window ends after it begins, and has a name of its own.",
  ["foundation"],
  ({ foundation: { alerting } }): Finding[] => {
    const names = new Set<string>();
    return (alerting?.maintenance ?? []).flatMap(({ name, from, to }, index): Finding[] => {
      const again = names.has(name);
      names.add(name);
      return [
        ...(from < to
          ? []
          : [
              {
                path: at("maintenance", index, "to"),
                reason: `is not after \`from\` (${from}), and a window ends on the day on which it begins`,
                remedy: `two windows: one from ${from} to 24:00, and one from 00:00 to ${to} on the days after`,
              },
            ]),
        ...(again
          ? [
              {
                path: at("maintenance", index, "name"),
                reason: "is the name of another window, too",
                remedy: `another name, e.g. \`${name}-2\``,
              },
            ]
          : []),
      ];
    });
  },
);

export const alertingChecks: readonly Check[] = [somebodyIsTold, mailServerForTeams, deployedTeams, windows];
