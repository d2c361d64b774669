/** Tells why an operation failed: the resources, the reasons, what the cluster says, what to do. */
import { relative } from "node:path";
import { connect } from "../cluster/access.ts";
import { listNamespaces } from "../cluster/surroundings.ts";
import { listWarnings } from "../cluster/warnings.ts";
import { warningTable } from "../cluster/tables.ts";
import { heading } from "../console/table.ts";
import { note, paint } from "../console/terminal.ts";
import type { Complaint } from "../engine/diagnostics.ts";
import type { Outcome } from "../engine/operation.ts";
import { failure, messageOf, type CommandError } from "../exit.ts";
import type { Session } from "./session.ts";

/** Warnings shown beside a failure; the rest is in `quint status`. */
const shownWarnings = 8;

/** Prints what went wrong and returns the error that ends the command. */
export async function failed(session: Session, doing: string, outcome: Outcome): Promise<CommandError> {
  const errors = outcome.complaints.filter(({ severity }) => severity === "error");
  for (const line of complaintLines(errors)) note(line);
  if (errors.length === 0) {
    note(
      session.engine.wasKilled
        ? "The engine was killed before it could write its state."
        : lastWords(outcome.error),
    );
  }
  await noteWarnings(session);
  const { stack, command } = session.options;
  const again = command === "down" ? "down" : "up";
  return failure(
    `${doing} ${stack} failed${outcome.failed.length > 0 ? `: ${outcome.failed.join(", ")}` : ""}.`,
    `Correct the cause and run ./quint ${again} ${stack} again: it goes on where this stopped.`,
    `Everything the engine said is in ${relative(process.cwd(), session.log.file)}.`,
  );
}

/** Complaints by what they are about, each message indented below it. */
function complaintLines(complaints: readonly Complaint[]): string[] {
  const subjects = [...new Set(complaints.map(({ subject }) => subject))];
  return subjects.flatMap((subject) => [
    "",
    paint(["bold", "red"], subject ?? "The run as a whole"),
    ...complaints
      .filter((complaint) => complaint.subject === subject)
      .flatMap(({ message }) => message.split("\n").map((line) => `  ${line}`)),
  ]);
}

/** The end of what the engine said, where it gave no reason of its own. */
function lastWords(error: unknown): string {
  const lines = messageOf(error).split("\n");
  return lines
    .filter((line) => line.trim() !== "")
    .slice(-6)
    .map((line) => `  ${line}`)
    .join("\n");
}

async function noteWarnings(session: Session): Promise<void> {
  try {
    const client = await connect(session.access);
    const namespaces = new Set((await listNamespaces(client)).map(({ metadata }) => metadata?.name ?? ""));
    const warnings = (await listWarnings(client, namespaces)).slice(0, shownWarnings);
    if (warnings.length === 0) return;
    note(`\n${heading("What the cluster warns of")}`);
    for (const line of warningTable(warnings)) note(line);
    note();
  } catch {
    // The cluster may be the very thing that failed; the engine's reasons stand above.
  }
}
