/** The example policies of code-review, asked by the OPA that runs them. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reviewPolicies } from "../../platforms/code-review/policies.ts";
import { ensureProgram } from "../../simulation/programs/ensure.ts";

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
    this.timeout(30 * 60_000);
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
