/** Alerts of all stacks: whoever is woken by one knows whose it is, and finds what to do. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root, stacks } from "../../support/stacks.ts";
import { alertsOf } from "../../support/rules.ts";

describe("alerts", () => {
  for (const stack of stacks) {
    it(`of ${stack} are told apart by name, owner and labels`, () => {
      const names = alertsOf(stack).map(({ name, owner, labels }) => JSON.stringify([name, owner, labels]));
      assert.ok(names.length > 50);
      assert.deepEqual(
        names.filter((name, index) => names.indexOf(name) !== index),
        [],
      );
    });
  }

  const runbooks = new Map(
    stacks.flatMap(alertsOf).map(({ name, runbook }) => [`${name} in ${runbook}`, { name, runbook }]),
  );
  for (const [title, { name, runbook }] of runbooks) {
    it(`has a runbook: ${title}`, () => {
      assert.match(readFileSync(join(root, "docs/runbooks", runbook), "utf8"), new RegExp(`\\b${name}\\b`));
    });
  }

  it("say in one line what has happened, and name what it happened to", () => {
    for (const { name, summary } of stacks.flatMap(alertsOf)) {
      assert.match(summary, /^\S[^\n]{10,200}$/, name);
    }
  });
});
