/** One request and its answer over TLS, with a client certificate. */
import { type Agent, request } from "node:https";
import { SimulationError } from "../problem.ts";

export type Verb = "GET" | "POST" | "PATCH" | "DELETE";

export interface Content {
  readonly body?: string;
  /** Media type of the body; JSON unless said otherwise. */
  readonly type?: string;
  readonly accept?: string;
}

/** The server's refusal of a request. */
export class ApiError extends SimulationError {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Milliseconds that a server gets for one answer. */
const answersWithin = 30_000;

/**
 * @returns the body of an answer of the 200s.
 * @throws ApiError with the server's own words for any other answer; the system's error when there is none.
 */
export function exchange(agent: Agent, url: URL, verb: Verb, content: Content = {}): Promise<string> {
  const { body, type = "application/json", accept = "application/json" } = content;
  const sending =
    body === undefined ? {} : { "content-type": type, "content-length": Buffer.byteLength(body) };
  const headers = { accept, ...sending };
  const name = `${verb} ${url.pathname}`;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: verb, agent, headers, timeout: answersWithin }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 300) resolve(text);
        else reject(new ApiError(status, `${name}: ${status} ${reasonIn(text)}`));
      });
    });
    sent.on("timeout", () => {
      const late = new Error(`${name}: no answer within ${answersWithin / 1000} s`);
      sent.destroy(Object.assign(late, { code: "ETIMEDOUT" }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** The `message` of a Status object, or the text itself, shortened. */
function reasonIn(text: string): string {
  try {
    const status = JSON.parse(text) as { message?: unknown };
    if (typeof status.message === "string") return status.message;
  } catch {
    // Not JSON: a plain-text health answer.
  }
  return text.slice(0, 300);
}
