/** Whom alerts are told, and when they are not: Alertmanager. Credentials by the name of their Secret. */
import { z } from "zod";
import { platformNames } from "./platforms.ts";
import { dnsSubdomain } from "./names.ts";
import { timeZone } from "./platforms/time-zone.ts";

const channel = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,79}$/, "is not the name of a channel, without `#`")
  .describe("Channel, without `#`.")
  .meta({ examples: ["alerts"] });

const recipients = z
  .array(z.email().meta({ examples: ["on-call@example.com"] }))
  .min(1)
  .max(20)
  .describe("Recipients.");

const slack = z
  .strictObject({ channel })
  .describe("Slack, by an incoming webhook: its address is the Secret's key `slack-webhook-url`.")
  .meta({ examples: [{ channel: "alerts" }] });

/** Those that Alertmanager may reach. */
const mailPort = z.literal([587, 465, 25]);

const email = z
  .strictObject({
    host: dnsSubdomain.describe("SMTP server.").meta({ examples: ["smtp.example.com"] }),
    port: mailPort.default(587).describe("Its port: 587, 465 or 25."),
    from: z
      .email()
      .describe("Sender.")
      .meta({ examples: ["alerts@example.com"] }),
    username: z
      .string()
      .min(1)
      .optional()
      .describe(
        "User of the SMTP server; the password is the Secret's key `smtp-password`. Left out: no login.",
      )
      .meta({ examples: ["alerts@example.com"] }),
    to: recipients,
  })
  .describe("E-mail.");

const pager = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z
          .literal("pagerduty")
          .describe(
            "PagerDuty (Events API v2): the routing key is the Secret's key `pagerduty-routing-key`.",
          ),
      })
      .describe("PagerDuty."),
    z
      .strictObject({
        kind: z
          .literal("webhook")
          .describe(
            "Whatever takes Alertmanager's webhook: its address is the Secret's key `pager-webhook-url`.",
          ),
      })
      .describe("A webhook."),
  ])
  .describe("Wakes somebody, for critical alerts alone.")
  .meta({ examples: [{ kind: "pagerduty" }] });

const clock = z
  .string()
  .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$/, "is not a time of day, `00:00` to `24:00`");

const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

const maintenance = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "is not a name in lower case, with dashes")
      .describe("Name of the window, its own among all.")
      .meta({ examples: ["sunday-night"] }),
    days: z
      .array(z.enum(weekdays))
      .min(1)
      .max(7)
      .describe("Weekdays, in the window's time zone.")
      .meta({ examples: [["sunday"]] }),
    from: clock.describe("Begin.").meta({ examples: ["02:00"] }),
    to: clock
      .describe("End, on the same day; `24:00` is its end. One across midnight is two windows.")
      .meta({ examples: ["05:00"] }),
    timeZone: timeZone.describe("Time zone of days and times."),
    severities: z
      .array(z.enum(["critical", "warning"]))
      .min(1)
      .max(2)
      .default(["warning"])
      .describe(
        "What is told nobody in the window. Left out: warnings; what is critical still wakes somebody.",
      ),
    platforms: z
      .array(z.enum(platformNames))
      .min(1)
      .optional()
      .describe("Platforms that it is for. Left out: everything.")
      .meta({ examples: [["chest-xray"]] }),
  })
  .describe(
    "A time in which alerts are told nobody. They still fire, and are told after it if they have not ended.",
  )
  .meta({ examples: [{ name: "sunday-night", days: ["sunday"], from: "02:00", to: "05:00" }] });

const team = z
  .strictObject({
    slack: slack.optional(),
    email: z
      .strictObject({ to: recipients })
      .optional()
      .describe("Recipients of their own; server and sender are those of `alerting.email`."),
  })
  .describe("People of one platform, told in place of everyone else. The pager is one for all.");

export const alerting = z
  .strictObject({
    secret: dnsSubdomain
      .default("alertmanager-receivers")
      .describe(
        "Name of the Secret in `platform-monitoring` with the keys that the receivers below name, as far as they are used.",
      )
      .meta({ examples: ["alertmanager-receivers"] }),
    slack: slack.optional(),
    email: email.optional(),
    pager: pager.optional(),
    heartbeat: z
      .boolean()
      .default(false)
      .describe(
        "Dead man's switch: an alert that always fires calls the address in the Secret's key `heartbeat-url` every five minutes. Who gets no call for longer raises the alarm that the cluster cannot raise.",
      ),
    teams: z
      .partialRecord(z.enum([...platformNames, "foundation"]), team)
      .default({})
      .describe("Whom alerts of one platform are told, by the platform's name.")
      .meta({ examples: [{ "chest-xray": { slack: { channel: "chest-xray-alerts" } } }] }),
    maintenance: z.array(maintenance).max(50).default([]).describe("Times in which alerts are told nobody."),
    repeatHours: z
      .int()
      .min(1)
      .max(168)
      .default(4)
      .describe("Hours after which an alert that still fires is told again."),
    runbooks: z
      .url({ protocol: /^https$/, error: "is not an https address" })
      .optional()
      .describe(
        "Where people read the files of this repository; messages link the runbook below it. Left out: they name its file.",
      )
      .meta({ examples: ["https://github.com/your-organization/quint/blob/main"] }),
  })
  .describe("Whom Alertmanager tells. Left out: nobody; alerts are shown in Grafana and Alertmanager alone.")
  .meta({ examples: [{ slack: { channel: "alerts" }, pager: { kind: "pagerduty" }, heartbeat: true }] });
