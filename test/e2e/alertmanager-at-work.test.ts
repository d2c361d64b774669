/** Alertmanager itself with our configuration: what is held back, when it is silent, and what arrives where, with which credential. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { alertmanagerConfig } from "../../components/foundation/alertmanager.ts";
import { alerting } from "../../config/schema/alerting.ts";
import { ensureGoProgram } from "../../simulation/images/go-program.ts";
import { goPrograms } from "../../simulation/images/go-programs.ts";
import { freePorts } from "./support/argo-cd.ts";

type Labels = Readonly<Record<string, string>>;

/** Hours of every day: they neither begin nor end, nor does the day, for six hours after 9 and for ten after 21. */
const working = {
  days: ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
  from: "08:00",
  to: "16:00",
};
const settings = alerting.parse({
  slack: { channel: "alerts" },
  pager: { kind: "pagerduty" },
  heartbeat: true,
  teams: { "chest-xray": { slack: { channel: "xray" } } },
  maintenance: [
    { name: "now", ...working, timeZone: zoneAt(9), platforms: ["health-data"] },
    // The same time of day somewhere else is not now.
    { name: "elsewhere", ...working, timeZone: zoneAt(21), platforms: ["cancer"] },
  ],
  runbooks: "https://git.example.com/quint/blob/main",
});

/** A time zone whose clocks show that hour now. */
function zoneAt(hour: number): string {
  const ahead = hour - new Date().getUTCHours();
  // From 12 hours behind UTC to 14 ahead; the names have it the other way round.
  const offset = ahead < -12 ? ahead + 24 : ahead > 14 ? ahead - 24 : ahead;
  return `Etc/GMT${offset > 0 ? `-${offset}` : `+${-offset}`}`;
}

const at = (alertname: string, severity: string, more: Labels = {}): Labels => ({
  alertname,
  severity,
  owner: "foundation",
  ...more,
});
const store = { namespace: "n", store: "s" };
const server = { namespace: "n", deployment: "clinical-gateway" };
const burns = { platform: "p", slo: "o", destination_workload: "w", destination_workload_namespace: "blue" };
const volume = { namespace: "n", persistentvolumeclaim: "a" };

/** What is worse, what it holds back, and what looks like that and is told. */
const heldBack: Readonly<Record<string, readonly [Labels, Labels, Labels]>> = {
  "its own warning": [
    at("Same", "critical", { namespace: "n" }),
    at("Same", "warning", { namespace: "n" }),
    at("Same", "warning", { namespace: "m" }),
  ],
  "a budget that burns slowly": [
    at("ErrorBudgetBurnsFast", "critical", burns),
    at("ErrorBudgetBurnsSlowly", "warning", burns),
    at("ErrorBudgetBurnsSlowly", "warning", { ...burns, destination_workload_namespace: "green" }),
  ],
  "a volume that is nearly full": [
    at("VolumeFull", "critical", volume),
    at("VolumeNearlyFull", "warning", volume),
    at("VolumeNearlyFull", "warning", { ...volume, persistentvolumeclaim: "b" }),
  ],
  "a certificate that ends soon": [
    at("CertificateExpires", "critical", { namespace: "n", name: "a" }),
    at("CertificateExpiresSoon", "warning", { namespace: "n", name: "a" }),
    at("CertificateExpiresSoon", "warning", { namespace: "n", name: "b" }),
  ],
  "what a node that is gone reports": [
    at("NodeNotReady", "critical", { node: "a" }),
    at("KubeletTooManyPods", "warning", { node: "a" }),
    at("NodeUnderPressure", "warning", { node: "b" }),
  ],
  "what a database without servers lacks": [
    at("PostgresqlDown", "critical", store),
    at("PostgresqlArchiveFails", "critical", store),
    at("PostgresqlArchiveFails", "critical", { ...store, store: "t" }),
  ],
  "what a cache that is gone lacks": [
    at("CacheDown", "critical", store),
    at("CacheReplicationBroken", "warning", store),
    at("CacheReplicationBroken", "warning", { ...store, store: "t" }),
  ],
  "errors of an object store that is gone": [
    at("ObjectStoreDown", "critical", store),
    at("ObjectStoreFails", "warning", store),
    at("ObjectStoreFails", "warning", { ...store, store: "t" }),
  ],
  "messages that wait for a queue that takes none": [
    at("RabbitmqBlocked", "critical", store),
    at("RabbitmqMessagesWait", "warning", store),
    at("RabbitmqMessagesWait", "warning", { ...store, namespace: "m" }),
  ],
  "the general name of what has one of its own": [
    at("ClinicalGatewayDown", "critical", server),
    at("DeploymentDown", "critical", server),
    at("DeploymentDown", "critical", { ...server, deployment: "mlflow" }),
  ],
  "a deployment that failed, in general": [
    at("ChestXrayDeploymentFailed", "critical", server),
    at("DeploymentFailed", "critical", server),
    at("DeploymentFailed", "critical", { ...server, namespace: "m" }),
  ],
  "the echo of another critical one": [
    at("VolumeFull", "critical", { namespace: "blue" }),
    at("ChestXrayCriticalAlert", "critical", { namespace: "blue" }),
    at("ChestXrayCriticalAlert", "critical", { namespace: "green" }),
  ],
};

interface Told {
  readonly path: string;
  readonly body: string;
}

