/** Alertmanager's configuration, judged by its own tool: whom it tells what. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alertmanagerConfig } from "../../components/foundation/alertmanager.ts";
import { alerting } from "../../config/schema/alerting.ts";
import { describeStack } from "../../platforms/index.ts";
import { ensureGoProgram } from "../../simulation/images/go-program.ts";
import { goPrograms } from "../../simulation/images/go-programs.ts";
import { settingsOf, stacks } from "../support/stacks.ts";

const everything = {
  slack: { channel: "alerts" },
  email: {
    host: "smtp.example.com",
    from: "alerts@example.com",
    username: "alerts",
    to: ["on-call@example.com"],
  },
  pager: { kind: "pagerduty" },
  heartbeat: true,
  teams: {
    "chest-xray": { slack: { channel: "chest-xray-alerts" } },
    "clinical-trials": { email: { to: ["trials@example.com"] } },
  },
  maintenance: [
    { name: "sunday-night", days: ["sunday"], from: "02:00", to: "05:00", timeZone: "Europe/Berlin" },
    {
      name: "scans",
      days: ["monday", "friday"],
      from: "22:00",
      to: "24:00",
      severities: ["critical", "warning"],
      platforms: ["chest-xray"],
    },
  ],
  runbooks: "https://git.example.com/quint/blob/main/",
};
const platformNamespaces = {
  "chest-xray": ["production-blue", "production-green"],
  "clinical-trials": ["clinical-mlops-production"],
  cancer: ["cancer-mlops"],
};

describe("Alertmanager", function () {
  this.timeout(90 * 60_000); // A first build of amtool takes minutes.
  const folder = mkdtempSync(join(tmpdir(), "quint-alertmanager-"));
  let amtool = "";

  before(async () => {
    amtool = await ensureGoProgram(goPrograms.amtool);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function fileOf(settings?: object): string {
    const config = alertmanagerConfig({
      alerting: settings && alerting.parse(settings),
      platformNamespaces,
    });
    const file = join(folder, "alertmanager.json");
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  function receiverOf(settings: object, labels: Readonly<Record<string, string>>): string {
    const args = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
    return execFileSync(amtool, ["config", "routes", "test", `--config.file=${fileOf(settings)}`, ...args], {
      encoding: "utf8",
    }).trim();
  }

  const settings: Readonly<Record<string, object | undefined>> = {
    "no settings": undefined,
    "Slack alone": { slack: { channel: "alerts" } },
    "a pager alone": { pager: { kind: "webhook" } },
    "mail without a login": {
      email: { host: "smtp.example.com", port: 25, from: "a@example.com", to: ["b@example.com"] },
    },
    "every setting": everything,
  };
  for (const [name, given] of Object.entries(settings)) {
    it(`reads its configuration with ${name}`, () => {
      assert.match(execFileSync(amtool, ["check-config", fileOf(given)], { encoding: "utf8" }), /SUCCESS/);
    });
  }

  for (const stack of stacks) {
    it(`reads that of ${stack}`, () => {
      const { options } = describeStack(settingsOf(stack)).foundation;
      writeFileSync(join(folder, "own.json"), JSON.stringify(alertmanagerConfig(options)));
      assert.match(
        execFileSync(amtool, ["check-config", join(folder, "own.json")], { encoding: "utf8" }),
        /SUCCESS/,
      );
    });
  }

  const routes: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
    [
      "the heartbeat calls the one who listens for it",
      { alertname: "Watchdog", severity: "info", owner: "foundation" },
      "heartbeat",
    ],
    [
      "what is critical wakes somebody",
      { severity: "critical", owner: "foundation", namespace: "argocd" },
      "critical",
    ],
    ["a warning does not", { severity: "warning", owner: "code-review" }, "warning"],
    ["what is only shown is told nobody", { severity: "info", owner: "cancer" }, "nobody"],
    ["nor is what charts call none", { severity: "none", owner: "foundation" }, "nobody"],
    [
      "a platform's own people are told",
      { severity: "critical", owner: "chest-xray", namespace: "production-blue" },
      "chest-xray-critical",
    ],
    [
      "of a chart's alerts in its namespaces, too",
      { severity: "warning", owner: "foundation", namespace: "production-green" },
      "chest-xray-warning",
    ],
    ["by mail", { severity: "warning", owner: "clinical-trials" }, "clinical-trials-warning"],
    [
      "and those without people of their own like everyone",
      { severity: "critical", owner: "cancer", namespace: "cancer-mlops" },
      "critical",
    ],
  ];
  for (const [what, labels, receiver] of routes) {
    it(`${what}: ${receiver}`, () => {
      assert.equal(receiverOf(everything, labels), receiver);
    });
  }
});
