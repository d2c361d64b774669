/** Stages of traffic switches and rollbacks of a platform with two copies, and of rollbacks of one without. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openContext, type DeliveryContext } from "../../../automation/delivery/context.ts";
import type { Delivery } from "../../../automation/delivery/history.ts";
import { planOperation, type OperationPlan } from "../../../automation/delivery/plan.ts";
import { imagesIn, rollbackPlan } from "../../../automation/delivery/rollback.ts";
import { switchPlan, type SwitchRequest } from "../../../automation/delivery/switch-traffic.ts";
import { editStack, openStack } from "../../../config/index.ts";
import { projectFolder, removeFolders } from "../config/project-folder.ts";

const own = (...rest: string[]): string[] => ["quint:platforms", "chest-xray", ...rest];

describe("traffic between two copies", () => {
  after(removeFolders);

  /** The production stack with these shares. */
  function context(platform: string, ...edits: readonly (readonly [string[], unknown])[]): DeliveryContext {
    const root = projectFolder();
    for (const [path, value] of edits) editStack({ root, stack: "production", path, value });
    return openContext(root, "production", platform, { cluster: "simulated" });
  }
  const chestXray = (blue: number, ...edits: readonly (readonly [string[], unknown])[]): DeliveryContext =>
    context("chest-xray", [own("traffic"), { blue, green: 100 - blue }], ...edits);
  const toGreen = (percentage: number, watch = false): SwitchRequest => ({
    from: "blue",
    to: "green",
    percentage,
    watch,
  });
  /** What each stage makes of the settings, read back from its text. */
  function stagesOf(of: DeliveryContext, plan: OperationPlan) {
    const { journal } = planOperation(of, plan, { request: "", emergency: false, notes: [] });
    const read = (text: string) => {
      writeFileSync(join(of.root, "Pulumi.production.yaml"), text);
      const { settings } = openStack({ root: of.root, stack: "production" });
      const { traffic, fullSize, workloads } = settings.platforms["chest-xray"]!;
      return [traffic.blue, fullSize.join(), workloads.green?.image?.split(":").at(-1)];
    };
    return {
      stages: journal.stages.map(({ step, text, watched }) => [step, ...read(text), watched]),
      fallback: journal.fallback === undefined ? undefined : read(journal.fallback),
    };
  }

  it("moves in steps: the copy grows first, the other one stays until this one was watched", () => {
    const of = chestXray(100);
    assert.deepEqual(stagesOf(of, switchPlan(of, toGreen(100))), {
      stages: [
        ["green to full size", 100, "green", "v1.0.0", false],
        ["100 % to green", 0, "blue", "v1.0.0", true],
        ["blue to standby", 0, "", "v1.0.0", false],
      ],
      fallback: [100, "", "v1.0.0"],
    });
  });
  it("is watched at its last step, and at others where somebody asks for it", () => {
    const of = chestXray(90);
    assert.deepEqual(stagesOf(of, switchPlan(of, toGreen(50))).stages, [
      ["50 % to green", 50, "", "v1.0.0", false],
    ]);
    const watched = chestXray(90);
    assert.equal(switchPlan(watched, toGreen(50, true)).stages[0]?.watched, true);
  });
  it("judges the copy that gains, also on the way back", () => {
    assert.deepEqual(switchPlan(chestXray(90), toGreen(0)).namespaces, ["production-blue"]);
    assert.deepEqual(switchPlan(chestXray(90), toGreen(50)).namespaces, ["production-green"]);
  });
  it("is refused for copies that are none, and for platforms without", () => {
    assert.throws(() => switchPlan(chestXray(100), { ...toGreen(10), to: "red" }), /no copy "red"/);
    assert.throws(() => switchPlan(chestXray(100), toGreen(0)), /0 % already/);
    assert.throws(() => switchPlan(context("cancer"), toGreen(10)), /no two copies/);
  });

  describe("goes back", () => {
    const before: Delivery[] = [];
    const ended = (of: Partial<Delivery>): Delivery => ({ result: "succeeded", ...of }) as Delivery;
    const switched = (from: number, to: number, kind: Delivery["kind"] = "switch-traffic"): Delivery => {
      const shares = (blue: number) => ({ blue, green: 100 - blue });
      const changes = [{ path: ["platforms", "chest-xray", "traffic"], from: shares(from), to: shares(to) }];
      return ended({ kind, environment: "green", changes });
    };
    it("from a version on the copy without requests by changing that, and moves no request to it", () => {
      const path = ["platforms", "chest-xray", "workloads", "green", "image"];
      const [from, to] = ["r/a:v1.0.0", "r/a:v2.1.0"];
      const deployed = ended({
        kind: "deploy",
        environment: "green",
        to: "v2.1.0 to green",
        changes: [{ path, from, to }],
      });
      const of = chestXray(100, [own("workloads", "green", "image"), to]);
      const plan = rollbackPlan(of, undefined, [switched(0, 100), deployed]);
      assert.deepEqual(stagesOf(of, plan).stages, [
        ["back to before v2.1.0 to green", 100, "", "v1.0.0", false],
      ]);
      assert.deepEqual([plan.from, plan.namespaces], ["v2.1.0", ["production-green"]]);
    });
    it("no second time: that would bring users to what they were taken from", () => {
      const back = switched(0, 100, "rollback");
      assert.throws(
        () => rollbackPlan(chestXray(100), undefined, [switched(100, 0), back]),
        /a rollback already/,
      );
      // Taken back by itself: what the last good one changed is not what the file says.
      const taken = { ...switched(90, 0), result: "rolled-back" } as Delivery;
      assert.throws(
        () => rollbackPlan(chestXray(100), undefined, [switched(100, 90), taken]),
        /changed again/,
      );
    });
    it("to the copy on standby, which grows first", () => {
      const of = chestXray(0);
      const plan = rollbackPlan(of, undefined, before);
      assert.deepEqual(stagesOf(of, plan).stages, [
        ["blue to full size", 0, "blue", "v1.0.0", false],
        ["100 % to blue", 100, "", "v1.0.0", false],
      ]);
      assert.equal(plan.takesBack, false);
    });
    it("from the middle of a switch to where requests came from, by the history", () => {
      assert.equal(rollbackPlan(chestXray(50), undefined, [switched(90, 50)]).environment, "blue");
      assert.throws(() => rollbackPlan(chestXray(50), undefined, before), /history does not say/);
    });
    it("to a version: on the copy that runs it, else on the one that takes no requests", () => {
      const green = [own("workloads", "green", "image"), "ghcr.io/o/a:v2.0.5"] as const;
      const running = chestXray(100, [...green]);
      assert.deepEqual(
        rollbackPlan(running, "v2.0.5", before).stages.map(({ step }) => step),
        ["green to full size", "100 % to green"],
      );
      const of = chestXray(100);
      assert.deepEqual(stagesOf(of, rollbackPlan(of, "v0.9.0", before)).stages, [
        ["green to full size with v0.9.0", 100, "green", "v0.9.0", false],
        ["100 % to green", 0, "", "v0.9.0", false],
      ]);
      // What a registry is asked for.
      assert.deepEqual(
        imagesIn(rollbackPlan(of, "v0.9.0", before)).map((image) => image.split(":").at(-1)),
        ["v0.9.0"],
      );
      assert.deepEqual(imagesIn(rollbackPlan(running, "v2.0.5", before)), []);
    });
    it("of another platform: what the latest delivery changed is changed back, if it still stands", () => {
      const path = ["platforms", "cancer", "workloads", "api", "image"];
      const delivered = (to: string): Delivery =>
        ({
          kind: "deploy",
          result: "succeeded",
          from: "v0.9.0",
          to,
          changes: [{ path, from: "r/api:v0.9.0", to }],
        }) as unknown as Delivery;
      const cancer = context("cancer");
      const image = "ghcr.io/your-organization/cancer-mlops-api:v1.0.0";
      assert.deepEqual(rollbackPlan(cancer, undefined, [delivered(image)]).stages, [
        {
          step: "back to v0.9.0",
          edits: [
            { path: ["quint:platforms", "cancer", "workloads", "api", "image"], value: "r/api:v0.9.0" },
          ],
        },
      ]);
      const promoted = ended({ kind: "promote", changes: [] });
      const same = ended({ kind: "deploy", changes: [] });
      assert.equal(rollbackPlan(cancer, undefined, [delivered(image), promoted, same]).to, "v0.9.0");
      assert.throws(() => rollbackPlan(cancer, undefined, [delivered("r/api:v7")]), /changed again since/);
      assert.throws(() => rollbackPlan(cancer, undefined, []), /no delivery/);
      assert.throws(() => rollbackPlan(cancer, "v1.0.0", []), /already/);
    });
  });
});
