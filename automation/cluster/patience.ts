/** Requests to a server that says "not now", or breaks off: while it starts, or has too much to do. */
import { setTimeout as sleep } from "node:timers/promises";
import type { HttpLibrary } from "@kubernetes/client-node";

/**
 * How often a request is repeated. API servers ask for a second each; the storage of a hundred kinds takes 2 s to begin,
 * and most of a minute on a busy machine.
 */
const maxRetries = 60;

/** How often a question is asked again whose connection broke, a second apart: balancers in between do that. */
const maxBroken = 5;

/** What undici and the system call a connection that was there and is not any more. */
const broken = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

/** The parts of an answer that say whether to come back. */
interface Answer {
  readonly httpStatusCode: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

function isBroken(error: unknown): boolean {
  for (let here = error; here instanceof Error; here = here.cause)
    if ("code" in here && typeof here.code === "string" && broken.has(here.code)) return true;
  return false;
}

/** Asks again where the connection broke. */
async function persistently<A>(ask: () => Promise<A>): Promise<A> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (attempt > maxBroken || !isBroken(error)) throw error;
      await sleep(1000);
    }
  }
}

/**
 * Sends, and sends again after the time that the server names (`Retry-After`, seconds), where it was busy (429) or
 * not ready (from 500 up). The last answer stands; one without that header stands at once.
 */
async function patiently<A extends Answer>(send: () => Promise<A>): Promise<A> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await send();
    const { httpStatusCode: status } = answer;
    const seconds = Number(answer.headers["retry-after"]);
    if (!(seconds > 0) || attempt > maxRetries || (status !== 429 && status < 500)) return answer;
    await sleep(seconds * 1000);
  }
}

/** The client's own transport, made patient. Its client repeats nothing by itself. */
export async function patientTransport(): Promise<HttpLibrary> {
  const { createConfiguration, HttpMethod, wrapHttpLibrary } = await import("@kubernetes/client-node");
  const { httpApi } = createConfiguration();
  return wrapHttpLibrary({
    send: (request) => {
      const send = () => httpApi.send(request).toPromise();
      // What changes something may have done so before the connection broke.
      const isQuestion = request.getHttpMethod() === HttpMethod.GET;
      return patiently(isQuestion ? () => persistently(send) : send);
    },
  });
}
