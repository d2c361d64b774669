/** Policies, asked by those who run them: code-review's examples by OPA, the guardrails by a real API server. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type KubernetesObject, type KubernetesObjectApi, PatchStrategy } from "@kubernetes/client-node";
import { connect } from "../../automation/cluster/access.ts";
import { namespaceExemptions } from "../../config/catalog/namespaces.ts";
import { reviewPolicies } from "../../platforms/code-review/policies.ts";
import { startCluster, stopCluster } from "../../simulation/index.ts";
import { ensureProgram } from "../../simulation/programs/ensure.ts";
import { at, drafts, named, put, type Draft } from "../support/objects.ts";
import { objectsOf } from "../support/stacks.ts";
import { guardrailCases, podOf } from "./support/guardrail-cases.ts";
import { eventually, spec } from "./support/small-cluster.ts";

/** Passes. Each case below changes one thing of it. */
const review = {
  version: "stable",
  method: "POST",
  author: "ada",
  approver: "grace",
  files: 12,
  findings: [{ id: "F1", severity: "low" }],
};

describe("the review policy", () => {
  const folder = mkdtempSync(join(tmpdir(), "quint-policies-"));
  let opa = "";

  before(async function () {
    // A first build of OPA takes minutes.
    this.timeout(90 * 60_000);
    opa = await ensureProgram("opa");
    for (const [name, text] of Object.entries(reviewPolicies)) writeFileSync(join(folder, name), text);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function decide(input: object): { readonly allow: boolean; readonly deny: readonly string[] } {
    const answer = execFileSync(
      opa,
      ["eval", "--data", folder, "--stdin-input", "--format", "raw", "data.codereview.review"],
      { input: JSON.stringify(input), encoding: "utf8" },
    );
    return JSON.parse(answer) as ReturnType<typeof decide>;
  }

  it("is written as OPA would write it, without a warning", () => {
    execFileSync(opa, ["check", "--strict", folder]);
    assert.equal(execFileSync(opa, ["fmt", "--list", folder], { encoding: "utf8" }), "");
  });

  it("lets a review pass that breaks no rule", () => {
    assert.deepEqual(decide(review), { allow: true, deny: [] });
    assert.equal(decide({ ...review, version: "quarantine", method: "GET" }).allow, true);
    assert.equal(decide({ ...review, files: 300, findings: [] }).allow, true);
  });

  const refused: Record<string, readonly [object, string]> = {
    "a critical finding": [
      { findings: [{ id: "F2", severity: "critical" }] },
      "F2: a critical finding blocks the review",
    ],
    "a high finding": [
      { findings: [{ id: "F3", severity: "high" }] },
      "F3: a high finding blocks the review",
    ],
    "too many files": [{ files: 301 }, "301 files are more than the 300 of one review"],
    "writing in quarantine": [{ version: "quarantine" }, "quarantine is read-only"],
    "an approval by the author": [{ approver: "ada" }, "the author may not approve"],
    "a review that does not say who approved it": [{ approver: undefined }, "approver is missing"],
  };
  for (const [name, [change, reason]] of Object.entries(refused)) {
    it(`refuses ${name}, and says why`, () => {
      assert.deepEqual(decide({ ...review, ...change }), { allow: false, deny: [reason] });
    });
  }

  it("gives every reason at once", () => {
    assert.equal(decide({ ...review, files: 500, approver: "ada" }).deny.length, 2);
  });

  it("refuses a review that says nothing", () => {
    assert.equal(decide({}).deny.length, 6);
  });
});

/** The kinds that guardrails look at, beside pods and namespaces. */
const guarded = [
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "Job",
  "CronJob",
  "Rollout",
  "PodDisruptionBudget",
  "Service",
  "PeerAuthentication",
  "Role",
];

const untagged = "registry.example.com/mlflow";

describe("the guardrails", function () {
  this.timeout(900_000);
  const root = mkdtempSync(join(tmpdir(), "quint-guardrails-"));
  let api: KubernetesObjectApi;

  const headerOf = ({ kind, metadata }: Draft) => ({
    apiVersion: "admissionregistration.k8s.io/v1",
    kind,
    metadata,
  });
  const apply = (object: Draft, dryRun?: "All") =>
    api.patch(object, "", dryRun, "test", true, PatchStrategy.ServerSideApply);
  /** Why the server refuses an object; nothing where it takes it. */
  const refusal = (object: Draft): Promise<string> =>
    apply(object, "All").then(
      () => "",
      (error: unknown) => String(at(error, "body") ?? error),
    );
  const enforce = async (guardrails: readonly Draft[], action: "Deny" | "Warn") => {
    const bindings = guardrails.filter(({ kind }) => kind.endsWith("Binding"));
    for (const binding of bindings) put(binding, "spec.validationActions", [action]);
    await Promise.all(bindings.map((binding) => apply(binding)));
  };

  before(async function () {
    this.timeout(90 * 60_000); // On a machine that never built the programs; 6 s on one that did.
    const { kubeconfigPath: kubeconfig, context } = await startCluster(spec, { root });
    api = (await connect({ kubeconfig, context, simulated: true })).objects;
  });
  after(async () => {
    await stopCluster({ root });
    rmSync(root, { recursive: true, force: true });
  });

  // Rollouts are on a cluster whose controllers run, what operators make has placeholders on the others.
  for (const [stack, where, needed] of [
    ["dev", "simulated", ["StatefulSet", "Service", "PeerAuthentication"]],
    ["staging", "simulated", ["Deployment", "StatefulSet", "PodDisruptionBudget", "Job", "CronJob", "Role"]],
    ["production", "own", ["Deployment", "Rollout", "CronJob"]],
  ] as const) {
    describe(`of ${stack}`, () => {
      let own: Draft[];
      let guardrails: Draft[];
      const mlflow = (image: string) => {
        const object = structuredClone(named(own, "Deployment", "mlflow", "cancer-mlops"));
        put(object, "spec.template.spec.containers.0.image", image);
        return object;
      };

      before(async () => {
        own = drafts((await objectsOf(stack, where)).objects);
        guardrails = own.filter(({ kind }) => kind.startsWith("ValidatingAdmissionPolicy"));
        await Promise.all(guardrails.map((object) => apply(object)));
        // In dev, too: its own objects must be right, whatever is done about others.
        await enforce(guardrails, "Deny");
        await Promise.all(own.filter(({ kind }) => kind === "Namespace").map((object) => apply(object)));
        await eventually("the guardrails refuse", async () => (await refusal(mlflow(untagged))) !== "");
      });
      after(async () => {
        await Promise.all(guardrails.map((object) => api.delete(object as unknown as KubernetesObject)));
      });

      it("compile, and their types are right", async () => {
        for (const policy of guardrails.filter(({ kind }) => !kind.endsWith("Binding"))) {
          const status = await eventually(`${policy.metadata.name} is looked at`, async () =>
            at(await api.read(headerOf(policy)), "status.typeChecking"),
          );
          assert.equal(at(status, "expressionWarnings"), undefined, policy.metadata.name);
        }
      });

      it("let everything of the stack pass, and its pods", async () => {
        const exempt = (object: Draft) => namespaceExemptions.has(object.metadata.namespace ?? "");
        const all = own.filter((object) => guarded.includes(object.kind) && !exempt(object));
        const pods = all.filter((object) => at(object, "spec.template.spec.containers") !== undefined);
        const answers = await Promise.all(
          [...all, ...pods.map((workload) => podOf(workload))].map(
            async (object) => `${object.kind} ${object.metadata.name}: ${await refusal(object)}`,
          ),
        );
        assert.deepEqual(
          answers.filter((answer) => !answer.endsWith(": ")),
          [],
        );
        for (const kind of needed)
          assert.ok(
            all.some((object) => object.kind === kind),
            kind,
          );
      });

      if (stack === "production") {
        for (const { when, bad, says } of guardrailCases) {
          it(`refuse ${when}, and say what would be right`, async () => {
            // The server looks at policies once a second: perhaps not at all of them in the same one.
            const why = await eventually("a refusal", async () => (await refusal(bad(own))) || undefined);
            assert.ok(why.includes(JSON.stringify(says).slice(1, -1)), why);
          });
        }

        it("would be known for a field that there is not", async () => {
          const policy = structuredClone(
            named(guardrails, "ValidatingAdmissionPolicy", "services.quint.dev"),
          );
          policy.metadata.name = "wrong.quint.dev";
          put(policy, "spec.validations", [{ expression: "object.spec.nothing == 'there'" }]);
          await apply(policy);
          await eventually("a warning", async () =>
            at(await api.read(headerOf(policy)), "status.typeChecking.expressionWarnings.0.warning"),
          );
        });

        it("look at what is changed of an object that was there before, and are loosened by a setting", async () => {
          const object = mlflow(untagged);
          await enforce(guardrails, "Warn");
          await eventually("they warn", async () => (await refusal(object)) === "");
          await apply(object);
          await enforce(guardrails, "Deny");
          const another = structuredClone(object);
          put(another, "metadata.name", "another");
          await eventually("they refuse", async () => (await refusal(another)) !== "");
          put(object, "spec.replicas", 2);
          assert.equal(await refusal(object), "");
          put(object, "spec.template.spec.priorityClassName", "low-priority");
          assert.match(await refusal(object), /pinned-images: container mlflow/);
        });
      }
    });
  }
});
