/** The rules that hold everywhere, over every stack's objects. Each rule is shown to fail in test/unit/policy. */
import assert from "node:assert/strict";
import { rules } from "../../policy/index.ts";
import { contextOf, objectsOf, stacks } from "../support/stacks.ts";

for (const stack of stacks) {
  describe(`invariants of ${stack}`, () => {
    for (const rule of rules) {
      it(`${rule.name}: ${rule.description}`, async () => {
        const { objects } = await objectsOf(stack);
        const found = rule.check(objects, await contextOf(stack));
        assert.deepEqual(
          found.map(({ object, reason }) => `${object} ${reason}`),
          [],
        );
      });
    }
  });
}
