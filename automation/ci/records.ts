/**
 * What was deployed where, recorded with GitHub's deployments: staging's successes are what production asks for.
 * Source: seed 004, "Pre-deployment Validation": verify staging deployment success.
 */
import { spawnSync } from "node:child_process";
import { z } from "zod";
import { allPages, type GitHub } from "./github.ts";

export interface DeploymentRecord {
  readonly platform: string;
  readonly stack: string;
  /** Commit that was deployed. */
  readonly commit: string;
  /** Versions of the platform's images. */
  readonly versions: readonly string[];
  readonly state: "success" | "failure";
  /** Page of the run. */
  readonly page: string;
}

/** The record that production needs: of a version where one is deployed by name, else of a commit. */
export type Wanted = { readonly platform: string; readonly stack: string } & (
  { readonly version: string } | { readonly commit: string; readonly isSame: SameContent }
);

/** Whether two commits are the same for this purpose. */
export type SameContent = (one: string, other: string) => boolean;

const deployment = z.object({
  id: z.number(),
  sha: z.string(),
  created_at: z.string(),
  payload: z.unknown(),
});
const payload = z.object({ versions: z.array(z.string()) });
const status = z.object({ state: z.string() });

const task = (platform: string): string => `deploy:${platform}`;

/** Records how a deployment ended. */
export async function record(github: GitHub, made: DeploymentRecord): Promise<void> {
  const { id } = await github.call("POST", "/deployments", deployment.pick({ id: true }), {
    ref: made.commit,
    task: task(made.platform),
    environment: made.stack,
    payload: { versions: made.versions },
    description: `${made.platform} ${made.versions.join(", ")}`.slice(0, 140),
    production_environment: made.stack === "production",
    auto_merge: false,
    // The jobs before this one were the checks.
    required_contexts: [],
  });
  await github.call("POST", `/deployments/${id}/statuses`, status, {
    state: made.state,
    log_url: made.page,
    // A platform's record must not end those of the others, nor those of earlier versions.
    auto_inactive: false,
  });
}

/** The newest success that was recorded of what is wanted; a commit with the same content counts. */
export async function successOf(
  github: GitHub,
  wanted: Wanted,
): Promise<{ readonly commit: string; readonly at: string } | undefined> {
  const query = { environment: wanted.stack, task: task(wanted.platform) };
  const matches = matcher(wanted);
  for (const made of await allPages(github, "/deployments", z.array(deployment), query)) {
    if (!matches(made)) continue;
    const states = await allPages(github, `/deployments/${made.id}/statuses`, z.array(status));
    if (states.some(({ state }) => state === "success")) return { commit: made.sha, at: made.created_at };
  }
  return undefined;
}

type Matcher = (made: z.infer<typeof deployment>) => boolean;

function matcher(wanted: Wanted): Matcher {
  if ("version" in wanted) return ({ payload: found }) => versionsIn(found).includes(wanted.version);
  return ({ sha }) => wanted.isSame(sha, wanted.commit);
}

/** What belongs to one stack alone: no other stack could try it out. */
const ofOneStack = [":(exclude)Pulumi.*.yaml", ":(exclude)deploy"];

/** Whether two commits of a repository have the same content, apart from what belongs to one stack alone. */
export function sameContentIn(root: string): SameContent {
  return (one, other) =>
    spawnSync("git", ["diff", "--quiet", one, other, "--", ".", ...ofOneStack], { cwd: root }).status === 0;
}

/** Older servers give a payload back as text. */
function versionsIn(found: unknown): readonly string[] {
  const value: unknown = typeof found === "string" && found.startsWith("{") ? JSON.parse(found) : found;
  return payload.safeParse(value).data?.versions ?? [];
}
