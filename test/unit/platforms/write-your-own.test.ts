/** The platform of docs/platforms/write-your-own.md, executed as it stands there. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Settings } from "../../../config/index.ts";
import type { Platform } from "../../../platforms/model/index.ts";
import { violations } from "../../../policy/index.ts";
import { differences, layers } from "../../support/connectivity/compare.ts";
import { contextOf, root, settingsOf } from "../../support/stacks.ts";
import { recordPlatform } from "../../support/test-platform.ts";

type Page = (settings: Settings, own: { readonly image?: string }) => Platform;

describe("docs/platforms/write-your-own.md", () => {
  const folder = mkdtempSync(join(tmpdir(), "quint-write-your-own-"));
  const [, code = ""] =
    /```ts\n(.*?)```/s.exec(readFileSync(join(root, "docs/platforms/write-your-own.md"), "utf8")) ?? [];
  let guestbook: Page;

  before(async () => {
    const file = join(folder, "guestbook.ts");
    const platforms = pathToFileURL(join(root, "platforms")).href;
    // As if it stood in platforms/guestbook/.
    const placed = code
      .replaceAll('from "../../', `from "${pathToFileURL(root).href}/`)
      .replaceAll('from "../', `from "${platforms}/`);
    writeFileSync(file, placed);
    ({ guestbook } = (await import(pathToFileURL(file).href)) as { guestbook: Page });
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("is a platform of under 60 lines", () => {
    const lines = code.split("\n").filter((line) => line.trim() !== "");
    assert.ok(lines.length > 20 && lines.length < 60, `${lines.length} lines`);
  });

  it("is deployed, breaks no rule, and connects as it declares", async () => {
    const platform = guestbook(settingsOf("dev"), {});
    const { objects, requiredSecrets } = (await recordPlatform(platform)).rendered();
    const secrets = new Map(
      requiredSecrets.map(({ namespace, name, keys }) => [`${namespace}/${name}`, Object.keys(keys)]),
    );
    assert.deepEqual(violations(objects, { ...(await contextOf("dev")), secrets }), []);
    assert.deepEqual(
      differences(objects, [platform]),
      Object.fromEntries(layers.map((layer) => [layer, []])),
    );
    const kinds = new Set(objects.map(({ kind }) => kind));
    for (const kind of ["Deployment", "Cluster", "VirtualService", "NetworkPolicy", "ResourceQuota"]) {
      assert.ok(kinds.has(kind), kind);
    }
  });
});
