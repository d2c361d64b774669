/** Everything that each stack registers, in the order of its parents. A change here is a change users get. */
import assert from "node:assert/strict";
import type { Recording } from "../../automation/render/record.ts";
import { assertGolden, sortedJson } from "../support/golden.ts";
import { deployedRecordingOf, recordingOf, root, settingsOf, stacks } from "../support/stacks.ts";
import { recordVariant } from "../support/variants.ts";
import { eksSettings } from "../unit/cluster/eks-stack.ts";
import { okeSettings } from "../unit/cluster/oke-stack.ts";

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
    if (signature in value) return "<secret>";
    if ("__pulumiUnknown" in value) return "<known after the deployment>";
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, masked(child)]));
  }
  return value;
}

function byName({ registrations }: Recording): Record<string, unknown> {
  const named = Object.fromEntries(
    registrations.map(({ type, name, ...rest }) => [`${type} ${name}`, masked(rest)]),
  );
  assert.equal(Object.keys(named).length, registrations.length, "two resources share a type and a name");
  return named;
}

describe("registrations of the stacks", () => {
  for (const stack of stacks) {
    it(`${stack} registers what it did`, async () => {
      assertGolden(`${stack}.json`, sortedJson(byName(await deployedRecordingOf(stack))));
    });
  }

  it("registers the same twice", async () => {
    const { recordStack } = await import("../../automation/render/index.ts");
    const again = await recordStack({ root, stack: "dev" });
    assert.deepEqual(again.registrations, (await recordingOf("dev")).registrations);
  });
});

/** The other clouds. Of each variant the golden has what is not as on the stack's own cluster, and names what is missing. */
describe("registrations of the stacks on another cluster", () => {
  for (const stack of stacks) {
    for (const cluster of [okeSettings, eksSettings]) {
      if (settingsOf(stack).cluster.type === cluster.type) continue;
      it(`${stack} on ${cluster.type} registers what it did`, async () => {
        const own = byName(await recordingOf(stack));
        const other = byName(await recordVariant(stack, cluster));
        const differing = Object.entries(other).filter(
          ([name, registration]) => sortedJson(own[name] ?? null) !== sortedJson(registration),
        );
        const missing = Object.keys(own).filter((name) => !(name in other));
        assertGolden(
          `variants/${stack}-${cluster.type}.json`,
          sortedJson({ differing: Object.fromEntries(differing), missing: missing.sort() }),
        );
      });
    }
  }
});
