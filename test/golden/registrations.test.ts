/** Everything that each stack registers, in the order of its parents. A change here is a change users get. */
import assert from "node:assert/strict";
import { assertGolden, sortedJson } from "../support/golden.ts";
import { recordingOf, root, stacks } from "../support/stacks.ts";

const signature = "4dabf18193072939515e22adb298388d";

/** Secrets show that they are secret, and paths of this machine that they are of the project. */
function masked(value: unknown): unknown {
  if (typeof value === "string") {
    return value.replaceAll(root, "<project>");
  }
  if (Array.isArray(value)) {
    return value.map(masked);
  }
  if (typeof value === "object" && value !== null) {
    return signature in value
      ? "<secret>"
      : Object.fromEntries(Object.entries(value).map(([key, child]) => [key, masked(child)]));
  }
  return value;
}

describe("registrations of the stacks", () => {
  for (const stack of stacks) {
    it(`${stack} registers what it did`, async () => {
      const { registrations } = await recordingOf(stack);
      const byName = Object.fromEntries(
        registrations.map(({ type, name, ...rest }) => [`${type} ${name}`, masked(rest)]),
      );
      assert.equal(Object.keys(byName).length, registrations.length, "two resources share a type and a name");
      assertGolden(`${stack}.json`, sortedJson(byName));
    });
  }

  it("registers the same twice", async () => {
    const { recordStack } = await import("../../automation/render/index.ts");
    const again = await recordStack({ root, stack: "dev" });
    assert.deepEqual(again.registrations, (await recordingOf("dev")).registrations);
  });
});
