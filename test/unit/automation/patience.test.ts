import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "../../../automation/cluster/access.ts";

/** Answers with these statuses in turn, the last one from then on. */
interface Case {
  readonly name: string;
  readonly statuses: readonly number[];
  readonly retryAfter?: string;
  readonly requests: number;
  readonly error?: number;
}

const cases: readonly Case[] = [
  { name: "a storage that starts again", statuses: [429, 429, 200], retryAfter: "0.01", requests: 3 },
  { name: "a server that is not ready", statuses: [503, 200], retryAfter: "0.01", requests: 2 },
  { name: "a budget that forbids an eviction", statuses: [429], requests: 1, error: 429 },
  { name: "an object that is not there", statuses: [404], retryAfter: "0.01", requests: 1, error: 404 },
  { name: "a server that stays busy", statuses: [429], retryAfter: "0.01", requests: 61, error: 429 },
];

describe("A busy API server", () => {
  const folder = mkdtempSync(join(tmpdir(), "quint-patience-"));
  let server: Server | undefined;
  afterEach(() => server?.close());
  after(() => {
    rmSync(folder, { recursive: true });
  });

  for (const { name, statuses, retryAfter, requests, error } of cases)
    it(`${name}: ${requests} ${requests === 1 ? "request" : "requests"}`, async () => {
      let asked = 0;
      server = createServer((_, response) => {
        const status = statuses[Math.min(asked, statuses.length - 1)] ?? 500;
        asked += 1;
        response.writeHead(status, {
          "content-type": "application/json",
          ...(retryAfter === undefined ? {} : { "retry-after": retryAfter }),
        });
        response.end(JSON.stringify({ metadata: { uid: "here" } }));
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
      const { core } = await connect(accessOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
      const answer = core.readNamespace({ name: "kube-system" });
      if (error === undefined) assert.equal((await answer).metadata?.uid, "here");
      else await assert.rejects(answer, { code: error });
      assert.equal(asked, requests);
    });

  it("a connection that breaks: a question is asked again, a change is not", async () => {
    const asked: string[] = [];
    server = createServer(({ method = "", socket }, response) => {
      asked.push(method);
      if (method !== "GET" || asked.length === 1) socket.destroy();
      else
        response
          .setHeader("content-type", "application/json")
          .end(JSON.stringify({ metadata: { uid: "here" } }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { core } = await connect(accessOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    assert.equal((await core.readNamespace({ name: "kube-system" })).metadata?.uid, "here");
    await assert.rejects(core.deleteNamespace({ name: "one" }));
    assert.deepEqual(asked, ["GET", "GET", "DELETE"]);
  });

  it("a kubeconfig without the context names it", async () => {
    const access = { ...accessOf("http://127.0.0.1:1"), context: "elsewhere" };
    await assert.rejects(connect(access), /has no context elsewhere/);
  });

  function accessOf(address: string) {
    const kubeconfig = join(folder, "config");
    const text = {
      clusters: [{ name: "here", cluster: { server: address, "insecure-skip-tls-verify": true } }],
      contexts: [{ name: "here", context: { cluster: "here", user: "me" } }],
      users: [{ name: "me", user: {} }],
    };
    writeFileSync(kubeconfig, JSON.stringify(text));
    return { kubeconfig, context: "here", simulated: true };
  }
});
