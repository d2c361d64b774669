/** Recording without stack traces, and with them where they are needed. */
import assert from "node:assert/strict";
import { recordQuickly } from "../../../automation/render/quick.ts";
import { SettingsError } from "../../../config/index.ts";

/** A program that notes how many frames an error would have, each time it runs, and then does something. */
function noting(work: () => void): { readonly limits: number[]; readonly record: () => Promise<unknown> } {
  const limits: number[] = [];
  const program = () => {
    limits.push(Error.stackTraceLimit);
    work();
    return Promise.resolve({});
  };
  return { limits, record: () => recordQuickly({ stack: "test", config: {}, program }) };
}

describe("a quick recording", () => {
  const before = Error.stackTraceLimit;

  afterEach(() => {
    assert.equal(Error.stackTraceLimit, before, "the process has its traces back");
  });

  it("keeps no traces, also where several take turns", async () => {
    const { limits, record } = noting(() => undefined);
    await Promise.all([record(), record(), record()]);
    assert.deepEqual(limits, [0, 0, 0]);
  });

  it("is made again with traces where the program fails", async () => {
    const { limits, record } = noting(function whereItIs() {
      throw new TypeError("a slip");
    });
    await assert.rejects(record(), ({ message, stack }: Error) => {
      assert.equal(message, "a slip");
      assert.match(stack ?? "", /at .*whereItIs/);
      return true;
    });
    assert.deepEqual(limits, [0, before]);
  });

  it("is made once where the settings are wrong", async () => {
    const { limits, record } = noting(() => {
      throw new SettingsError([{ key: "a", value: "1", reason: "wrong", remedy: "2" }], "a test");
    });
    await assert.rejects(record(), SettingsError);
    assert.deepEqual(limits, [0]);
  });
});
