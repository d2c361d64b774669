/**
 * The deployment manager on a simulated production: chest-xray from blue to green and back, each trigger of a rollback,
 * windows, and commands that are killed in the middle. One cluster; each test goes on where the one before it ended.
 */
import assert from "node:assert/strict";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { accessTo, connect, type Client } from "../../../automation/cluster/access.ts";
import type { AuditEntry, Delivery } from "../../../automation/delivery/history.ts";
import { windowsState } from "../../../automation/delivery/windows.ts";
import { openStack } from "../../../config/index.ts";
import { endHard, makeClone, type Clone, type Finished } from "../support/clone.ts";
import { PrometheusStub } from "../support/prometheus-stub.ts";
import { eventually } from "../support/small-cluster.ts";

const stack = "rehearsal";
const server = "chest-xray-mlops";
const [blue, green] = ["production-blue", "production-green"] as const;

/** Production's own sizes and windows, on few nodes and with one platform. */
const stackFile = (prometheus: string, timeZone: string): string => `config:
  quint:environment: production
  quint:domain: example.com
  quint:cluster:
    type: simulated
    nodePools:
      - { name: arm, architecture: arm64, count: 6, cpu: 16, memoryGiB: 64, instanceType: any, zones: [a, b, c] }
      - { name: amd, architecture: amd64, count: 3, cpu: 16, memoryGiB: 64, instanceType: any, zones: [a, b, c], labels: { workload-type: compute } }
    storageClasses: { readWriteOnce: block, readWriteMany: shared }
  quint:foundation:
    certificates: { email: platform@example.com }
  quint:rollback: { watchMinutes: 0.1, everySeconds: 0.5, prometheus: "${prometheus}" }
  quint:platforms:
    # Two copies.
    chest-xray:
      timeZone: ${timeZone} # windows around now
      workloads:
        blue: { image: "127.0.0.1:9/chest-xray-mlops:v2.0.5" }
        green: { image: "127.0.0.1:9/chest-xray-mlops:v2.0.5" }
`;

/** A time zone in which chest-xray's window (weekdays, nine to five) is open now, or is not; on some weekends none is open. */
function zone(open: boolean): string | undefined {
  const offsets = Array.from({ length: 27 }, (_, index) => index - 12);
  return offsets
    .map((hours) => `Etc/GMT${hours < 0 ? hours : `+${hours}`}`)
    .filter(isZone)
    .find((timeZone) => {
      const window = { schedule: "0 9 * * 1-5", hours: 8, timeZone, manualSync: true };
      // Not one that opens or closes while the test runs: 10 min, and many more on a busy machine.
      return [0, 1, 2, 3].every(
        (hours) => windowsState([window], new Date(Date.now() + hours * 3_600_000)).open === open,
      );
    });
}

function isZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

