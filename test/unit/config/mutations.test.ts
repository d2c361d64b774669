import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { stringify } from "yaml";
import { parseSettings } from "../../../config/parse.ts";
import { SettingsError } from "../../../config/problems.ts";
import type { Settings } from "../../../config/settings.ts";
import { openStackText } from "../../../config/sources.ts";
import { credential, mutated } from "./mutations.ts";
import { root, stacks } from "./project-folder.ts";

/** Counts how often settings were accepted and refused, so that a test of neither cannot pass. */
class Tally {
  accepted = 0;
  refused = 0;

  /** Runs an action whose every outcome but two is a failure: valid settings, or an error that helps. */
  check(stack: string, action: () => Settings): void {
    let settings: Settings;
    try {
      settings = action();
    } catch (error) {
      assert.ok(error instanceof SettingsError, `not a SettingsError: ${String(error)}`);
      this.refused++;
      helps(error);
      return;
    }
    this.accepted++;
    holds(stack, settings);
  }
}

/** Valid settings are complete: parsed again, they are the same. And nobody can change them. */
function holds(stack: string, settings: Settings): void {
  assert.equal(settings.stack, stack);
  const values = Object.fromEntries(
    Object.entries(settings).filter(([key]) => key !== "stack" && key !== "sizes"),
  );
  assert.deepEqual(parseSettings({ stack, values, source: "again" }), settings);
  everyObject(settings, (object) => {
    assert.ok(Object.isFrozen(object));
  });
}

function everyObject(value: unknown, visit: (object: object) => void): void {
  if (typeof value !== "object" || value === null) return;
  visit(value);
  for (const inner of Object.values(value)) everyObject(inner, visit);
}

/** An error helps when each problem has a place, a value, a reason and a remedy, in words meant for people. */
function helps(error: SettingsError): void {
  assert.ok(error.problems.length > 0);
  for (const { key, value, reason, remedy } of error.problems) {
    for (const part of [key, value, reason, remedy])
      assert.ok(part.trim().length > 0, JSON.stringify(error.problems));
    assert.ok(!/\p{Cc}/u.test(key + value + reason), JSON.stringify([key, value, reason]));
    assert.ok(value.length <= 200, value);
  }
  for (const word of [
    "undefined",
    "[object Object]",
    "Invalid input",
    "Invalid string",
    "Unrecognized",
    credential,
  ]) {
    assert.ok(!error.message.includes(word), `${word} in\n${error.message}`);
  }
  assert.doesNotMatch(error.message, /\n\s+at \S+ ?\(|node_modules|file:\/\/\/\S+\.ts/);
  const keys = error.problems.map(({ key, where }) => `${key} ${where ?? ""}`);
  assert.equal(new Set(keys).size, keys.length, "one problem a place");
}

describe("mutated settings", () => {
  it("are either valid or refused with help (1,500 as values)", () => {
    const tally = new Tally();
    fc.assert(
      fc.property(mutated, ({ stack, values }) => {
        tally.check(stack, () => parseSettings({ stack, values, source: `Pulumi.${stack}.yaml` }));
      }),
      { numRuns: 1_500 },
    );
    assert.ok(tally.accepted > 50 && tally.refused > 500, JSON.stringify(tally));
  });

  it("are either valid or refused with help (500 as files)", () => {
    const tally = new Tally();
    fc.assert(
      fc.property(mutated, ({ stack, values }) => {
        const config = Object.fromEntries(
          Object.entries(values).map(([key, value]) => [`quint:${key}`, value]),
        );
        const text = stringify({ config });
        tally.check(stack, () => openStackText(`Pulumi.${stack}.yaml`, stack, text).settings);
      }),
      { numRuns: 500 },
    );
    assert.ok(tally.accepted > 15 && tally.refused > 150, JSON.stringify(tally));
  });

  it("are either valid or refused with help (500 slips of the keyboard)", () => {
    const texts = Object.fromEntries(
      stacks.map((stack) => [stack, readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8")]),
    );
    const slip = fc.record({
      place: fc.nat(),
      cut: fc.nat({ max: 3 }),
      typed: fc.oneof(
        fc.constantFrom("", " ", "\n", "\t", ":", "- ", "{", "]", '"', "#", "&a ", "*a", "<<: ", "!x "),
        fc.string({ maxLength: 2 }),
      ),
    });
    const tally = new Tally();
    fc.assert(
      fc.property(
        fc.constantFrom(...stacks),
        fc.array(slip, { minLength: 1, maxLength: 3 }),
        (stack, slips) => {
          const text = slips.reduce((before, { place, cut, typed }) => {
            const at = place % before.length;
            return before.slice(0, at) + typed + before.slice(at + cut);
          }, texts[stack]!);
          tally.check(stack, () => openStackText(`Pulumi.${stack}.yaml`, stack, text).settings);
        },
      ),
      { numRuns: 500 },
    );
    assert.ok(tally.accepted > 15 && tally.refused > 150, JSON.stringify(tally));
  });
});
