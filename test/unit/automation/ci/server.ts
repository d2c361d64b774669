/** A server on loopback that stands for GitHub, Slack or an identity domain: notes what it is asked, and answers by a table. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Request {
  /** `POST /path?query`. */
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Answer = readonly [status: number, body: unknown];

/** Runs `test` with the server's address and the requests so far. What the table has no answer for gets 404. */
export async function withServer(
  answers: Readonly<Record<string, unknown>>,
  test: (address: string, requests: readonly Request[]) => Promise<void>,
): Promise<void> {
  const requests: Request[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (data: Buffer) => (body += data.toString()));
    request.on("end", () => {
      const line = `${request.method ?? ""} ${request.url ?? ""}`;
      requests.push({ line, headers: request.headers, body });
      const [status, answer]: Answer =
        line in answers ? [200, answers[line]] : [404, { message: "Not Found" }];
      response.writeHead(status).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await test(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Variables of a job whose GitHub is the server. */
export function job(address: string): NodeJS.ProcessEnv {
  return { GITHUB_API_URL: address, GITHUB_REPOSITORY: "o/r", GITHUB_TOKEN: "job-token", GITHUB_RUN_ID: "7" };
}