describe("delivering chest-xray", function () {
  this.timeout(1_800_000);
  this.slow(60_000);
  this.bail(true);

  const prometheus = new PrometheusStub(green, server);
  const openZone = zone(true);
  // On a weekend every window is closed everywhere.
  const through = openZone === undefined ? ["--emergency"] : [];
  let clone: Clone;
  let address = "";
  before(async function () {
    this.timeout(90 * 60_000); // On a machine that never built the engine.
    address = await prometheus.start();
    clone = makeClone((root) => {
      for (const file of readdirSync(root).filter((name) => /^Pulumi\..+\.yaml$/.test(name)))
        rmSync(join(root, file));
      writeFileSync(join(root, `Pulumi.${stack}.yaml`), stackFile(address, openZone ?? "Etc/UTC"));
    });
    const { code, text } = await clone.quint("up", stack, "--yes");
    assert.equal(code, 0, text);
  });
  after(async () => {
    prometheus.stop();
    await clone.remove();
  });
  beforeEach(() => {
    prometheus.measured = { errors: 0, seconds: 0.1, alerts: [] };
  });

  const on = ["--stack", stack, "--yes"];
  async function quint(...args: readonly string[]): Promise<Finished> {
    const finished = await clone.quint(...args);
    assert.equal(finished.code, 0, `quint ${args.join(" ")}\n${finished.text}`);
    return finished;
  }
  const shift = (percentage: number, reason: string, [from, to] = ["blue", "green"] as const) => [
    "switch-traffic",
    "chest-xray",
    ...["--from", from, "--to", to, "--percentage", String(percentage)],
    ...[...on, ...through, "--reason", reason],
  ];
  const settings = () => openStack({ root: clone.root, stack }).settings;
  const client = (): Promise<Client> => connect(accessTo(settings(), clone.root));
  /** Requests' shares of blue and green as the cluster has them, and pods that each is asked to have. */
  async function state(): Promise<{ weights: unknown[]; replicas: unknown[]; images: unknown[] }> {
    const { custom, apps } = await client();
    const route = (await custom.getNamespacedCustomObject({
      group: "networking.istio.io",
      version: "v1",
      plural: "virtualservices",
      namespace: blue,
      name: "chest-xray-public",
    })) as { spec: { http: { route?: { weight?: number; destination: { host: string } }[] }[] } };
    const copies = await Promise.all(
      [blue, green].map((namespace) => apps.readNamespacedDeployment({ namespace, name: server })),
    );
    const routes = route.spec.http.flatMap((rule) => rule.route ?? []);
    return {
      weights: [blue, green].map(
        (namespace) => routes.find(({ destination }) => destination.host.includes(namespace))?.weight ?? 0,
      ),
      replicas: copies.map(({ spec }) => spec?.replicas),
      images: copies.map(({ spec }) => spec?.template.spec?.containers[0]?.image?.split(":").at(-1)),
    };
  }
  /** Autoscalers, which look every 15 s, bring the number of pods there. */
  async function has(wanted: Partial<Awaited<ReturnType<typeof state>>>): Promise<void> {
    const there = async () => {
      const now = await state();
      return isDeepStrictEqual({ ...now, ...wanted }, now);
    };
    await eventually(JSON.stringify(wanted), there, 600);
  }
  const history = async (): Promise<Delivery[]> =>
    (
      JSON.parse((await quint("history", "chest-xray", "--stack", stack, "--json")).stdout) as {
        deliveries: Delivery[];
      }
    ).deliveries;

  it("brings a version to the copy that takes no requests, which keep going where they went", async () => {
    const { text } = await quint(
      "deploy",
      "chest-xray",
      "--version",
      "v2.1.0",
      ...on,
      ...through,
      "--reason",
      "new model",
    );
    assert.match(text, /image not checked: 127\.0\.0\.1:9\/chest-xray-mlops:v2\.1\.0/);
    await has({ weights: [100, 0], replicas: [3, 1], images: ["v2.0.5", "v2.1.0"] });
    assert.match(
      (await quint("health-check", "chest-xray", "--environment", "green", "--stack", stack)).stdout,
      /is healthy/,
    );
  });

  it("moves requests by 10, 50 and 100 %, and scales the old copy down at the end", async () => {
    for (const share of [10, 50]) {
      await quint(...shift(share, `step ${share}`));
      assert.deepEqual((await state()).weights, [100 - share, share]);
    }
    const asked = prometheus.asked;
    await quint(...shift(100, "step 100"));
    assert.ok(prometheus.asked > asked, "the last step is watched");
    await has({ weights: [0, 100], replicas: [1, 3] });
  });

  it("goes back by a rollback with a reason", async () => {
    await quint("rollback", "chest-xray", ...on, ...through, "--reason", "Critical bug in v2.1.0");
    await has({ weights: [100, 0], replicas: [3, 1] });
  });

  it("leaves an audit trail with each step and its reason", async () => {
    const done = (await history()).map(({ kind, reason, result, from, to, serving }) => [
      kind,
      reason,
      result,
      from,
      to,
      serving,
    ]);
    assert.deepEqual(done, [
      ["deploy", "new model", "succeeded", "v2.0.5", "v2.1.0 to green", "v2.0.5"],
      ["switch-traffic", "step 10", "succeeded", "green 0 %", "green 10 %", undefined],
      ["switch-traffic", "step 50", "succeeded", "green 10 %", "green 50 %", undefined],
      ["switch-traffic", "step 100", "succeeded", "green 50 %", "green 100 %", "v2.1.0"],
      ["rollback", "Critical bug in v2.1.0", "succeeded", "v2.1.0", "v2.0.5 on blue", "v2.0.5"],
    ]);
    const lines = (await quint("history", "--stack", stack, "--jsonl")).stdout.trim().split("\n");
    const trail = lines.map((line) => JSON.parse(line) as AuditEntry);
    assert.equal(trail[0]?.delivery, undefined, "the first `up` is in it, too");
    const how = through.length === 0 ? "" : " (emergency)";
    const step = `switch-traffic chest-xray${how}: 10 % to green; step 10`;
    assert.ok(
      trail.some(({ message }) => message === step),
      step,
    );
    assert.equal((await quint("last-known-good", "chest-xray", "--stack", stack)).stdout.trim(), "v2.0.5");
    assert.match(
      (await quint("history", "--stack", stack, "--metrics")).stdout,
      /^quint_rollbacks_total\{.*\} 1$/m,
    );
  });

  const triggers: readonly (readonly [name: string, provoke: () => Promise<void> | void])[] = [
    ["error-rate", () => void (prometheus.measured.errors = 0.05)],
    ["response-time", () => void (prometheus.measured.seconds = 3)],
    [
      "critical-alert",
      () =>
        void (prometheus.measured.alerts = [
          { alertname: "ModelDrift", namespace: green, severity: "critical" },
        ]),
    ],
    [
      "health",
      async () => {
        const { apps } = await client();
        // Health is watched as metrics are: once these are asked for, the wait for the servers is over.
        const { asked } = prometheus;
        await eventually("the watch", () => Promise.resolve(prometheus.asked > asked), 600);
        await apps.deleteNamespacedDeployment({ namespace: green, name: server });
      },
    ],
  ];
  for (const [name, provoke] of triggers) {
    it(`goes back by itself when after 100 % there is a trigger: ${name}`, async () => {
      const running = clone.start(join(clone.root, "quint"), ...shift(100, `try ${name}`));
      // The weights are there before the watch begins.
      await eventually("100 % to green", async () => (await state()).weights[1] === 100, 600);
      await provoke();
      const { code, text } = await running.finished;
      assert.equal(code, 1, text);
      assert.match(text, new RegExp(`was taken back: ${name}: `));
      await has({ weights: [100, 0], replicas: [3, 1] });
      const last = (await history()).at(-1);
      assert.deepEqual(
        [last?.result, last?.reason, last?.because?.split(":")[0]],
        ["rolled-back", `try ${name}`, name],
      );
    });
  }

  /** Starts a command, and kills it and its engine in the middle. */
  async function killed(args: readonly string[], inTheMiddle: () => Promise<boolean>): Promise<void> {
    const running = clone.start(join(clone.root, "quint"), ...args);
    await eventually("the middle", inTheMiddle, 600);
    running.child.kill("SIGKILL");
    for (const { pid, command } of clone.processes())
      if (/automation\/main\.ts (deploy|switch-traffic)/.test(command)) endHard(pid);
    await running.finished;
  }

  it("is finished by the same command after it was killed in the middle of a switch", async () => {
    await killed(shift(100, "to be killed"), async () => (await state()).weights[1] === 100);
    const other = await clone.quint(
      "deploy",
      "chest-xray",
      "--version",
      "v3.0.0",
      ...on,
      ...through,
      "--reason",
      "no",
    );
    assert.equal(other.code, 3, other.text);
    assert.match(other.text, /Unfinished on rehearsal: switch-traffic chest-xray/);
    assert.match((await quint(...shift(100, "to be killed"))).text, /Going on with what was left unfinished/);
    await has({ weights: [0, 100], replicas: [1, 3] });
    assert.equal((await history()).at(-1)?.result, "succeeded");
  });

  it("is undone by abort after it was killed in the middle of a deploy", async () => {
    const before = await state();
    const args = [
      "deploy",
      "chest-xray",
      "--version",
      "v2.2.0",
      ...on,
      ...through,
      "--reason",
      "to be killed, too",
    ];
    await killed(args, async () => (await state()).images[0] === "v2.2.0");
    const { text } = await quint("abort", "chest-xray", ...on, "--reason", "never mind");
    assert.match(text, /taken back/);
    assert.deepEqual((await state()).images, before.images);
    const last = (await history()).at(-1);
    assert.deepEqual([last?.result, last?.because], ["undone", "never mind"]);
  });

  it("is refused outside of the windows; an emergency goes through, and is recorded", async () => {
    const file = join(clone.root, `Pulumi.${stack}.yaml`);
    writeFileSync(
      file,
      stackFile(address, zone(false) ?? "Etc/UTC").replace("# Two copies.", "# Windows are closed."),
    );
    const request = ["rollback", "chest-xray", "--version", "v2.0.9", ...on, "--reason", "outage"];
    const refused = await clone.quint(...request);
    assert.equal(refused.code, 3, refused.text);
    assert.match(refused.text, /may not be delivered to rehearsal now/);
    await quint(...request, "--emergency");
    const last = (await history()).at(-1);
    assert.deepEqual([last?.emergency, last?.result, last?.serving], [true, "succeeded", "v2.0.9"]);
    assert.match(last?.notes.join("\n") ?? "", /outside of the windows/);
  });
});
