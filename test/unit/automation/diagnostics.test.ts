/** What the engine complains about, and how far it has come. */
import assert from "node:assert/strict";
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { complaintsIn, failedIn, plainText } from "../../../automation/engine/diagnostics.ts";
import type { Change } from "../../../automation/engine/plan.ts";
import { Progress } from "../../../automation/engine/progress.ts";

const urn = "urn:pulumi:dev::quint::quint:platform:Platform$kubernetes:apps/v1:Deployment::cancer-api";
const metadata: StepEventMetadata = {
  op: "create",
  urn,
  type: "kubernetes:apps/v1:Deployment",
  provider: "",
  new: {
    type: "kubernetes:apps/v1:Deployment",
    urn,
    custom: true,
    id: "",
    parent: "",
    provider: "",
    inputs: { metadata: { name: "api", namespace: "cancer-mlops" } },
    outputs: {},
  },
};
const event = (over: Partial<EngineEvent>): EngineEvent => ({ sequence: 0, timestamp: 0, ...over });
const said = (severity: string, message: string, about?: string): EngineEvent =>
  event({
    diagnosticEvent: {
      severity: severity as "error",
      message,
      color: "never",
      ...(about ? { urn: about } : {}),
    },
  });

describe("complaints of the engine", () => {
  const events = [
    event({ resourcePreEvent: { metadata } }),
    said("debug", "RegisterResource RPC prepared"),
    said("warning", "<{%reset%}>v1 Endpoints is deprecated<{%reset%}>\n", urn),
    said(
      "error",
      `<{%fg 1%}>error: <{%reset%}>resource "${urn}" was not successfully created by the Kubernetes API server: quota exceeded\nlimit is 2`,
      urn,
    ),
    said("error", "quota exceeded\nlimit is 2", urn),
    said("error", "update failed", "urn:pulumi:dev::quint::pulumi:pulumi:Stack::quint-dev"),
    said("info", "kubernetes: a stand-in is in use"),
    event({ resOpFailedEvent: { metadata, status: 0, steps: 0 } }),
  ];

  it("are told once, errors first, by the object's own name and without the engine's words", () => {
    assert.deepEqual(complaintsIn(events), [
      { severity: "error", subject: "Deployment cancer-mlops/api", message: "quota exceeded\nlimit is 2" },
      { severity: "warning", subject: "Deployment cancer-mlops/api", message: "v1 Endpoints is deprecated" },
    ]);
    assert.deepEqual(failedIn(events), ["Deployment cancer-mlops/api"]);
  });

  it("are about the run as a whole where they name no object", () => {
    const stack = "urn:pulumi:dev::quint::pulumi:pulumi:Stack::quint-dev";
    assert.deepEqual(complaintsIn([said("error", "error: no cluster", stack)]), [
      { severity: "error", subject: undefined, message: "no cluster" },
    ]);
  });

  it("lose their colours", () => {
    assert.equal(plainText("<{%fg 1%}>\u001b[31merror:<{%reset%}> a < b"), "a < b");
  });
});

describe("progress", () => {
  const urnOf = (name: string): string => `urn:pulumi:dev::quint::kubernetes:apps/v1:Deployment::${name}`;
  const change = (name: string, group: string): Change => ({
    action: "create",
    urn: urnOf(name),
    kind: "Deployment",
    name,
    group,
    properties: [],
    because: [],
  });
  const step = (name: string): StepEventMetadata => ({ ...metadata, urn: urnOf(name) });
  const began = (name: string): EngineEvent => event({ resourcePreEvent: { metadata: step(name) } });
  const ended = (name: string): EngineEvent => event({ resOutputsEvent: { metadata: step(name) } });

  it("is one step for each unit of delivery, which ends with its last change", async () => {
    const progress = new Progress([
      change("a", "cancer/data"),
      change("b", "cancer/api"),
      change("c", "cancer/api"),
    ]);
    const steps = progress.steps();
    assert.deepEqual(
      steps.map(({ title }) => title),
      ["cancer/api", "cancer/data"],
    );
    const lines: string[] = [];
    const [api, data] = steps.map(({ run }) => run((line) => lines.push(line)));
    for (const each of [began("b"), began("c"), ended("b"), ended("c"), ended("c"), began("unplanned")]) {
      progress.observe(each);
    }
    assert.equal(await api, "2 objects");
    assert.equal(lines.at(-1), "2 of 2");
    assert.ok(lines.includes("1 of 2, Deployment cancer-mlops/api"));
    progress.observe(ended("a"));
    assert.equal(await data, "1 object");
  });

  it("does not call a unit done in which something failed", async () => {
    const progress = new Progress([change("a", "cancer/api"), change("b", "cancer/api")]);
    const [step_] = progress.steps();
    const running = step_!.run(() => undefined);
    progress.observe(event({ resOpFailedEvent: { metadata: step("a"), status: 0, steps: 0 } }));
    progress.observe(ended("b"));
    progress.end();
    await assert.rejects(running, /1 of 2 when it ended/);
  });

  it("waits for the new object of a replacement, not for the old one's end", async () => {
    const progress = new Progress([{ ...change("a", "x"), action: "replace" }]);
    const [step_] = progress.steps();
    const running = step_!.run(() => undefined);
    progress.observe(event({ resOutputsEvent: { metadata: { ...step("a"), op: "delete-replaced" } } }));
    progress.end();
    await assert.rejects(running, /0 of 1/);
  });
});
