/** Whom Alertmanager tells what: routes, inhibition, maintenance windows, by settings. Credentials are read from files. */
import type { Value, Values } from "../../config/catalog/mirror.ts";
import type { FoundationOptions } from "../../platforms/model/foundation.ts";

type Alerting = NonNullable<FoundationOptions["alerting"]>;
type Severity = "critical" | "warning";
type Team = Alerting["teams"][keyof Alerting["teams"]];

/** Keys of the Secret that the settings name. */
const receiverKeys = {
  slack: "slack-webhook-url",
  smtp: "smtp-password",
  pagerduty: "pagerduty-routing-key",
  webhook: "pager-webhook-url",
  heartbeat: "heartbeat-url",
} as const;

/** Tells nobody: alerts are shown, and that is all. */
const nobody = "nobody";
const heartbeat = "heartbeat";

/** Alertmanager's configuration. Without settings it groups and inhibits, and tells nobody. */
export function alertmanagerConfig({
  alerting,
  platformNamespaces,
}: Pick<FoundationOptions, "alerting" | "platformNamespaces">): Values {
  return {
    global: { resolve_timeout: "5m", ...(alerting === undefined ? {} : globals(alerting)) },
    route: {
      // What nobody gave a severity that is known here is told like a warning.
      receiver: alerting === undefined ? nobody : receiverName("warning", undefined),
      // One message for all replicas and platforms' namespaces that the same has happened to.
      group_by: ["alertname", "owner", "namespace"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: `${alerting?.repeatHours ?? 4}h`,
      routes: [
        {
          receiver: alerting?.heartbeat === true ? heartbeat : nobody,
          matchers: ['alertname="Watchdog"'],
          group_wait: "0s",
          group_interval: "1m",
          repeat_interval: "5m",
        },
        { receiver: nobody, matchers: ['severity=~"info|none"'] },
        ...(alerting === undefined ? [] : routes(alerting, platformNamespaces)),
      ],
    },
    receivers: [{ name: nobody }, ...(alerting === undefined ? [] : receivers(alerting))],
    inhibit_rules: inhibitions,
    time_intervals: (alerting?.maintenance ?? []).map(({ name, days, from, to, timeZone }) => ({
      name,
      time_intervals: [
        { weekdays: [...days], times: [{ start_time: from, end_time: to }], location: timeZone },
      ],
    })),
    templates: [],
  };
}

/** Where the Secret of the receivers is mounted. */
function fileOf({ secret }: Alerting, key: keyof typeof receiverKeys): string {
  return `/etc/alertmanager/secrets/${secret}/${receiverKeys[key]}`;
}

function globals(alerting: Alerting): Values {
  const { slack, email, teams } = alerting;
  const anySlack = slack !== undefined || Object.values(teams).some((team) => team.slack !== undefined);
  return {
    ...(anySlack ? { slack_api_url_file: fileOf(alerting, "slack") } : {}),
    ...(email === undefined
      ? {}
      : {
          smtp_smarthost: `${email.host}:${email.port}`,
          smtp_from: email.from,
          smtp_require_tls: email.port !== 465,
          ...(email.username === undefined
            ? {}
            : {
                smtp_auth_username: email.username,
                smtp_auth_password_file: fileOf(alerting, "smtp"),
              }),
        }),
  };
}

/** Alerts of a team first: those that name it, and those of charts in its namespaces. Then those of everyone else. */
function routes(
  alerting: Alerting,
  platformNamespaces: Readonly<Record<string, readonly string[]>>,
): Values[] {
  const named = new Set([
    ...Object.keys(alerting.teams),
    ...alerting.maintenance.flatMap(({ platforms = [] }) => platforms),
  ]);
  const own = [...named].flatMap((platform) => {
    const namespaces = platformNamespaces[platform] ?? [];
    return [
      [`owner="${platform}"`],
      ...(namespaces.length === 0 ? [] : [[`owner="foundation"`, `namespace=~"${namespaces.join("|")}"`]]),
    ].map((matchers): Values => ({
      receiver: nobody,
      matchers,
      routes: severityRoutes(alerting, platform),
    }));
  });
  return [...own, ...severityRoutes(alerting, undefined)];
}

function severityRoutes(alerting: Alerting, platform: string | undefined): Values[] {
  const team = platform !== undefined && platform in alerting.teams ? platform : undefined;
  return (["critical", "warning"] as const).map((severity) => {
    const muted = alerting.maintenance
      .filter(({ severities }) => severities.includes(severity))
      .filter(({ platforms }) => platforms === undefined || platforms.some((name) => name === platform))
      .map(({ name }) => name);
    return {
      receiver: receiverName(severity, team),
      matchers: [`severity="${severity}"`],
      ...(muted.length === 0 ? {} : { mute_time_intervals: muted }),
    };
  });
}

function receiverName(severity: Severity, team: string | undefined): string {
  return team === undefined ? severity : `${team}-${severity}`;
}

function receivers(alerting: Alerting): Values[] {
  const teams = [undefined, ...Object.keys(alerting.teams)];
  const each = teams.flatMap((name) =>
    (["critical", "warning"] as const).map((severity) => ({
      name: receiverName(severity, name),
      ...channels(
        alerting,
        severity,
        name === undefined ? undefined : alerting.teams[name as keyof Alerting["teams"]],
      ),
    })),
  );
  return [
    ...each,
    ...(alerting.heartbeat
      ? [
          {
            name: heartbeat,
            webhook_configs: [{ url_file: fileOf(alerting, "heartbeat"), send_resolved: false }],
          },
        ]
      : []),
  ];
}

function channels(alerting: Alerting, severity: Severity, team: Team): Values {
  const slack = team?.slack ?? (team?.email === undefined ? alerting.slack : undefined);
  const to = team?.email?.to ?? (team?.slack === undefined ? alerting.email?.to : undefined);
  return {
    ...(slack === undefined ? {} : { slack_configs: [slackMessage(alerting, slack.channel)] }),
    ...(to === undefined
      ? {}
      : {
          email_configs: to.map((address) => ({
            to: address,
            send_resolved: true,
            headers: { Subject: title },
            text: text(alerting),
            html: "",
          })),
        }),
    ...(severity === "critical" && alerting.pager !== undefined ? pagerConfig(alerting, alerting.pager) : {}),
  };
}

function pagerConfig(alerting: Alerting, pager: NonNullable<Alerting["pager"]>): Values {
  switch (pager.kind) {
    case "pagerduty":
      return {
        pagerduty_configs: [
          {
            routing_key_file: fileOf(alerting, "pagerduty"),
            severity: "critical",
            description: title,
            details: { what: text(alerting) },
            send_resolved: true,
          },
        ],
      };
    case "webhook":
      return { webhook_configs: [{ url_file: fileOf(alerting, "webhook"), send_resolved: true }] };
  }
}

function slackMessage(alerting: Alerting, channel: string): Value {
  return {
    channel: `#${channel}`,
    send_resolved: true,
    color:
      '{{ if eq .Status "firing" }}{{ if eq .CommonLabels.severity "critical" }}danger{{ else }}warning{{ end }}{{ else }}good{{ end }}',
    title,
    text: text(alerting),
  };
}

const title =
  '{{ .Status | toUpper }}{{ if eq .Status "firing" }} ({{ .Alerts.Firing | len }}){{ end }}: {{ .CommonLabels.alertname }}, {{ .CommonLabels.owner }}';

/** A line an alert, with the way to what to do. Alerts of charts bring the address of a runbook themselves. */
function text({ runbooks }: Alerting): string {
  const below = runbooks === undefined ? "" : `${runbooks.replace(/\/$/, "")}/`;
  return [
    "{{ range .Alerts }}{{ .Annotations.summary }}",
    `{{ if .Annotations.runbook }}${below}{{ .Annotations.runbook }}{{ else }}{{ .Annotations.runbook_url }}{{ end }}`,
    "{{ end }}",
  ].join("\n");
}

const inhibit = (
  source: string | readonly string[],
  target: string,
  ...equal: readonly string[]
): Values => ({
  source_matchers: [source].flat(),
  target_matchers: [target],
  equal: [...equal],
});

/** What follows from something worse is not told beside it. */
const inhibitions: readonly Values[] = [
  inhibit('severity="critical"', 'severity=~"warning|info"', "alertname", "owner", "namespace"),
  inhibit(
    'alertname="ErrorBudgetBurnsFast"',
    'alertname="ErrorBudgetBurnsSlowly"',
    "platform",
    "slo",
    "destination_workload",
    "destination_workload_namespace",
  ),
  inhibit('alertname="VolumeFull"', 'alertname="VolumeNearlyFull"', "namespace", "persistentvolumeclaim"),
  inhibit(
    'alertname="CertificateExpires"',
    'alertname=~"CertificateExpiresSoon|CertificateNotReady"',
    "namespace",
    "name",
  ),
  inhibit('alertname="NodeNotReady"', 'alertname=~"NodeUnderPressure|Kube.*"', "node"),
  // Without servers everything else about a store is a matter of course.
  inhibit('alertname="PostgresqlDown"', 'alertname=~"Postgresql.*"', "namespace", "store"),
  inhibit('alertname="CacheDown"', 'alertname=~"Cache.*"', "namespace", "store"),
  inhibit(
    'alertname=~"ObjectStore(Down|WithoutMaster)"',
    'alertname="ObjectStoreFails"',
    "namespace",
    "store",
  ),
  inhibit('alertname="RabbitmqBlocked"', 'alertname="RabbitmqMessagesWait"', "namespace", "store"),
  // One that has a name of its own for what happens to every Deployment.
  inhibit(
    'alertname=~"(ClinicalGateway|ModelServing|Opa)Down|ChestXrayHealthCheckFailing"',
    'alertname="DeploymentDown"',
    "namespace",
    "deployment",
  ),
  inhibit('alertname="ChestXrayDeploymentFailed"', 'alertname="DeploymentFailed"', "namespace", "deployment"),
  // It repeats another one, for those who watch a rollback.
  inhibit(
    ['severity="critical"', 'alertname!~"ChestXray.*"'],
    'alertname="ChestXrayCriticalAlert"',
    "namespace",
  ),
];
