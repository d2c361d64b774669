/** What no compiler reads is read here: documents in which a merge was left half done, or a table lost its head. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../support/stacks.ts";

/** What Git writes around a conflict, also as the formatter leaves it: quotes and a row of a table. */
const conflict = /^(?:<{7}|>{7}|(?:> ){7}|\|? ?={7})/;

function faults(text: string): string[] {
  let fenced = false;
  let before = "";
  return text.split("\n").flatMap((line, index) => {
    if (line.startsWith("```")) fenced = !fenced;
    const orphan = !fenced && line.startsWith("|") && before !== "" && !before.startsWith("|");
    before = line;
    if (conflict.test(line)) return [`${String(index + 1)}: left by a merge`];
    return orphan ? [`${String(index + 1)}: a row below no table`] : [];
  });
}

describe("documents as Markdown", () => {
  it("have no trace of a merge and no row without a table", () => {
    const files = ["README.md", ...globSync("docs/**/*.md", { cwd: root })];
    assert.ok(files.length > 20);
    const found = files.flatMap((file) =>
      faults(readFileSync(join(root, file), "utf8")).map((fault) => `${file}:${fault}`),
    );
    assert.deepEqual(found, []);
  });

  it("are refused where they have", () => {
    assert.deepEqual(
      faults("a\n| b |\n\n| c |\n<<<<<<< HEAD\n| =======   |\n> > > > > > > main\n>>>>>>> main"),
      [
        "2: a row below no table",
        "5: left by a merge",
        "6: left by a merge",
        "7: left by a merge",
        "8: left by a merge",
      ],
    );
  });
});
