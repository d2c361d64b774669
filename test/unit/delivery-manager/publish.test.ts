/** Committing and pushing a delivery, in repositories that are thrown away. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  isPublished,
  publish,
  refuseUnpublishable,
  type Publication,
} from "../../../automation/git/publish.ts";

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
    signatureKeys: [],
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
    git("one", "commit", "-q", "--allow-empty", "-m", "first");
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
  it("leaves nothing half done where somebody pushed the same lines, so that it can be taken back", async () => {
    clone("two");
    await deliver("two", "theirs");
    await assert.rejects(deliver("one", "v2"), /origin\/main cannot be brought together/);
    assert.equal(git("one", "show", "HEAD:stack"), "v1");
    assert.equal(git("one", "status", "--porcelain"), "");
    // What takes it back: the text of before, on top of theirs.
    const commit = await deliver("one", "v1");
    assert.equal(git("remote.git", "rev-parse", "main"), commit);
    assert.equal(git("remote.git", "show", "main:stack"), "theirs");
  });

  it("is known to be on the branch, also below what others pushed, or to be here alone", async () => {
    clone("two");
    write("two", "theirs", "x");
    await publish(of("two"), [join(folder, "two", "theirs")], "theirs");
    assert.equal(await isPublished(of()), true);
    git("one", "commit", "-q", "--allow-empty", "-m", "refused by the remote");
    assert.equal(await isPublished(of()), false);
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

  describe("where Argo CD asks for signatures", () => {
    const unknown = "0123456789ABCDEF";
    const homeBefore = process.env.GNUPGHOME;
    let home = "";
    let key = "";
    const gpg = (...args: string[]): string =>
      execFileSync("gpg", ["--batch", ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

    before(() => {
      home = mkdtempSync(join(tmpdir(), "gpg-"));
      process.env.GNUPGHOME = home;
      gpg("--passphrase", "", "--quick-generate-key", "test@example.com", "ed25519", "sign", "1d");
      key = /^fpr:+([0-9A-F]{40}):/m.exec(gpg("--with-colons", "--list-secret-keys"))![1]!;
    });
    after(() => {
      execFileSync("gpgconf", ["--kill", "all"]);
      rmSync(home, { recursive: true, force: true });
      if (homeBefore === undefined) delete process.env.GNUPGHOME;
      else process.env.GNUPGHOME = homeBefore;
    });
    const signed = (name: string, signatureKeys: readonly string[]) => ({ ...of(name), signatureKeys });

    it("is signed by the first key that is here, also on top of what somebody else pushed", async () => {
      const of = signed("one", [unknown, key]);
      await refuseUnpublishable(of, false);
      clone("two");
      await deliver("two", "theirs");
      write("one", "mine", "x");
      const commit = await publish(of, [join(folder, "one", "mine")], "deploy x");
      assert.equal(git("remote.git", "rev-parse", "main"), commit);
      const signers = git("remote.git", "log", "-2", "--format=<%GF>", "main");
      assert.equal(signers, `<${key}>\n<>`);
    });

    it("is refused before anything changes where none is here", async () => {
      const head = git("one", "rev-parse", "HEAD");
      await assert.rejects(refuseUnpublishable(signed("one", [unknown]), false), (error: Error) => {
        assert.match(
          error.message,
          /^quint:gitops.signatureKeys \(0123456789ABCDEF\) asks for a signed commit/,
        );
        return true;
      });
      assert.equal(git("one", "rev-parse", "HEAD"), head);
      assert.equal(git("one", "status", "--porcelain"), "");
    });
  });
});
