/** The audit trail: records through the engine's history and back, what was good, and metrics of it. */
import assert from "node:assert/strict";
import {
  auditTrail,
  deliveriesIn,
  lastKnownGood,
  type EngineUpdate,
} from "../../../automation/delivery/history.ts";
import { metricsText } from "../../../automation/delivery/metrics.ts";
import { seriesRule } from "../../../automation/delivery/series.ts";
import { metricSources } from "../../../config/catalog/metrics/index.ts";
import { messageOfRecord, recordIn, type DeliveryRecord } from "../../../automation/delivery/record.ts";

const record = (operation: string, over: Partial<DeliveryRecord> = {}): DeliveryRecord => ({
  version: 1,
  operation,
  kind: "deploy",
  platform: "chest-xray",
  step: "v2.1.0",
  who: "A Person <a@example.com>",
  emergency: false,
  automatic: false,
  changes: [],
  notes: [],
  started: "2026-03-06T10:00:00.000Z",
  ...over,
});

/** Updates as the engine lists them: newest first, times in whole seconds. */
function updates(...records: readonly (DeliveryRecord | string)[]): EngineUpdate[] {
  return records
    .map((of, index) => ({
      kind: "update",
      startTime: `2026-03-06T10:0${index}:00.000Z`,
      endTime: `2026-03-06T10:0${index}:30.000Z`,
      result: "succeeded",
      message: typeof of === "string" ? of : messageOfRecord(of),
    }))
    .toReversed();
}

const good = (operation: string, serving: string, over: Partial<DeliveryRecord> = {}): DeliveryRecord =>
  record(operation, { step: "succeeded", result: "succeeded", serving, ...over });

describe("the history of deliveries", () => {
  it("says in a line what was done and why, and keeps the whole record behind it", () => {
    const written = record("one", { emergency: true, reason: 'a "bad"\nday' });
    const message = messageOfRecord(written);
    assert.equal(message.split("\n")[0], 'deploy chest-xray (emergency): v2.1.0; a "bad" day');
    assert.deepEqual(recordIn(message), written);
    assert.equal(recordIn("an update by hand"), undefined);
    assert.equal(recordIn(message.slice(0, -5)), undefined);
  });

  it("puts the steps of an operation together, and keeps updates that were none", () => {
    const trail = auditTrail(
      updates("by hand", record("one", { reason: "new model" }), good("one", "v2.1.0"), record("two")),
    );
    assert.deepEqual(
      trail.map(({ update, message, delivery }) => [update, message, delivery?.operation]),
      [
        [1, "by hand", undefined],
        [2, "deploy chest-xray: v2.1.0; new model", "one"],
        [3, "deploy chest-xray: succeeded", "one"],
        [4, "deploy chest-xray: v2.1.0", "two"],
      ],
    );
    const [first, second, ...others] = deliveriesIn(trail, "chest-xray");
    assert.deepEqual(
      [first?.reason, first?.result, first?.seconds, first?.steps.map(({ step }) => step)],
      ["new model", "succeeded", 150, ["v2.1.0", "succeeded"]],
    );
    assert.equal(second?.result, "unfinished");
    assert.deepEqual(others, []);
    assert.deepEqual(deliveriesIn(trail, "cancer"), []);
  });

  it("knows the newest good version: not one that was left by a rollback, nor one that was taken back", () => {
    const of = (...records: DeliveryRecord[]) => deliveriesIn(auditTrail(updates(...records)));
    const back = good("back", "v1", { kind: "rollback", from: "v2" });
    assert.equal(lastKnownGood(of(good("a", "v1"), good("b", "v2")))?.version, "v2");
    assert.equal(lastKnownGood(of(good("a", "v1"), good("b", "v2")), "v2")?.version, "v1");
    assert.equal(lastKnownGood(of(good("a", "v2"), back), "v1"), undefined);
    const taken = record("c", { result: "rolled-back", serving: "v1" });
    assert.equal(lastKnownGood(of(good("a", "v1"), taken))?.operation, "a");
  });

  it("becomes metrics in Prometheus' text format", () => {
    const trail = auditTrail(
      updates(
        good("a", "v1"),
        record("b", { result: "rolled-back", because: "error-rate" }),
        good("c", "v1", { kind: "rollback", started: "2026-03-06T10:02:00.000Z" }),
      ),
    );
    const text = metricsText("production", deliveriesIn(trail));
    const labels = '{stack="production",platform="chest-xray"}';
    for (const line of [
      'quint_deliveries_total{stack="production",platform="chest-xray",kind="deploy",result="rolled-back"} 1',
      `quint_deployment_success_ratio${labels} 0.5`,
      `quint_deployment_duration_seconds${labels} 30`,
      `quint_rollbacks_total${labels} 2`,
      // One took 90 s with the delivery that it took back, the other 30 s.
      `quint_time_to_recovery_seconds${labels} 60`,
    ])
      assert.ok(text.split("\n").includes(line), `${line} is not in\n${text}`);
    assert.ok(text.includes("# TYPE quint_rollbacks_total counter\n"));

    // The same as a rule of the cluster's Prometheus, by names and labels that the table of what is scraped has.
    const { metadata, spec } = seriesRule("production", deliveriesIn(trail));
    assert.equal(metadata.namespace, "platform-monitoring");
    const { rules } = spec.groups[0]!;
    assert.deepEqual(
      rules.find(({ record: name }) => name === "quint_time_to_recovery_seconds"),
      {
        record: "quint_time_to_recovery_seconds",
        expr: "vector(60)",
        labels: { stack: "production", platform: "chest-xray" },
      },
    );
    const known = metricSources.deliveries?.metrics ?? {};
    assert.deepEqual([...new Set(rules.map(({ record: name }) => name))].sort(), Object.keys(known).sort());
    for (const rule of rules) assert.deepEqual(known[rule.record]?.labels, Object.keys(rule.labels));
  });
});
