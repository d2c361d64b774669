/** Running the engine's program: environment, errors, interruption. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ConcurrentUpdateError, StackNotFoundError } from "@pulumi/pulumi/automation/errors.js";
import { EngineCommand, type Environment } from "../../../automation/engine/command.ts";
import { interruptible } from "../../../automation/engine/interrupt.ts";

describe("the engine's command", () => {
  const folder = mkdtempSync(join(tmpdir(), "quint-engine-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** An engine that is a shell script. */
  function engine(
    script: string,
    environment: Environment = {},
    started?: (pid: number) => void,
  ): EngineCommand {
    const command = join(folder, "pulumi");
    writeFileSync(command, `#!/bin/sh\n${script}\n`);
    chmodSync(command, 0o755);
    return new EngineCommand({ command, version: "3.250.0", origin: "a test" }, environment, started);
  }

  it("gives the SDK a version that its own semver takes", () => {
    assert.equal(String(engine("").version), "3.250.0");
  });

  it("finds what its plugins run before anything else on PATH", async () => {
    const { command } = engine("echo $PATH");
    const found = { command, version: "3.250.0", origin: "a test" };
    const { stdout } = await new EngineCommand(found, {}, undefined, ["/kind"]).run([], folder, {});
    assert.deepEqual(stdout.split(":").slice(0, 2), ["/kind", folder]);
  });

  it("returns what the engine prints, and never lets it ask", async () => {
    const heard: string[] = [];
    const result = await engine('echo "$@"; echo trouble >&2').run(["stack", "ls"], folder, {}, (text) =>
      heard.push(text),
    );
    assert.equal(result.stdout, "stack ls --non-interactive");
    assert.equal(result.stderr, "trouble");
    assert.equal(heard.join("").trim(), result.stdout);
  });

  it("adds to the environment and takes away from it", async () => {
    process.env.QUINT_TEST_SECRET = "from outside";
    try {
      const command = engine('echo "$A $B ${QUINT_TEST_SECRET-gone}"', {
        A: "1",
        QUINT_TEST_SECRET: undefined,
      });
      assert.equal((await command.run([], folder, { B: "2" })).stdout, "1 2 gone");
    } finally {
      delete process.env.QUINT_TEST_SECRET;
    }
  });

  it("fails with the SDK's own errors, which its callers tell apart", async () => {
    await assert.rejects(
      engine("echo \"error: no stack named 'dev' found\" >&2; exit 255").run([], folder, {}),
      StackNotFoundError,
    );
    await assert.rejects(
      engine("echo 'error: the stack is currently locked by 1 lock(s)' >&2; exit 255").run([], folder, {}),
      ConcurrentUpdateError,
    );
    await assert.rejects(engine("echo 'error: anything' >&2; exit 3").run([], folder, {}), /error: anything/);
  });

  it("runs in a process group of its own, so that a terminal's ctrl-C reaches it only through us", async () => {
    const group = await engine('echo "$$ $(ps -o pgid= -p $$)"').run([], folder, {});
    const [pid, leader] = group.stdout.split(/\s+/);
    assert.equal(leader, pid);
  });

  it("gets one interrupt for one interruption", async () => {
    // Once it listens it says so; after the first interrupt it waits for another one.
    const script =
      "count=0; trap 'count=$((count+1))' INT; echo listening; until [ $count -gt 0 ]; do sleep 0.1; done; sleep 0.5; echo interrupts: $count";
    const command = engine(script);
    const controller = new AbortController();
    const abort = (): void => {
      controller.abort();
    };
    const { stdout } = await command.run([], folder, {}, abort, undefined, controller.signal);
    assert.equal(stdout, "listening\ninterrupts: 1");
    assert.equal(command.wasKilled, false);
  });

  it("is not started when the interruption came first", async () => {
    const run = engine("echo started").run([], folder, {}, undefined, undefined, AbortSignal.abort());
    await assert.rejects(run, /interrupted before it began/);
  });

  it("can be killed, and knows that it was", async () => {
    let pid = 0;
    const command = engine("sleep 30", {}, (started) => {
      pid = started;
    });
    const run = command.run([], folder, {});
    assert.ok(pid > 0);
    command.kill();
    await assert.rejects(run);
    assert.equal(command.wasKilled, true);
  });
});

describe("an interruption", () => {
  it("aborts the work once and leaves no listener behind", async () => {
    const before = process.listenerCount("SIGINT");
    const aborted = await interruptible(
      () => assert.fail("killed at the first signal"),
      async ({ signal, wasInterrupted }) => {
        assert.equal(wasInterrupted(), false);
        process.emit("SIGINT");
        await sleep(1);
        assert.equal(signal.aborted, true);
        return wasInterrupted();
      },
    );
    assert.equal(aborted, true);
    assert.equal(process.listenerCount("SIGINT"), before);
  });
});
