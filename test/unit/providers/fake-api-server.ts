/** An API server of a few lines: what it is asked is recorded, what it answers is the test's business. */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { ApiClient } from "../../../simulation/providers/kubernetes/api-client.ts";
import type { Cluster } from "../../../simulation/providers/kubernetes/cluster.ts";
import { Discovery } from "../../../simulation/providers/kubernetes/discovery.ts";
import { RateLimit } from "../../../simulation/providers/kubernetes/rate-limit.ts";
import { RecentLists } from "../../../simulation/providers/kubernetes/recent-lists.ts";
import { SharedWatches } from "../../../simulation/providers/kubernetes/watch.ts";
import type { TreeMap } from "../../../simulation/providers/plugin/values.ts";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
  readonly body: unknown;
}

/** An answer; a watch stays open and gets its events later, through {@link FakeApiServer.send}. */
export type Answer =
  | { readonly code?: number; readonly headers?: http.OutgoingHttpHeaders; readonly body: TreeMap }
  | "watch"
  /** Closes the connection. */
  | "broken"
  | undefined;

export interface FakeApiServer {
  readonly cluster: Cluster;
  readonly asked: readonly Asked[];
  /** Sends an event to every open watch. */
  send(type: string, object: TreeMap): void;
  close(): Promise<void>;
}

const notFound = { kind: "Status", reason: "NotFound", message: "not found", code: 404 };

/** Starts a server on a free loopback port. What `answer` leaves undefined is not found. */
export async function fakeApiServer(
  answer: (asked: Asked) => Answer,
  signal: AbortSignal = new AbortController().signal,
): Promise<FakeApiServer> {
  const asked: Asked[] = [];
  const watches = new Set<http.ServerResponse>();
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const url = new URL(request.url ?? "/", "http://localhost");
      const content = Buffer.concat(chunks).toString();
      const question: Asked = {
        method: request.method ?? "",
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        contentType: request.headers["content-type"],
        body: content === "" ? undefined : (JSON.parse(content) as unknown),
      };
      asked.push(question);
      const found: Exclude<Answer, undefined> = answer(question) ?? { code: 404, body: notFound };
      if (found === "broken") {
        request.socket.destroy();
      } else if (found === "watch") {
        watches.add(response.writeHead(200));
        response.flushHeaders();
        response.on("close", () => watches.delete(response));
      } else {
        response.writeHead(found.code ?? 200, found.headers).end(JSON.stringify(found.body));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const access = {
    server: new URL(`http://127.0.0.1:${port}`),
    namespace: "default",
    tls: {},
    authorization: undefined,
  };
  const client = new ApiClient(access, new RateLimit(Number.POSITIVE_INFINITY, 1), 2000);
  return {
    cluster: {
      reachable: true,
      client,
      discovery: new Discovery(client),
      watches: new SharedWatches(client, signal),
      recent: new RecentLists(client),
      namespace: "default",
    },
    asked,
    send: (type, object) => {
      for (const watch of watches) watch.write(`${JSON.stringify({ type, object })}\n`);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Discovery for the kinds that tests use. */
export function discovered({ path }: Asked): Answer {
  const resource = (name: string, kind: string, namespaced = true) => ({ name, kind, namespaced });
  if (path === "/api/v1") {
    return {
      body: {
        resources: [
          resource("configmaps", "ConfigMap"),
          resource("pods", "Pod"),
          resource("pods/log", "Pod"),
        ],
      },
    };
  }
  if (path === "/apis/x.test/v1") return { body: { resources: [resource("things", "Thing", false)] } };
  return undefined;
}
