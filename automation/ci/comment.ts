/** A pull request's one comment of a kind: made once, edited ever after. */
import { z } from "zod";
import { allPages, type GitHub } from "./github.ts";

/** GitHub refuses comments of more than 65,536 characters. */
const longest = 65_000;

const comment = z.object({
  id: z.number(),
  body: z.string().nullish(),
  user: z.object({ type: z.string() }).nullish(),
});

export interface CommentOptions {
  readonly pullRequest: number;
  /** Which comment it is: one of each kind stands on a pull request. */
  readonly kind: string;
  readonly text: string;
}

/** Writes the comment of that kind. @returns what was done. */
export async function writeComment(github: GitHub, options: CommentOptions): Promise<"made" | "edited"> {
  const marker = `<!-- quint: ${options.kind} -->`;
  const body = cut(`${marker}\n${options.text}`);
  const all = await allPages(github, `/issues/${options.pullRequest}/comments`, z.array(comment));
  // A person may quote the marker; only a bot's comment is ours.
  const ours = all.find((each) => each.user?.type === "Bot" && each.body?.startsWith(marker));
  if (ours === undefined) {
    await github.call("POST", `/issues/${options.pullRequest}/comments`, comment, { body });
    return "made";
  }
  await github.call("PATCH", `/issues/comments/${ours.id}`, comment, { body });
  return "edited";
}

function cut(text: string): string {
  if (text.length <= longest) return text;
  const kept = text.slice(0, longest);
  // An open block would swallow the last line.
  const open = (kept.match(/^```/gm)?.length ?? 0) % 2 === 1;
  return `${kept}${open ? "\n```" : ""}\n\n*Cut here; all of it is among the run's artifacts.*`;
}
