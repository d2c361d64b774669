/** The four triggers, asked of something that speaks Prometheus' query API. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { prometheusAt } from "../../../automation/delivery/prometheus.ts";
import { pulledTrigger } from "../../../automation/delivery/triggers.ts";
import { firingAlerts, watch, type WatchOptions } from "../../../automation/delivery/watch.ts";

const inGreen = { destination_workload_namespace: "production-green", destination_workload: "api" };
const alert = { alertname: "DiskFull", namespace: "production-green" };

describe("a delivery that is watched", () => {
  let server: Server;
  let address = "";
  const sick = { errors: "0.001", seconds: "0.2", alerts: [] as object[], broken: false };
  const well = { ...sick };
  before(async () => {
    server = createServer(({ url = "" }, response) => {
      const promql = new URL(url, "http://x").searchParams.get("query") ?? "";
      const result = promql.includes("ALERTS")
        ? sick.alerts.map((metric) => ({ metric, value: [0, "1"] }))
        : [{ metric: inGreen, value: [0, promql.includes("quantile") ? sick.seconds : sick.errors] }];
      assert.match(promql, /production-green/);
      response.end(
        JSON.stringify(
          sick.broken ? { status: "error", error: "too many" } : { status: "success", data: { result } },
        ),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
  });
  beforeEach(() => Object.assign(sick, well));
  const options = (over: Partial<WatchOptions> = {}): WatchOptions => ({
    minutes: 0.002,
    everySeconds: 0.02,
    namespaces: ["production-green"],
    health: () => Promise.resolve(undefined),
    query: prometheusAt(address),
    before: new Set(),
    report: () => undefined,
    ...over,
  });

  it("stands the time where nothing is wrong, and where there are no requests to judge by", async () => {
    assert.deepEqual(await watch(options()), { notes: [] });
    Object.assign(sick, { errors: "NaN", seconds: "NaN" });
    assert.deepEqual(await watch(options()), { notes: [] });
  });

  const triggers: readonly (readonly [what: string, change: object, name: string, reason: RegExp])[] = [
    [
      "more than 1 % of the requests fail",
      { errors: "0.032" },
      "error-rate",
      /^3\.2 % .* production-green\/api fail$/,
    ],
    ["responses take more than 2 s", { seconds: "2.4" }, "response-time", /takes more than 2\.4 s$/],
    ["a critical alert fires", { alerts: [alert] }, "critical-alert", /DiskFull fires in production-green/],
  ];
  for (const [what, change, name, reason] of triggers) {
    it(`pulls a trigger when ${what}`, async () => {
      Object.assign(sick, change);
      const { trigger } = await watch(options());
      assert.equal(trigger?.name, name);
      assert.match(trigger.reason, reason);
    });
  }
  it("pulls a trigger when it is not healthy, also later", async () => {
    let looks = 0;
    const health = () => Promise.resolve(++looks > 2 ? "no pod is ready" : undefined);
    assert.deepEqual((await watch(options({ health, minutes: 1 }))).trigger, {
      name: "health",
      reason: "no pod is ready",
    });
  });
  it("goes on where the cluster does not answer now and then, and fails where it does not in the end", async () => {
    let looks = 0;
    const lost = () => Promise.reject(new Error("ECONNRESET"));
    const hiccups = () => (++looks === 1 ? lost() : Promise.resolve(looks > 2 ? "down" : undefined));
    const { trigger, notes } = await watch(options({ health: hiccups, minutes: 1 }));
    assert.equal(trigger?.reason, "down");
    assert.match(notes.join(), /cluster did not answer each time: ECONNRESET/);
    await assert.rejects(watch(options({ health: lost })), /ECONNRESET/);
  });
  it("does not judge by limits that are just met, or by alerts that fired before", async () => {
    Object.assign(sick, { errors: "0.01", seconds: "2", alerts: [alert] });
    const before = await firingAlerts(prometheusAt(address), ["production-green"]);
    assert.equal(await pulledTrigger(prometheusAt(address), ["production-green"], before), undefined);
  });
  it("says what could not be watched", async () => {
    assert.match((await watch(options({ query: undefined }))).notes.join(), /no Prometheus/);
    sick.broken = true;
    assert.match((await watch(options())).notes.join(), /did not answer each time.*too many/);
  });
});
