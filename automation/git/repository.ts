/** The Git repository that the project is in: what a commit holds, asked of `git` itself. */
import { execFile, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { badInput, failure } from "../exit.ts";

const run = promisify(execFile);

/** What `git` prints. @throws its own message, with the command. */
export async function git(root: string, ...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run("git", [...args], { cwd: root, maxBuffer: 2 ** 26, encoding: "utf8" });
    return stdout.trimEnd();
  } catch (error) {
    const { code, stderr = "" } = error as { readonly code?: unknown; readonly stderr?: string };
    if (code === "ENOENT") throw failure("git is not installed.", "Install it, and run the command again.");
    throw failure(`git ${args.join(" ")}: ${stderr.trim()}`);
  }
}

/**
 * The commit that a name stands for.
 *
 * @throws badInput where it stands for none; what `git` says where there is no repository.
 */
export async function commitOf(root: string, name: string): Promise<string> {
  await git(root, "rev-parse", "--git-dir");
  try {
    return await git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`);
  } catch {
    throw badInput(
      `"${name}" is no commit of this repository.`,
      "Name a branch, a tag or a commit; `git fetch origin` brings those of others.",
    );
  }
}

/** The files of a folder in a commit, by path below the folder; none where the commit has no such folder. */
export async function filesAt(
  root: string,
  commit: string,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const listed = await git(
    root,
    "ls-tree",
    "-r",
    "-z",
    "--format=%(objectname) %(path)",
    commit,
    "--",
    `${folder}/`,
  );
  const entries = listed.split("\0").filter((line) => line !== "");
  const texts = await contents(
    root,
    entries.map((entry) => entry.slice(0, entry.indexOf(" "))),
  );
  return new Map(
    entries.map((entry, index) => [
      entry.slice(entry.indexOf(" ") + 1 + folder.length + 1),
      texts[index] ?? "",
    ]),
  );
}

/** The contents of blobs, in their order, by one `git cat-file --batch`. */
async function contents(root: string, blobs: readonly string[]): Promise<readonly string[]> {
  if (blobs.length === 0) return [];
  const child = spawn("git", ["cat-file", "--batch"], { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
  child.stdout.setEncoding("latin1");
  child.stdin.end(blobs.map((blob) => `${blob}\n`).join(""));
  const all = await text(child.stdout);
  const found: string[] = [];
  for (let at = 0; at < all.length;) {
    const end = all.indexOf("\n", at);
    const size = Number(all.slice(at, end).split(" ")[2]);
    found.push(Buffer.from(all.slice(end + 1, end + 1 + size), "latin1").toString("utf8"));
    at = end + 1 + size + 1;
  }
  return found;
}
