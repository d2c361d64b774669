/** Argo CD is told of a commit, and awaited. */
import assert from "node:assert/strict";
import type { Client } from "../../../automation/cluster/access.ts";
import { syncTo, type SyncRequest } from "../../../automation/delivery/argo-cd.ts";

const request: SyncRequest = {
  platform: "chest-xray",
  commit: "abc",
  by: "somebody",
  byHand: false,
  seconds: 0,
};
const synced = (revision: string, health = "Healthy") => ({
  sync: { status: "Synced", revision },
  health: { status: health },
});
const application = (name: string, status: object, byItself = true) => ({
  metadata: { name, labels: { "quint.dev/application": name } },
  spec: {
    source: { path: "deploy/x" },
    syncPolicy: {
      ...(byItself ? { automated: { prune: true } } : {}),
      syncOptions: ["ServerSideApply=true"],
    },
  },
  status,
});
/** A chart's own, which has no commit. */
const chart = { metadata: { name: "chart" }, spec: { source: {} }, status: {} };

describe("Argo CD after a push", () => {
  let patched: Record<string, { operation?: object }> = {};
  beforeEach(() => (patched = {}));
  let rollouts: object[] = [];
  beforeEach(() => (rollouts = []));
  const client = (...items: object[]): Client =>
    ({
      custom: {
        listCustomObjectForAllNamespaces: () => Promise.resolve({ items: rollouts }),
        listNamespacedCustomObject: () => Promise.resolve({ items: [...items, chart] }),
        patchNamespacedCustomObject: ({ name, body }: { name: string; body: object }) => {
          patched[name] = body;
          return Promise.resolve({});
        },
      },
    }) as unknown as Client;
  const sync = (of: Client, over: Partial<SyncRequest> = {}): Promise<void> =>
    syncTo(of, { ...request, ...over }, () => undefined);

  it("looks at the repository, and is done when everything is synced and healthy at the commit", async () => {
    await sync(client(application("blue", synced("abc"))));
    assert.deepEqual(patched, {
      blue: { metadata: { annotations: { "argocd.argoproj.io/refresh": "normal" } } },
    });
  });
  const operation = {
    initiatedBy: { username: "somebody" },
    sync: { revision: "abc", prune: true, syncOptions: ["ServerSideApply=true"] },
  };
  it("is made to sync where it does not by itself, or may not now", async () => {
    await sync(client(application("blue", synced("abc"), false)));
    assert.deepEqual(patched.blue?.operation, operation);
    await sync(client(application("green", synced("abc"))), { byHand: true });
    assert.deepEqual(patched.green?.operation, operation);
  });
  it("is asked for again where Argo CD forgot it with the end of another sync", async () => {
    const old = { phase: "Succeeded", syncResult: { revision: "old" } };
    const stale = { ...application("blue", { ...synced("old"), operationState: old }, false) };
    const busy = { ...stale, operation: {} };
    const done = application("blue", synced("abc"), false);
    const looks = [stale, busy, stale, done];
    let asked = 0;
    const of = client();
    of.custom.listNamespacedCustomObject = () =>
      Promise.resolve({ items: [looks.length > 1 ? looks.shift() : looks[0]] });
    of.custom.patchNamespacedCustomObject = ({ body }) => {
      asked += "operation" in (body as object) ? 1 : 0;
      return Promise.resolve({});
    };
    await sync(of, { seconds: 60 });
    assert.equal(asked, 2);
  });
  it("is made to try a commit again that it failed at, and until then that is no failure", async () => {
    const failed = { phase: "Failed", syncResult: { revision: "abc" } };
    const before = application("blue", { ...synced("old"), operationState: failed });
    const looks = [before, { ...before, operation: {} }, application("blue", synced("abc"))];
    const of = client();
    of.custom.listNamespacedCustomObject = () =>
      Promise.resolve({ items: [looks.length > 1 ? looks.shift() : looks[0]] });
    await sync(of, { seconds: 60 });
    assert.deepEqual(patched.blue?.operation, operation);
  });
  const failures: readonly (readonly [what: string, status: object, reason: RegExp])[] = [
    ["is at another commit", synced("old"), /Not synced .* blue is Synced and Healthy/],
    ["is not healthy", synced("abc", "Progressing"), /blue is Synced and Progressing/],
    [
      "could not be synced",
      {
        ...synced("abc", "Missing"),
        operationState: { phase: "Failed", message: "quota", syncResult: { revision: "abc" } },
      },
      /could not sync: blue .*quota/,
    ],
  ];
  for (const [what, status, reason] of failures) {
    it(`fails where an Application ${what}`, async () => {
      await assert.rejects(sync(client(application("blue", status))), reason);
    });
  }
  it("is done with an Application that is Synced while its Rollout lets a version in, and with no other", async () => {
    rollouts = [{ metadata: { labels: { "quint.dev/application": "blue" } }, status: { phase: "Paused" } }];
    await sync(client(application("blue", synced("abc", "Suspended"))));
    await assert.rejects(sync(client(application("blue", synced("old", "Suspended")))), /Not synced/);
    await assert.rejects(sync(client(application("green", synced("abc", "Suspended")))), /Not synced/);
  });
  it("fails where there is no Application", async () => {
    await assert.rejects(sync(client()), /no Application of chest-xray/);
  });
});