describe("Alertmanager at work", function () {
  this.timeout(15 * 60_000);
  const folder = mkdtempSync(join(tmpdir(), "quint-alertmanager-at-work-"));
  const told: Told[] = [];
  let sink: Server;
  let alertmanager: ChildProcess;
  let address = "";

  before(async function () {
    this.timeout(90 * 60_000); // On a machine that never built the program: a minute and a half on two cores.
    const program = await ensureGoProgram(goPrograms.alertmanager);
    const [port = 0, toSink = 0] = await freePorts(2);
    sink = createServer((request, response) => {
      void text(request).then((body) => {
        told.push({ path: request.url ?? "", body });
        response.writeHead(request.url === "/pagerduty" ? 202 : 200).end("ok");
      });
    }).listen(toSink, "127.0.0.1");
    const secrets = join(folder, "secrets");
    mkdirSync(secrets);
    const here = `http://127.0.0.1:${toSink}`;
    writeFileSync(join(secrets, "slack-webhook-url"), `${here}/slack`);
    writeFileSync(join(secrets, "heartbeat-url"), `${here}/heartbeat`);
    writeFileSync(join(secrets, "pagerduty-routing-key"), "the-routing-key");
    const config = alertmanagerConfig({
      alerting: settings,
      platformNamespaces: { "chest-xray": ["production-blue"] },
    });
    const file = join(folder, "alertmanager.json");
    const ours = { ...config, global: { ...(config.global as object), pagerduty_url: `${here}/pagerduty` } };
    // Nobody waits half a minute for a second alert of a group here.
    const quick = JSON.stringify(ours).replaceAll('"group_wait":"30s"', '"group_wait":"1s"');
    writeFileSync(file, quick.replaceAll(`/etc/alertmanager/secrets/${settings.secret}`, secrets));
    address = `http://127.0.0.1:${port}`;
    alertmanager = spawn(
      program,
      [
        `--config.file=${file}`,
        `--storage.path=${join(folder, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--cluster.listen-address=",
      ],
      { stdio: "ignore" },
    );
    await until(() =>
      fetch(`${address}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  });

  after(async () => {
    const ended = once(alertmanager, "exit");
    alertmanager.kill();
    await ended;
    sink.close();
    rmSync(folder, { recursive: true });
  });

  async function fire(...alerts: readonly Labels[]): Promise<void> {
    const body = alerts.map((labels) => ({
      labels,
      annotations: { summary: `${labels.alertname ?? ""} happened`, runbook: "docs/runbooks/nodes.md" },
    }));
    const answer = await fetch(`${address}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 200, await answer.text());
  }

  async function isHeldBack(labels: Labels): Promise<boolean> {
    const filter = Object.entries(labels).map(([label, value]) => `filter=${label}%3D"${value}"`);
    const answer = await fetch(`${address}/api/v2/alerts?${filter.join("&")}`);
    const [alert] = (await answer.json()) as { status: { inhibitedBy: string[] } }[];
    assert.ok(alert, JSON.stringify(labels));
    return alert.status.inhibitedBy.length > 0;
  }

  it("has a case below for everything that holds something back", () => {
    const { inhibit_rules: rules } = alertmanagerConfig({ alerting: settings, platformNamespaces: {} });
    assert.equal((rules as object[]).length, Object.keys(heldBack).length);
  });

  for (const [what, [worse, less, another]] of Object.entries(heldBack)) {
    it(`holds back ${what}`, async () => {
      const own = (labels: Labels) => ({ ...labels, test: what });
      await fire(own(worse), own(less), own(another));
      // It takes the alerts, and looks at them a while later.
      await until(() => isHeldBack(own(less)));
      assert.deepEqual(await Promise.all([worse, less, another].map((labels) => isHeldBack(own(labels)))), [
        false,
        true,
        false,
      ]);
    });
  }

  it("tells each by its way, and nobody in a maintenance window", async () => {
    const one = (name: string, severity: string, owner: string, more: Labels = {}): Labels => ({
      alertname: name,
      severity,
      owner,
      ...more,
    });
    await fire(
      one("Pages", "critical", "code-review"),
      one("Warns", "warning", "cancer"),
      one("Teams", "warning", "foundation", { namespace: "production-blue" }),
      one("Unheard", "warning", "health-data"),
      one("Heard", "critical", "health-data"),
      one("Unclassified", "page", "code-review"),
      one("Shown", "info", "code-review"),
      one("Watchdog", "info", "foundation"),
    );
    // Those of the cases above are told, too.
    const ours = /(Pages|Warns|Teams|Unheard|Heard|Unclassified|Shown) happened/;
    const bodies = (way: string) =>
      told.filter(({ path, body }) => path === way && ours.test(body)).map(({ body }) => body);
    const slack = () => bodies("/slack");
    const pages = () => bodies("/pagerduty");
    await until(
      () => slack().length >= 5 && pages().length >= 2 && told.some(({ path }) => path === "/heartbeat"),
    );
    await pause(2000); // Whatever else is told has come by then.
    const named = (of: readonly string[]) => of.flatMap((body) => ours.exec(body)?.[1] ?? []).sort();
    assert.deepEqual(named(slack()), ["Heard", "Pages", "Teams", "Unclassified", "Warns"]);
    assert.deepEqual(named(pages()), ["Heard", "Pages"]);
    assert.match(slack().find((body) => body.includes("Teams happened")) ?? "", /"channel":"#xray"/);
    assert.match(
      slack().join(""),
      /https:\/\/git\.example\.com\/quint\/blob\/main\/docs\/runbooks\/nodes\.md/,
    );
    assert.match(pages().join(""), /"routing_key":"the-routing-key"/);
    assert.match(told.find(({ path }) => path === "/heartbeat")?.body ?? "", /Watchdog/);
  });
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 3000; tries += 1) {
    if (await holds()) return;
    await pause(100);
  }
  throw new Error("it did not come true within 5 min");
}
