import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import program from "../../../index.ts";
import { loadSettings, openStack } from "../../../config/index.ts";
import { SettingsError } from "../../../config/problems.ts";
import { mutated } from "./mutations.ts";
import { stackValues, root } from "../../support/stack-files.ts";
import { stacks, type Stack } from "./project-folder.ts";

/** Resources that the program asked for, by name. */
const registered: string[] = [];

/** Puts settings where the engine puts them: every value is text, structured ones are JSON. */
function configure(
  stack: Stack,
  values: Readonly<Record<string, unknown>>,
  secretKeys: string[] = [],
): Promise<void> {
  const config = Object.entries(values).map(([key, value]) => [
    `quint:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(config) as Record<string, string>, secretKeys);
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ name, inputs }) => {
      registered.push(name);
      return { id: name, state: inputs as Record<string, unknown> };
    },
    call: ({ inputs }) => inputs as Record<string, unknown>,
  };
  registered.length = 0;
  return pulumi.runtime.setMocks(mocks, "quint", stack, true);
}

/** Runs the program until nothing is in flight. */
async function run(): Promise<void> {
  await program();
  await pulumi.runtime.disconnect();
}

describe("settings inside the program", () => {
  after(() => {
    pulumi.runtime.setAllConfig({});
  });

  for (const stack of stacks) {
    it(`of ${stack} are those outside of it`, async () => {
      const { settings, engineConfig } = openStack({ root, stack });
      await configure(stack, {});
      pulumi.runtime.setAllConfig(
        Object.fromEntries(Object.entries(engineConfig).map(([key, { value }]) => [key, value])),
      );
      assert.deepEqual(loadSettings(), settings);
    });
  }

  it("read texts, truth values and structured values from the engine's text", async () => {
    await configure("dev", { ...stackValues("dev"), images: '{"sample":true}', domain: "5.example.com" });
    const { images, domain } = loadSettings();
    assert.deepEqual({ images, domain }, { images: { sample: true }, domain: "5.example.com" });
  });

  it("leave other namespaces to their providers", async () => {
    await configure("dev", stackValues("dev"));
    pulumi.runtime.setAllConfig({ ...pulumi.runtime.allConfig(), "aws:region": "x", "oci:tenancyOcid": "y" });
    assert.ok(loadSettings());
  });

  it("refuse text where structure belongs, and secrets, with the engine's mark of a user's error", async () => {
    await configure(
      "dev",
      { ...stackValues("dev"), cluster: "{simulated", domain: "not-shown.example.com" },
      ["quint:domain"],
    );
    const error = await run().catch((reason: unknown) => reason);
    assert.ok(error instanceof SettingsError);
    assert.ok(pulumi.RunError.isInstance(error));
    assert.deepEqual(
      error.problems.map(({ key, value }) => [key, value]),
      [
        ["quint:domain", "(hidden: it may be a credential)"],
        ["quint:cluster", '"{simulated"'],
      ],
    );
    assert.match(error.message, /^2 problems in the stack dev\n/);
  });

  it("let right settings register resources", async () => {
    await configure("dev", stackValues("dev"));
    await run();
    assert.ok(registered.length > 10, `${registered.length} resources`);
  });

  it("register nothing when they are wrong (100 mutations)", async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(mutated, async ({ stack, values }) => {
        await configure(stack, values);
        if (isRight()) return;
        refused++;
        await assert.rejects(run(), SettingsError);
        await pulumi.runtime.disconnect();
        assert.deepEqual(registered, []);
      }),
      { numRuns: 100 },
    );
    assert.ok(refused > 30, `${refused} refused`);
  });
});

function isRight(): boolean {
  try {
    loadSettings();
    return true;
  } catch {
    return false;
  }
}
