/** The whole way of `quint restore`, as far as it refuses: with its reason, and before anything changes. */
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { ClusterAccess } from "../../../automation/cluster/access.ts";
import { openContext } from "../../../automation/delivery/context.ts";
import { journalIn, readRestoreJournal, writeRestoreJournal } from "../../../automation/recovery/journal.ts";
import { restorePlatform, type RestoreRequest } from "../../../automation/recovery/run.ts";
import { at } from "../../support/objects.ts";
import { root } from "../../support/stacks.ts";
import { cluster, type Have } from "./restore-cluster.ts";

const name = "health-postgresql";
const access = { simulated: false, context: "dev" } as unknown as ClusterAccess;

describe("a restore that is refused", () => {
  const project = mkdtempSync(join(tmpdir(), "quint-restore-"));
  const folder = join(project, "work");
  mkdirSync(folder);
  for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml"]) copyFileSync(join(root, file), join(project, file));
  after(() => {
    rmSync(project, { recursive: true });
  });

  const old = { archives: { [name]: "2026-11-01T00:00:00Z" } };
  const inside = { at: "2026-11-20T10:15:00Z", to: "in-place" };
  const cases: readonly (readonly [string, Have, RestoreRequest, RegExp])[] = [
    [
      "over data that may be newer",
      old,
      inside,
      /may be newer than 2026-11-20T10:15:00\.000Z\. Nothing was changed/,
    ],
    [
      "over data that may be newer than what is archived",
      old,
      { ...inside, at: "latest" },
      /may be newer than the latest that is archived\. Nothing was changed/,
    ],
    ["without the platform's name", old, { ...inside, force: true }, /confirmed by the platform's name/],
    ["with another's", old, { ...inside, force: true, confirm: "cancer" }, /"cancer" is not health-data/],
    [
      "to a time before the archive",
      old,
      { ...inside, at: "2025-11-20T10:15:00Z", force: true, confirm: "health-data" },
      /begins at 2026-11-01T00:00:00Z: it has nothing of 2025-11-20/,
    ],
    ["into a namespace that is there", old, { ...inside, to: "look" }, /The namespace look is there already/],
  ];
  for (const [what, have, request, says] of cases)
    it(what, async () => {
      // Where it refuses nothing, it ends at the server, and in settings that are nobody's.
      const context = openContext(project, "dev", "health-data", { cluster: "simulated" });
      const before = readFileSync(context.file, "utf8");
      const { client, order } = cluster({ ...have, fails: "remove" });
      await assert.rejects(
        restorePlatform({ context, client, access, really: true, folder }, request, "skipped"),
        says,
      );
      assert.deepEqual([order, readdirSync(folder)], [[], []]);
      assert.equal(readFileSync(context.file, "utf8"), before);
    });

  it("not where it goes on: --at latest stays what it was for the first run", async () => {
    const context = openContext(project, "dev", "health-data", { cluster: "simulated" });
    const asked = { stack: "dev", platform: "health-data", at: "latest", to: "in-place" };
    const begun = "2026-11-20T10:15:00.000Z";
    // Of a process that has died: nobody has this number.
    const process = { pid: 2 ** 22 + 1, started: "0" };
    const file = journalIn(folder);
    writeRestoreJournal(file, { version: 1, ...asked, begun, done: [], process });
    const { client, order } = cluster({ fails: "remove" });
    const request = { at: "latest", to: "in-place", force: true, confirm: "health-data" };
    await assert.rejects(restorePlatform({ context, client, access, really: true, folder }, request, ""));
    assert.deepEqual(order, []);
    const points = { [name]: { at: begun, latest: true } };
    assert.deepEqual(readRestoreJournal(file)?.points, points);
    const written: unknown = parse(readFileSync(context.file, "utf8"));
    assert.deepEqual(at(written, "config.quint:platforms.health-data.recoverFrom"), points);
  });
});
