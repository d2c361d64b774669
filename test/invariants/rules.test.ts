/** The rules that hold everywhere, over every stack's objects. Each rule is shown to fail in test/unit/policy. */
import assert from "node:assert/strict";
import { rules } from "../../policy/index.ts";
import { contextOf, everywhere, objectsOf, stacks } from "../support/stacks.ts";

for (const stack of stacks) {
  for (const where of everywhere) {
    describe(`invariants of ${stack} on ${where === "own" ? "its own cluster" : "simulated nodes"}`, () => {
      for (const rule of rules) {
        it(`${rule.name}: ${rule.description}`, async () => {
          const { objects } = await objectsOf(stack, where);
          const found = rule.check(objects, await contextOf(stack, where));
          assert.deepEqual(
            found.map(({ object, reason }) => `${object} ${reason}`),
            [],
          );
        });
      }
    });
  }
}
