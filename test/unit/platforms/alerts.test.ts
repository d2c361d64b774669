/** Alerts of all platforms: whoever is woken by one finds what to do. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describePlatforms } from "../../../platforms/index.ts";
import { root, settingsOf } from "../../support/stacks.ts";

describe("alerts", () => {
  const all = describePlatforms(settingsOf("production"))
    .flatMap(({ applications }) => applications)
    .flatMap(({ alerts = [] }) => alerts);

  it("have names of their own", () => {
    const names = all.map(({ name }) => name);
    assert.ok(names.length > 0);
    assert.equal(new Set(names).size, names.length);
  });

  for (const { name, runbook } of all) {
    it(`${name} is in its runbook, ${runbook}`, () => {
      assert.ok(readFileSync(join(root, "docs/runbooks", runbook), "utf8").includes(name));
    });
  }
});
