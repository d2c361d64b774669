/** A line to Slack, through an incoming webhook. */
import { failure } from "../exit.ts";

/** Colours of Slack's attachments. */
const colours: Readonly<Record<string, string>> = {
  success: "good",
  failure: "danger",
  cancelled: "warning",
};

/** The page of the run that a step belongs to. */
export function runPage(environment: NodeJS.ProcessEnv = process.env): string {
  const {
    GITHUB_SERVER_URL = "https://github.com",
    GITHUB_REPOSITORY = "",
    GITHUB_RUN_ID = "",
  } = environment;
  return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
}

/**
 * Sends a line with its outcome, who started the run, and where it is.
 *
 * @returns false where no webhook is set (`SLACK_WEBHOOK_URL`): not every team has Slack.
 * @throws CommandError (failed) where Slack refuses. The address is a secret, and is not in the message.
 */
export async function notify(
  text: string,
  outcome: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<boolean> {
  const webhook = environment.SLACK_WEBHOOK_URL;
  if (!webhook) return false;
  const footer = `${environment.GITHUB_ACTOR ?? "somebody"} · <${runPage(environment)}|run>`;
  const attachment = { color: colours[outcome] ?? "#808080", text: escaped(`${text}: ${outcome}`), footer };
  let status: number;
  try {
    const response = await fetch(webhook, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ attachments: [{ ...attachment, fallback: attachment.text }] }),
      signal: AbortSignal.timeout(15_000),
    });
    ({ status } = response);
  } catch {
    // Its message would name the address.
    throw failure("Slack could not be reached.", "Check SLACK_WEBHOOK_URL, and the runner's way out.");
  }
  if (status >= 300)
    throw failure(`Slack refused the message (${status}).`, "Make the webhook anew; set SLACK_WEBHOOK_URL.");
  return true;
}

/** Slack reads these three as markup. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
