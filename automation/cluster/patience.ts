/** Requests to a server that says "not now": while it starts, or has too much to do. */
import { setTimeout as sleep } from "node:timers/promises";
import type { HttpLibrary } from "@kubernetes/client-node";

/**
 * How often a request is repeated. API servers ask for a second each; the storage of a hundred kinds takes 2 s to begin,
 * and most of a minute on a busy machine.
 */
const maxRetries = 60;

/** The parts of an answer that say whether to come back. */
interface Answer {
  readonly httpStatusCode: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
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
  const { createConfiguration, wrapHttpLibrary } = await import("@kubernetes/client-node");
  const { httpApi } = createConfiguration();
  return wrapHttpLibrary({ send: (request) => patiently(() => httpApi.send(request).toPromise()) });
}
