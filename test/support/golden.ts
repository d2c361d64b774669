/** Goldens: what a run made, compared with what is committed. `make golden` rewrites them, nothing else does. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./stacks.ts";

/** Compares with `test/golden/<name>`; with QUINT_GOLDEN=write, writes it. */
export function assertGolden(name: string, actual: string): void {
  const file = join(root, "test", "golden", name);
  if (process.env.QUINT_GOLDEN === "write") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, actual);
    return;
  }
  const expected = readFileSync(file, "utf8");
  assert.equal(
    actual,
    expected,
    `${name} changed; look at the difference and run \`make golden\` if it is meant`,
  );
}

/** JSON with sorted keys, so that a difference is a change. */
export function sortedJson(value: unknown): string {
  return `${JSON.stringify(sorted(value), undefined, 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, child]) => [key, sorted(child)]));
  }
  return value;
}
