/** `type: local`: what this machine can have, what is there already, and why it is not something better. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dockerEngine } from "../../../automation/cluster/docker.ts";
import { chooseLocal, type LocalMachine } from "../../../automation/session/open.ts";

const able = { able: true } as const;
const notRoot = { able: false, reason: "this is user 1000", remedy: "Run it as root." } as const;
const off = { reason: "no Docker engine answers" };
const engine = { version: "28.2.2" };

const machine = (over: Partial<LocalMachine>): LocalMachine => ({
  hasKind: false,
  hasSimulated: false,
  docker: () => engine,
  kindToBeHad: () => true,
  realNode: () => able,
  ...over,
});
const never = (): never => assert.fail("was looked at");

describe("the choice of a local cluster", () => {
  const noRealNode = "No real node: this is user 1000. Run it as root.";
  const cases: [string, Partial<LocalMachine>, string, string[]][] = [
    ["kind where a Docker engine answers", { realNode: never }, "kind", []],
    [
      "embedded without one",
      { docker: () => off },
      "embedded",
      ["No kind cluster: no Docker engine answers."],
    ],
    [
      "embedded where Docker is there and kind cannot be had",
      { kindToBeHad: () => false },
      "embedded",
      ["No kind cluster: there is neither `kind` nor Go to build it with."],
    ],
    [
      "simulated where there can be no real node either",
      { docker: () => off, realNode: () => notRoot },
      "simulated",
      ["No kind cluster: no Docker engine answers.", noRealNode],
    ],
    ["the kind cluster that is there, and asks nothing", { hasKind: true, docker: never }, "kind", []],
    [
      "the embedded one that is there, though Docker answers",
      { hasSimulated: true, docker: never },
      "embedded",
      [],
    ],
    [
      "the simulated one that is there",
      { hasSimulated: true, docker: never, realNode: () => notRoot },
      "simulated",
      [noRealNode],
    ],
  ];
  for (const [name, over, type, refusals] of cases) {
    it(`is ${name}`, () => {
      assert.deepEqual(chooseLocal(machine(over)), { type, refusals });
    });
  }
});

describe("a Docker engine", () => {
  const folder = mkdtempSync(join(tmpdir(), "quint-docker-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const program = (name: string, lines: string): string => {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\n${lines}\n`);
    chmodSync(file, 0o755);
    return file;
  };

  const cases: [string, string, object, number?][] = [
    ["answers with its version", "echo 28.2.2", { version: "28.2.2" }],
    [
      "is not there where the client alone is",
      'echo ""; echo "Cannot connect to the daemon." >&2; echo more >&2; exit 1',
      { reason: "no Docker engine answers (Cannot connect to the daemon.)" },
    ],
    [
      "is not there where an older client fails without a code",
      "echo",
      { reason: "no Docker engine answers" },
    ],
    ["is not there where it hangs", "exec sleep 30", { reason: "Docker did not answer within 0.2 s" }, 200],
  ];
  // A busy machine starts a script in seconds.
  for (const [name, lines, found, within = 60_000] of cases) {
    it(name, () => {
      assert.deepEqual(dockerEngine(program(name.replaceAll(" ", "-"), lines), within), found);
    });
  }

  it("is not there without a client", () => {
    assert.deepEqual(dockerEngine(join(folder, "none")), { reason: "there is no `docker` on PATH" });
  });
});
