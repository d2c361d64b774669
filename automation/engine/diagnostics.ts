/** What the engine and its providers complain about, without the engine's colours, prefixes and repetitions. */
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { stripVTControlCharacters } from "node:util";
import { displayName } from "./objects.ts";
import { kindOf, nameOf, typeOf } from "./urn.ts";

/** A complaint about one resource, or about the run as a whole. */
export interface Complaint {
  readonly severity: "error" | "warning";
  /** `Deployment cancer-mlops/api`; `undefined` for the run as a whole. */
  readonly subject: string | undefined;
  readonly message: string;
}

/** Said by the engine after every failure; the complaints beside them say why. */
const noise = /^(update|preview|refresh|destroy) (failed|canceled)$/;

/** What providers say before the reason; the resource stands in the heading above it. */
const repetition =
  /^resource \S+ was not successfully (created|updated|deleted) by the Kubernetes API server\s*: ?/;

/** The complaints of a run, each once, errors first. */
export function complaintsIn(events: readonly EngineEvent[]): Complaint[] {
  const names = new Map<string, string>();
  for (const { resourcePreEvent } of events) {
    if (resourcePreEvent !== undefined)
      names.set(resourcePreEvent.metadata.urn, displayName(resourcePreEvent.metadata));
  }
  const found = new Map<string, Complaint>();
  for (const { diagnosticEvent: said } of events) {
    if (said === undefined || said.ephemeral === true) continue;
    if (said.severity !== "error" && said.severity !== "warning") continue;
    const message = plainText(said.message).replace(repetition, "");
    if (message === "" || noise.test(message)) continue;
    const subject = said.urn === undefined ? undefined : subjectOf(said.urn, names.get(said.urn));
    found.set(`${subject ?? ""} ${message}`, { severity: said.severity, subject, message });
  }
  return [...found.values()].sort((one, other) => one.severity.localeCompare(other.severity));
}

/** Resources whose operation failed, as `Deployment cancer-mlops/api`. */
export function failedIn(events: readonly EngineEvent[]): string[] {
  const failed = events.flatMap(({ resOpFailedEvent }) =>
    resOpFailedEvent === undefined
      ? []
      : [`${kindOf(typeOf(resOpFailedEvent.metadata.urn))} ${displayName(resOpFailedEvent.metadata)}`],
  );
  return [...new Set(failed)];
}

/** Text without the engine's colour tags (`<{%reset%}>`), terminal codes and the word `error:` before it. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text.replace(/<\{%[^%]*%\}>/g, ""))
    .replace(/^\s*(error|warning):\s*/, "")
    .trim();
}

function subjectOf(urn: string, name: string | undefined): string | undefined {
  const type = typeOf(urn);
  if (type === "pulumi:pulumi:Stack") return undefined;
  return `${kindOf(type)} ${name ?? nameOf(urn)}`;
}
