/** Committing what a delivery changed, and pushing it to the branch that Argo CD syncs. */
import { relative } from "node:path";
import { declined, failure, messageOf } from "../exit.ts";
import { git } from "./repository.ts";

export interface Publication {
  /** Folder of the clone. */
  readonly root: string;
  /** Address of the repository, as the settings have it. */
  readonly repository: string;
  /** Branch that is synced. */
  readonly branch: string;
  /** GnuPG keys of which one signs the commit, since Argo CD syncs no other; none: it is committed as Git is set up. */
  readonly signatureKeys: readonly string[];
}

/**
 * Makes sure, before anything changes, that a commit can be made and pushed.
 * @param resumed whether a delivery is taken up again: what it changed, and its commit, are there already.
 * @throws CommandError (declined) with what is in the way.
 */
export async function refuseUnpublishable(publication: Publication, resumed: boolean): Promise<void> {
  const { root, branch } = publication;
  const remote = await remoteOf(publication);
  const changed = await git(root, "status", "--porcelain");
  if (!resumed && changed !== "") {
    throw declined(
      `The working tree is not clean, and a delivery commits what it changes: ${changed.split("\n").length} changed files.`,
      "Commit or stash them.",
    );
  }
  const tip = (await git(root, "ls-remote", remote, `refs/heads/${branch}`)).split("\t")[0] ?? "";
  if (tip === "") {
    throw declined(
      `${remote} has no branch "${branch}", which quint:gitops.revision says is synced.`,
      "Name a branch there: a delivery under `gitops` is a commit on it.",
    );
  }
  const head = await git(root, "rev-parse", "HEAD");
  if (!resumed && head !== tip) {
    throw declined(
      `HEAD (${head.slice(0, 10)}) is not ${remote}/${branch} (${tip.slice(0, 10)}): a push would bring more than this delivery.`,
      `git switch ${branch} && git pull --ff-only ${remote} ${branch}`,
    );
  }
  await signatureOf(publication);
  try {
    await git(root, "var", "GIT_COMMITTER_IDENT");
    await git(root, "push", "--dry-run", "--quiet", remote, `HEAD:refs/heads/${branch}`);
  } catch (error) {
    throw declined(
      `This delivery could not be committed and pushed: ${error instanceof Error ? error.message : String(error)}`,
      "Nothing was changed. It needs a Git identity and the right to push.",
    );
  }
}

/**
 * Commits the paths, pushes, and returns the commit that the branch then has. Where nothing changed: the one it has.
 * Where somebody pushed in between, the commit goes on top of theirs.
 *
 * @throws CommandError (failed) where theirs changes the same lines. The clone is then as before, without the commit.
 */
export async function publish(
  publication: Publication,
  paths: readonly string[],
  message: string,
): Promise<string> {
  const { root, branch } = publication;
  const remote = await remoteOf(publication);
  const inside = paths.map((path) => relative(root, path));
  await git(root, "add", "--all", "--", ...inside);
  const staged = await git(root, "diff", "--cached", "--name-only", "--", ...inside);
  const base = await git(root, "rev-parse", "HEAD");
  const signed = await signatureOf(publication);
  if (staged !== "") {
    await git(root, ...openpgp, "commit", "--quiet", ...signed, "--message", message, "--", ...inside);
  }
  const push = (): Promise<string> => git(root, "push", "--quiet", remote, `HEAD:refs/heads/${branch}`);
  try {
    await push();
  } catch {
    try {
      await git(root, ...openpgp, "pull", "--quiet", "--rebase", ...signed, remote, branch);
    } catch (error) {
      await withdraw(root, base);
      throw failure(
        `${remote}/${branch} cannot be brought together with this delivery: ${messageOf(error)}`,
        `Somebody pushed to it meanwhile. Look at theirs (git pull --ff-only ${remote} ${branch}), then run the command again.`,
      );
    }
    await push();
  }
  return await git(root, "rev-parse", "HEAD");
}

/** Whether the branch has what was committed here last: a push may be refused that a dry run allows. */
export async function isPublished(publication: Publication): Promise<boolean> {
  const { root, branch } = publication;
  await git(root, "fetch", "--quiet", await remoteOf(publication), `refs/heads/${branch}`);
  try {
    await git(root, "merge-base", "--is-ancestor", "HEAD", "FETCH_HEAD");
    return true;
  } catch {
    return false;
  }
}

/** Ends a rebase that stopped in the middle, and takes back the commit: the way back has to be able to commit. */
async function withdraw(root: string, base: string): Promise<void> {
  await git(root, "rebase", "--abort").catch(() => undefined); // None is under way where nothing could be fetched.
  await git(root, "reset", "--quiet", "--keep", base);
}

/** Argo CD checks signatures of GnuPG, whatever form this machine prefers. */
const openpgp = ["-c", "gpg.format=openpgp"] as const;

/**
 * What Git is told so that a commit has one of the signatures that Argo CD asks for. Whether a key is here and can be
 * used, only a signature shows: of a commit that no branch has.
 *
 * @throws CommandError (declined) where this machine can make none of them.
 */
async function signatureOf({ root, signatureKeys }: Publication): Promise<readonly string[]> {
  if (signatureKeys.length === 0) return [];
  const reasons: string[] = [];
  for (const key of signatureKeys) {
    try {
      await git(root, ...openpgp, "commit-tree", "HEAD^{tree}", "-m", "Can this be signed?", `-S${key}`);
      return [`--gpg-sign=${key}`];
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw declined(
    `quint:gitops.signatureKeys (${signatureKeys.join(", ")}) asks for a signed commit, and this machine can sign with ` +
      `none of the keys: ${reasons.at(-1) ?? ""}`,
    "Nothing was changed. Import the private half of one (gpg --import); in CI it is the secret GIT_SIGNING_KEY (docs/ci.md).",
  );
}

/** The remote with the settings' address; `origin` where the cluster reaches the repository by another one. */
async function remoteOf({ root, repository }: Publication): Promise<string> {
  const remotes = (await git(root, "remote", "--verbose")).split("\n").map((line) => line.split(/\s/));
  const [name] = remotes.find(([, url]) => url === repository) ?? ["origin"];
  return name ?? "origin";
}
