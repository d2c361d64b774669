/** What backup jobs run, run: by a shell, with a program in rclone's place that writes down what it is asked. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { copyOffsite, dumpFolder, mirrorBuckets, uploadDump } from "../../../../components/backup/scripts.ts";

const exec = promisify(execFile);

/** Copies what it is told to below `bucket/`, writes its arguments down, and fails where they have `FAIL_AT` in them. */
const rclone = `#!/bin/sh
echo "$*" >> "$FAKE/calls"
case "$*" in *"\${FAIL_AT:-nothing fails}"*) echo refused >&2; exit 1;; esac
case "$1" in
  copyto) mkdir -p "$(dirname "$FAKE/bucket/$3")"; cp "$2" "$FAKE/bucket/$3";;
  rcat) mkdir -p "$(dirname "$FAKE/bucket/$2")"; cat > "$FAKE/bucket/$2";;
esac
`;

describe("scripts of backups", () => {
  let folder: string;
  const dump = () => join(folder, "dump");
  const run = async (script: string, env: Record<string, string> = {}) => {
    const { PATH = "" } = process.env;
    const result = await exec("sh", ["-c", script.replaceAll(dumpFolder, dump())], {
      env: {
        PATH: `${folder}:${PATH}`,
        FAKE: folder,
        TARGET: "backup:b/valkey/shop/cache",
        STORE: "cache",
        KIND: "valkey",
        RETENTION_DAYS: "7",
        ...env,
      },
    }).then(
      () => 0,
      (error: unknown) => (error as { code: number }).code,
    );
    return result;
  };
  const calls = () =>
    readFileSync(join(folder, "calls"), "utf8")
      .trimEnd()
      .replaceAll(/\d{8}T\d{6}Z/g, "TIME")
      .split("\n");

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "quint-scripts-"));
    mkdirSync(join(dump(), "files"), { recursive: true });
    writeFileSync(join(folder, "rclone"), rclone);
    chmodSync(join(folder, "rclone"), 0o755);
    writeFileSync(join(folder, "calls"), "");
    writeFileSync(join(dump(), "taken"), "2026-11-21T04:00:00Z\n");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("a dump is uploaded compressed, its manifest last, and what is too old forgotten after that", async () => {
    writeFileSync(join(dump(), "files/dump.rdb"), "REDIS");
    assert.equal(await run(uploadDump), 0);
    assert.deepEqual(calls(), [
      "copyto files/dump.rdb.gz backup:b/valkey/shop/cache/TIME/dump.rdb.gz",
      "copyto manifest.json backup:b/valkey/shop/cache/TIME/manifest.json",
      "delete --use-server-modtime --min-age 7d backup:b/valkey/shop/cache",
    ]);
    const uploaded = join(folder, "bucket/backup:b/valkey/shop/cache/20261121T040000Z");
    const packed = readFileSync(join(uploaded, "dump.rdb.gz"));
    assert.equal(gunzipSync(packed).toString(), "REDIS");
    assert.deepEqual(JSON.parse(readFileSync(join(uploaded, "manifest.json"), "utf8")), {
      store: "cache",
      kind: "valkey",
      taken: "2026-11-21T04:00:00Z",
      files: [
        {
          name: "dump.rdb.gz",
          bytes: packed.length,
          sha256: createHash("sha256").update(packed).digest("hex"),
        },
      ],
    });
  });

  it("a dump that is empty, or cannot be uploaded, has no manifest and takes no older one away", async () => {
    writeFileSync(join(dump(), "files/dump.rdb"), "");
    assert.equal(await run(uploadDump), 1);
    assert.deepEqual(calls(), [""]);
    writeFileSync(join(dump(), "files/dump.rdb"), "REDIS");
    assert.equal(await run(uploadDump, { FAIL_AT: "dump.rdb.gz backup:" }), 1);
    assert.deepEqual(
      calls().filter((call) => /manifest|delete/.test(call)),
      [],
    );
  });

  it("a mirror moves aside what it changes, and says that it is whole once every bucket was", async () => {
    const env = { TARGET: "backup:b/object-store/shop/files", BUCKETS: "models reports" };
    assert.equal(await run(mirrorBuckets, env), 0);
    const sync = (bucket: string) =>
      `sync --fast-list --use-server-modtime --update store:${bucket} ${env.TARGET}/current/${bucket} ` +
      `--backup-dir ${env.TARGET}/changed/TIME/${bucket}`;
    assert.deepEqual(calls(), [
      // A mirror that is interrupted must not pass for the one before.
      `delete --max-depth 1 --include /manifest.json ${env.TARGET}`,
      sync("models"),
      sync("reports"),
      `delete --use-server-modtime --min-age 7d ${env.TARGET}/changed`,
      `rcat ${env.TARGET}/manifest.json`,
    ]);
    const below = join(folder, "bucket", env.TARGET);
    assert.deepEqual(readdirSync(below), ["manifest.json"]);
    rmSync(below, { recursive: true });
    assert.equal(await run(mirrorBuckets, { ...env, FAIL_AT: "store:reports" }), 1);
    assert.ok(
      !calls()
        .slice(6)
        .some((call) => /^(rcat|delete)/.test(call)),
    );
  });

  it("the second bucket is only ever added to", async () => {
    assert.equal(await run(copyOffsite, { SOURCE: "backup:b", TARGET: "offsite:o" }), 0);
    assert.ok(
      calls().every((call) => call.startsWith("copy ") && call.endsWith("--s3-no-head backup:b offsite:o")),
    );
    assert.equal(await run(copyOffsite, { SOURCE: "backup:b", TARGET: "offsite:o", FAIL_AT: "copy" }), 1);
  });
});
