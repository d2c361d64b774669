/** Committing and pushing a delivery, in repositories that are thrown away. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publish, refuseUnpublishable, type Publication } from "../../../automation/git/publish.ts";

describe("a delivery by Git", () => {
  let folder = "";
  const git = (cwd: string, ...args: string[]): string =>
    execFileSync("git", args, {
      cwd: join(folder, cwd),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  const clone = (name: string): void => {
    git(".", "clone", "-q", "remote.git", name);
    git(name, "config", "user.name", "test");
    git(name, "config", "user.email", "test@example.com");
  };
  const of = (name = "one"): Publication => ({
    root: join(folder, name),
    repository: "https://git.example.com/quint.git",
    branch: "main",
  });
  const write = (name: string, file: string, text: string): void => {
    writeFileSync(join(folder, name, file), text);
  };
  const deliver = (name: string, text: string): Promise<string> => {
    write(name, "stack", text);
    return publish(of(name), [join(folder, name, "stack")], `deploy ${text}`);
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "quint-publish-"));
    git(".", "init", "-q", "--bare", "-b", "main", "remote.git");
    clone("one");
    git("one", "switch", "-q", "-c", "main");
    await deliver("one", "v1");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is a commit on the branch, of what it changed and nothing else", async () => {
    await refuseUnpublishable(of(), false);
    write("one", "other", "not of the delivery");
    const commit = await deliver("one", "v2");
    assert.equal(git("remote.git", "rev-parse", "main"), commit);
    assert.equal(git("remote.git", "show", "main:stack"), "v2");
    assert.equal(git("remote.git", "log", "-1", "--format=%s", "main"), "deploy v2");
    assert.equal(git("one", "status", "--porcelain"), "?? other");
  });
  it("is no commit where nothing changed", async () => {
    assert.equal(await deliver("one", "v1"), git("remote.git", "rev-parse", "main"));
  });
  it("goes on top of what somebody else pushed in between", async () => {
    clone("two");
    write("two", "theirs", "x");
    await publish(of("two"), [join(folder, "two", "theirs")], "theirs");
    const commit = await deliver("one", "v2");
    assert.equal(git("remote.git", "rev-parse", "main"), commit);
    assert.equal(git("remote.git", "show", "main:theirs"), "x");
  });

  const refusals: readonly (readonly [what: string, spoil: () => Publication, reason: RegExp])[] = [
    ["the tree is not clean", () => (write("one", "stack", "by hand"), of()), /not clean/],
    ["there is no such branch", () => ({ ...of(), branch: "release" }), /no branch "release"/],
    [
      "more would be pushed",
      () => {
        git("one", "commit", "-q", "--allow-empty", "-m", "not pushed");
        return of();
      },
      /HEAD .* is not origin\/main/,
    ],
    [
      "nobody may push",
      () => {
        git("one", "remote", "set-url", "--push", "origin", join(folder, "nowhere.git"));
        return of();
      },
      /could not be committed and pushed/,
    ],
  ];
  for (const [what, spoil, reason] of refusals) {
    it(`is refused before anything changes where ${what}`, async () => {
      await assert.rejects(refuseUnpublishable(spoil(), false), reason);
    });
  }
});
