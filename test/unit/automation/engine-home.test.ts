/** What surrounds the engine: home, credentials, passphrase, logs. */
import assert from "node:assert/strict";
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { passphraseFile, prepareHome } from "../../../automation/engine/home.ts";
import { openLog } from "../../../automation/engine/logs.ts";
import { foldersOf } from "../../../automation/paths.ts";

describe("the engine's home", () => {
  let root: string;
  const usersHome = process.env.PULUMI_HOME;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "quint-home-"));
    process.env.PULUMI_HOME = join(root, "user");
  });
  afterEach(() => {
    if (usersHome === undefined) delete process.env.PULUMI_HOME;
    else process.env.PULUMI_HOME = usersHome;
    rmSync(root, { recursive: true });
  });
  const local = (): string => pathToFileURL(join(root, ".quint", "state")).href;

  it("is under .quint for local state, with the user's plugins and nothing else of the user's", () => {
    const folders = foldersOf(root);
    const { environment, pluginFolder } = prepareHome({ folders, backend: local(), disposable: true });
    assert.equal(environment.PULUMI_HOME, folders.engineHome);
    assert.equal(environment.PULUMI_BACKEND_URL, local());
    assert.equal(readlinkSync(pluginFolder), join(root, "user", "plugins"));
    assert.deepEqual(readdirSync(folders.engineHome), ["plugins"]);
    assert.ok(statSync(join(root, ".quint", "state")).isDirectory());
    prepareHome({ folders, backend: local(), disposable: true });
  });

  it("is the user's own only for a Pulumi service, which needs the login there", () => {
    const folders = foldersOf(root);
    const service = prepareHome({ folders, backend: "https://api.example.com", disposable: false });
    assert.equal(service.environment.PULUMI_HOME, join(root, "user"));
    const bucket = prepareHome({ folders, backend: "s3://bucket", disposable: false });
    assert.equal(bucket.environment.PULUMI_HOME, folders.engineHome);
  });

  it("writes the state once, at the end, only where everything can be made anew", () => {
    const folders = foldersOf(root);
    const disposable = prepareHome({ folders, backend: local(), disposable: true }).environment;
    const real = prepareHome({ folders, backend: local(), disposable: false }).environment;
    assert.equal(disposable.PULUMI_SKIP_CHECKPOINTS, "true");
    assert.equal(real.PULUMI_SKIP_CHECKPOINTS, undefined);
    assert.equal(real.PULUMI_K8S_ENABLE_PATCH_FORCE, undefined);
  });

  it("passes a generated passphrase by file, never by value, and only to its own state", () => {
    const folders = foldersOf(root);
    const { environment } = prepareHome({ folders, backend: local(), disposable: true });
    const file = environment.PULUMI_CONFIG_PASSPHRASE_FILE ?? "";
    const passphrase = readFileSync(file, "utf8");
    assert.ok(passphrase.length >= 40);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.ok("PULUMI_CONFIG_PASSPHRASE" in environment, "the user's passphrase is not for this state");
    assert.equal(environment.PULUMI_CONFIG_PASSPHRASE, undefined);
    assert.ok(!Object.values(environment).some((value) => value?.includes(passphrase)));
    assert.equal(readFileSync(passphraseFile(folders), "utf8"), passphrase, "made anew");

    const bucket = prepareHome({ folders, backend: "s3://bucket", disposable: false }).environment;
    assert.ok(!("PULUMI_CONFIG_PASSPHRASE_FILE" in bucket));
    const elsewhere = pathToFileURL(join(root, "shared-state")).href;
    const shared = prepareHome({ folders, backend: elsewhere, disposable: false }).environment;
    assert.ok(!("PULUMI_CONFIG_PASSPHRASE_FILE" in shared));
  });

  it("makes a plugin folder of its own where the user's cannot be had", () => {
    writeFileSync(join(root, "user"), "a file where a folder should be");
    const { pluginFolder } = prepareHome({ folders: foldersOf(root), backend: local(), disposable: true });
    assert.ok(lstatSync(pluginFolder).isDirectory());
  });

  it("keeps the logs of the last twenty runs of a stack, readable by their owner", () => {
    const folder = join(root, "logs");
    writeFileSync(join(root, "other"), "");
    for (let day = 1; day <= 25; day++) {
      const log = openLog(folder, "dev", "up", new Date(Date.UTC(2026, 0, day)));
      log.write("\u001b[31mred\u001b[0m\n");
    }
    const other = openLog(folder, "dev-eu", "up", new Date(Date.UTC(2020, 0, 1)));
    const logs = readdirSync(folder).filter((name) => name.startsWith("dev-2"));
    assert.equal(logs.length, 20);
    assert.match(logs.sort()[0] ?? "", /^dev-2026-01-06/);
    assert.match(readFileSync(join(folder, logs[0] ?? ""), "utf8"), /^# quint up dev, 2026-01-06.*\nred\n$/);
    assert.equal(statSync(other.file).mode & 0o777, 0o600);
  });
});
