import assert from "node:assert/strict";
import { Unreachable } from "../../../simulation/providers/kubernetes/api-error.ts";
import { untilGone } from "../../../simulation/providers/kubernetes/await/until-gone.ts";
import { podAwaiter } from "../../../simulation/providers/kubernetes/await/pod.ts";
import { NotReady, untilReady, type Wait } from "../../../simulation/providers/kubernetes/await/wait.ts";
import type { TreeMap } from "../../../simulation/providers/plugin/values.ts";
import { type Answer, type Asked, type FakeApiServer, fakeApiServer } from "./fake-api-server.ts";

const pods = { base: "/api/v1", plural: "pods", namespaced: true };
const pod = (conditions: readonly string[], metadata: TreeMap = {}): TreeMap => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", namespace: "n", uid: "1", resourceVersion: "5", ...metadata },
  status: { phase: "Pending", conditions: conditions.map((type) => ({ type, status: "True" })) },
});
const stages = ["PodScheduled", "Initialized", "Ready"];
const listOf = (...items: TreeMap[]): Answer => ({
  body: { apiVersion: "v1", kind: "PodList", metadata: { resourceVersion: "9" }, items },
});

describe("the kubernetes stand-in and an API server", () => {
  let server: FakeApiServer;
  const started = async (answer: (asked: Asked) => Answer, signal?: AbortSignal): Promise<FakeApiServer> => {
    server = await fakeApiServer(answer, signal);
    return server;
  };
  afterEach(async () => {
    await server.close();
  });
  const waitOf = (timeoutMs: number, signal = new AbortController().signal): Wait & { said: string[] } => {
    const said: string[] = [];
    return {
      watches: server.cluster.watches,
      signal,
      timeoutMs,
      said,
      onProgress: (message) => said.push(message),
    };
  };
  describe("requests", () => {
    it("are sent again after the time that a busy server names", async () => {
      let busy = 2;
      await started(() => {
        busy -= 1;
        return busy >= 0
          ? { code: 429, headers: { "retry-after": "0.01" }, body: {} }
          : { body: { ok: true } };
      });
      assert.deepEqual(await server.cluster.client.request({ method: "GET", path: "/x" }), { ok: true });
      assert.equal(server.asked.length, 3);
    });

    it("are sent again where the connection broke, unless they change something", async () => {
      await started(() => (server.asked.length < 3 ? "broken" : { body: { ok: true } }));
      const { client } = server.cluster;
      assert.deepEqual(await client.request({ method: "GET", path: "/x" }), { ok: true });
      assert.equal(server.asked.length, 3);
      await server.close();
      await started(() => "broken");
      const change = server.cluster.client.request({ method: "POST", path: "/x", body: {} });
      await assert.rejects(change, Unreachable);
      assert.equal(server.asked.length, 1);
    });

    it("fail with the server's message and its causes", async () => {
      const causes = [{ field: "spec.a", message: "must be b" }];
      await started(() => ({
        code: 422,
        body: { reason: "Invalid", message: "X is invalid", details: { causes } },
      }));
      await assert.rejects(server.cluster.client.request({ method: "GET", path: "/x" }), {
        message: "X is invalid\n    - spec.a: must be b",
        code: 422,
      });
    });

    it("fail at once without a server", async () => {
      await started(() => undefined);
      await server.close();
      await assert.rejects(server.cluster.client.request({ method: "GET", path: "/x" }), (error: unknown) => {
        assert.ok(error instanceof Unreachable);
        assert.match(error.message, /cannot be reached: connect ECONNREFUSED/);
        return true;
      });
    });
  });

  describe("waiting", () => {
    it("ends when the watch shows what it waits for", async () => {
      await started(({ query }) => (query.watch === "true" ? "watch" : listOf(pod(["PodScheduled"]))));
      const wait = waitOf(60_000);
      const done = untilReady(podAwaiter, pods, pod([]), wait);
      const events = setInterval(() => {
        if (wait.said.length > 0) server.send("MODIFIED", pod(stages));
      }, 20);
      const ready = await done.finally(() => {
        clearInterval(events);
      });
      assert.deepEqual(ready, pod(stages));
      assert.equal(wait.said[0], 'Waiting for Pod "n/p" to be initialized');
    });

    it("lists again when the server has forgotten where the watch was", async () => {
      let lists = 0;
      await started(({ query }) => {
        if (query.watch === "true") return { code: 410, body: { reason: "Expired", message: "too old" } };
        lists += 1;
        return listOf(pod(lists > 1 ? stages : []));
      });
      await untilReady(podAwaiter, pods, pod([]), waitOf(60_000));
      assert.equal(lists, 2);
    });

    it("does not take an object of the same name, or an older state, for the one that it waits for", async () => {
      const other = pod(stages, { uid: "2" });
      await started(({ query }) => (query.watch === "true" ? "watch" : listOf(other)));
      await assert.rejects(untilReady(podAwaiter, pods, pod([]), waitOf(50)), NotReady);
    });

    it("ends with the reasons when the time is over", async () => {
      const status = { conditions: [{ type: "PodScheduled", status: "False", message: "no node fits" }] };
      await started(({ query }) => (query.watch === "true" ? "watch" : listOf({ ...pod([]), status })));
      // Long enough for a busy machine to have looked once.
      await assert.rejects(untilReady(podAwaiter, pods, pod([]), waitOf(3000)), (error: unknown) => {
        assert.ok(error instanceof NotReady);
        assert.equal(error.message, "'p' timed out waiting to be Ready");
        assert.deepEqual(error.reasons, ["[Pod n/p]: no node fits"]);
        return true;
      });
    });

    it("ends at once when the engine cancels", async () => {
      const cancelled = new AbortController();
      await started(({ query }) => (query.watch === "true" ? "watch" : listOf(pod([]))), cancelled.signal);
      const done = untilReady(podAwaiter, pods, pod([]), waitOf(60_000, cancelled.signal));
      cancelled.abort();
      await assert.rejects(done, /Resource operation was cancelled for "n\/p"/);
    });

    it("shares one watch between all who wait for the same kind in the same namespace", async () => {
      await started(({ query }) => (query.watch === "true" ? "watch" : listOf()));
      const waits = [1, 2, 3].map(() => untilReady(podAwaiter, pods, pod([]), waitOf(3000)));
      await Promise.allSettled(waits);
      assert.equal(server.asked.length, 2);
    });

    it("for a deletion names the finalizers that hold the object", async () => {
      const held = pod([], { finalizers: ["quint.test/hold"] });
      await started(({ path, query }) => {
        if (query.watch === "true") return "watch";
        return path.endsWith("/p") ? { body: held } : listOf(held);
      });
      await assert.rejects(
        untilGone(server.cluster.client, pods, held, waitOf(50)),
        /"n\/p" was deleted, but is still there after 0\.05 s: finalizers are holding it \(quint\.test\/hold\)/,
      );
    });

    it("for a deletion ends when another object has the name", async () => {
      await started(() => ({ body: pod([], { uid: "2" }) }));
      await untilGone(server.cluster.client, pods, pod([]), waitOf(50));
      assert.equal(server.asked.length, 1);
    });
  });
});
