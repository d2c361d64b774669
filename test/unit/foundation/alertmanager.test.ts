/** What Alertmanager is told beside its routes: receivers without a value in them, maintenance, what is told beside what. */
import assert from "node:assert/strict";
import { alertmanagerConfig } from "../../../components/foundation/alertmanager.ts";
import { alerting } from "../../../config/schema/alerting.ts";
import { at } from "../../support/objects.ts";
import { alertsOf } from "../../support/rules.ts";

const config = (settings?: object) =>
  alertmanagerConfig({
    alerting: settings && alerting.parse(settings),
    platformNamespaces: { "chest-xray": ["production-blue"] },
  });
interface Receiver {
  readonly name: string;
  readonly [kind: string]: unknown;
}
const receiver = (of: object, name: string) =>
  (at(of, "receivers") as Receiver[]).find((each) => each.name === name);

describe("Alertmanager's configuration", () => {
  it("tells nobody without settings, and groups what belongs together", () => {
    const plain = config();
    assert.deepEqual(at(plain, "receivers"), [{ name: "nobody" }]);
    assert.deepEqual(at(plain, "route.group_by"), ["alertname", "owner", "namespace"]);
  });

  it("reads every credential from the Secret's files", () => {
    const told = config({
      secret: "receivers",
      slack: { channel: "alerts" },
      email: { host: "smtp.example.com", from: "a@example.com", username: "a", to: ["b@example.com"] },
      pager: { kind: "pagerduty" },
      heartbeat: true,
    });
    const folder = "/etc/alertmanager/secrets/receivers";
    assert.equal(at(told, "global.slack_api_url_file"), `${folder}/slack-webhook-url`);
    assert.equal(at(told, "global.smtp_auth_password_file"), `${folder}/smtp-password`);
    assert.equal(
      at(receiver(told, "critical"), "pagerduty_configs.0.routing_key_file"),
      `${folder}/pagerduty-routing-key`,
    );
    assert.equal(at(receiver(told, "heartbeat"), "webhook_configs.0.url_file"), `${folder}/heartbeat-url`);
    assert.doesNotMatch(JSON.stringify(told), /"(api_url|auth_password|routing_key|service_key|url)":/);
  });

  it("wakes for what is critical alone", () => {
    const told = config({ slack: { channel: "alerts" }, pager: { kind: "webhook" } });
    assert.ok(receiver(told, "critical")?.webhook_configs);
    assert.deepEqual(Object.keys(receiver(told, "warning") ?? {}), ["name", "slack_configs"]);
  });

  it("tells a platform's people in place of everyone, and pages all the same", () => {
    const told = config({
      slack: { channel: "alerts" },
      pager: { kind: "pagerduty" },
      teams: { "chest-xray": { slack: { channel: "xray" } } },
    });
    assert.equal(at(receiver(told, "chest-xray-warning"), "slack_configs.0.channel"), "#xray");
    assert.ok(receiver(told, "chest-xray-critical")?.pagerduty_configs);
    assert.equal(at(receiver(told, "warning"), "slack_configs.0.channel"), "#alerts");
  });

  it("is silent in maintenance windows, in their time zone, for what and whom they name", () => {
    const window = { days: ["sunday"], from: "02:00", to: "05:00" };
    const told = config({
      slack: { channel: "alerts" },
      maintenance: [
        { ...window, name: "all", timeZone: "Europe/Berlin" },
        { ...window, name: "xray", severities: ["critical"], platforms: ["chest-xray"] },
      ],
    });
    assert.deepEqual(at(told, "time_intervals.0"), {
      name: "all",
      time_intervals: [
        {
          weekdays: ["sunday"],
          times: [{ start_time: "02:00", end_time: "05:00" }],
          location: "Europe/Berlin",
        },
      ],
    });
    assert.equal(at(told, "time_intervals.1.time_intervals.0.location"), "Etc/UTC");
    const routes = at(told, "route.routes") as {
      matchers: string[];
      routes?: object[];
      mute_time_intervals?: string[];
    }[];
    const muted = (matcher: string, among: object[] = routes) =>
      (among as typeof routes).find(({ matchers }) => matchers.includes(matcher))?.mute_time_intervals;
    assert.deepEqual(muted('severity="warning"'), ["all"]);
    assert.equal(muted('severity="critical"'), undefined);
    const own = routes.find(({ matchers }) => matchers.includes('owner="chest-xray"'))?.routes;
    assert.deepEqual(muted('severity="critical"', own), ["xray"]);
    assert.deepEqual(muted('severity="warning"', own), ["all"]);
  });

  it("links the runbook in every message", () => {
    const text = (runbooks?: string) =>
      String(at(receiver(config({ slack: { channel: "a" }, runbooks }), "warning"), "slack_configs.0.text"));
    assert.match(text("https://git.example.com/quint/blob/main/"), /main\/\{\{ \.Annotations\.runbook \}\}/);
    assert.match(text(), /\}\}\{\{ \.Annotations\.runbook \}\}/);
  });

  it("does not tell what follows from something worse", () => {
    const rules = at(config(), "inhibit_rules") as {
      source_matchers: string[];
      target_matchers: string[];
      equal: string[];
    }[];
    const of = (source: string) => rules.find(({ source_matchers }) => source_matchers[0] === source);
    assert.deepEqual(of('alertname="ErrorBudgetBurnsFast"')?.target_matchers, [
      'alertname="ErrorBudgetBurnsSlowly"',
    ]);
    assert.deepEqual(of('alertname="VolumeFull"')?.equal, ["namespace", "persistentvolumeclaim"]);
    assert.ok(rules.every(({ equal }) => equal.length > 0));
    const alerts = alertsOf("production").map(({ name }) => name);
    const named = JSON.stringify(rules).matchAll(/alertname=~?\\"([^"\\]+)\\"/g);
    for (const [, name = ""] of named) {
      assert.ok(
        alerts.some((alert) => new RegExp(`^(?:${name})$`).test(alert)),
        `there is no alert ${name}`,
      );
    }
  });
});
