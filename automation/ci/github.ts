/** GitHub's API, as far as steps of a workflow need it: one request at a time, answers checked, errors that say what was asked. */
import type { z } from "zod";
import { badInput, failure } from "../exit.ts";

export interface GitHub {
  /** `owner/name`. */
  readonly repository: string;
  /**
   * One request to `/repos/<owner>/<name><path>`.
   * @throws CommandError (failed) with GitHub's own message, or where the answer has another form.
   */
  readonly call: <T>(
    method: "GET" | "POST" | "PATCH",
    path: string,
    answer: z.ZodType<T>,
    body?: object,
  ) => Promise<T>;
}

/** A variable that a workflow sets. @throws CommandError (bad input) where it is not there. */
export function required(name: string, environment: NodeJS.ProcessEnv): string {
  const value = environment[name];
  if (value) return value;
  throw badInput(
    `${name} is not set.`,
    "This command is a step of a workflow (docs/ci.md); by hand, set what GitHub sets there.",
  );
}

/** The repository that a workflow runs in: `GITHUB_API_URL`, `GITHUB_REPOSITORY`, `GITHUB_TOKEN`. */
export function gitHub(environment: NodeJS.ProcessEnv = process.env): GitHub {
  const api = environment.GITHUB_API_URL ?? "https://api.github.com";
  const repository = required("GITHUB_REPOSITORY", environment);
  const token = required("GITHUB_TOKEN", environment);
  return {
    repository,
    call: async (method, path, answer, body) => {
      const what = `${method} /repos/${repository}${path}`;
      const response = await fetch(`${api}/repos/${repository}${path}`, {
        method,
        headers: {
          accept: "application/vnd.github+json",
          authorization: `Bearer ${token}`,
          "x-github-api-version": "2022-11-28",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      });
      const text = await response.text();
      if (!response.ok) {
        throw failure(
          `GitHub answered ${what} with ${response.status}: ${text.slice(0, 300)}`,
          "401 and 403: the job's `permissions` lack what this needs (docs/ci.md).",
        );
      }
      const parsed = answer.safeParse(JSON.parse(text));
      if (!parsed.success)
        throw failure(`GitHub's answer to ${what} has another form: ${parsed.error.message}`);
      return parsed.data;
    },
  };
}

const pageSize = 100;

/** All pages of a list. */
export async function allPages<T>(
  github: GitHub,
  path: string,
  answer: z.ZodType<T[]>,
  query: Readonly<Record<string, string>> = {},
): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; ; page++) {
    const asked = new URLSearchParams({ ...query, per_page: String(pageSize), page: String(page) });
    const found = await github.call("GET", `${path}?${asked.toString()}`, answer);
    all.push(...found);
    if (found.length < pageSize) return all;
  }
}
