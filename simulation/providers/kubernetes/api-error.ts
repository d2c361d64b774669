/** Answers of an API server that say no, and its absence. */
import { isMap, type Tree, type TreeMap } from "../plugin/values.ts";
import { list, text } from "./object.ts";

/** An answer with a `Status` object. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly status: TreeMap;

  constructor(code: number, status: Tree | undefined, fallback: string) {
    const parsed = isMap(status) ? status : {};
    super(describe(parsed) || fallback);
    this.name = "ApiError";
    this.code = code;
    this.status = parsed;
    this.reason = text(parsed, "reason");
  }
}

/** The connection failed: refused, closed, timed out, or not to be trusted. */
export class Unreachable extends Error {
  /** Whether there was a connection, and it broke. */
  readonly isBroken: boolean;

  constructor(server: string, cause: unknown) {
    super(
      `the API server ${server} cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
    this.name = "Unreachable";
    this.isBroken =
      cause instanceof Error && "code" in cause && (cause.code === "ECONNRESET" || cause.code === "EPIPE");
  }
}

/** The API server does not serve this kind (yet): its definition is missing. */
export class UnknownKind extends Error {
  constructor(apiVersion: string, kind: string) {
    super(`no matches for kind "${kind}" in version "${apiVersion}"`);
    this.name = "UnknownKind";
  }
}

/** The operation was cancelled by the engine. */
export class Cancelled extends Error {
  constructor(what: string) {
    super(`Resource operation was cancelled for "${what}"`);
    this.name = "Cancelled";
  }
}

/** The server's message, and the causes that the message does not repeat already. */
function describe(status: TreeMap): string {
  const message = text(status, "message");
  const causes = list(status, "details", "causes")
    .map((cause) => [text(cause, "field"), text(cause, "message")].filter((part) => part !== "").join(": "))
    .filter((cause) => cause !== "" && !message.includes(cause));
  return [message, ...causes].filter((part) => part !== "").join("\n    - ");
}

const hasReason = (error: unknown, reason: string): error is ApiError =>
  error instanceof ApiError && error.reason === reason;

export const isNotFound = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.code === 404;
export const isAlreadyExists = (error: unknown): error is ApiError => hasReason(error, "AlreadyExists");
export const isConflict = (error: unknown): error is ApiError => hasReason(error, "Conflict");
export const isForbidden = (error: unknown): error is ApiError => hasReason(error, "Forbidden");
export const isInvalid = (error: unknown): error is ApiError => hasReason(error, "Invalid");

/** The admission chain has a webhook that cannot be asked without side effects. */
export const refusesDryRun = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 400 && error.message.includes("does not support dry run");
