/** Applications that are paused, or synced by hand: what is under way is waited for, and what is given up is told. */
import assert from "node:assert/strict";
import type { Client } from "../../../automation/cluster/access.ts";
import { pauseSync } from "../../../automation/delivery/automated-sync.ts";
import { syncByHand } from "../../../automation/delivery/sync-by-hand.ts";

const synced = (revision: string) => ({ operationState: { phase: "Succeeded", syncResult: { revision } } });
const failed = (revision: string) => ({
  operationState: { phase: "Failed", message: "quota", syncResult: { revision } },
});
const running = { operationState: { phase: "Running" } };

/** An Application that is, look by look, as is listed, and stays as the last of it. */
function argoCd(...looks: readonly { readonly operation?: object; readonly status: object }[]) {
  const asked: string[] = [];
  let at = 0;
  const client = {
    custom: {
      getNamespacedCustomObject: () =>
        Promise.resolve({
          metadata: { name: "blue" },
          spec: { syncPolicy: { automated: { prune: true } } },
          ...looks[Math.min(at++, looks.length - 1)],
        }),
      patchNamespacedCustomObject: ({
        body,
      }: {
        body: { operation: { sync: { revision: string } } } | [];
      }) => {
        asked.push(Array.isArray(body) ? "paused" : `${body.operation.sync.revision} at look ${at}`);
        return Promise.resolve({});
      },
    },
  };
  return { client: client as unknown as Client, asked };
}
const request = { names: ["blue"], commit: "abc", by: "somebody", seconds: 30 };
const nothingMissing = () => Promise.resolve(undefined);

describe("Applications that are synced by hand", () => {
  it("once the sync has ended that is under way, and are done when they are at the commit", async () => {
    const { client, asked } = argoCd(
      { status: running },
      { status: failed("abc") },
      { status: synced("abc") },
    );
    await syncByHand(client, request, nothingMissing, () => undefined);
    assert.deepEqual(asked, ["abc at look 2"]);
  });

  it("fail when Argo CD gives up what was asked for, and not for what failed before", async () => {
    const { client } = argoCd(
      { status: failed("abc") },
      { operation: {}, status: failed("abc") },
      { status: failed("abc") },
    );
    await assert.rejects(
      syncByHand(client, request, nothingMissing, () => undefined),
      /could not sync: blue .*quota/,
    );
  });

  it("are waited for no longer than is said, and what is missing is named", async () => {
    const { client } = argoCd({ status: synced("abc") });
    const missing = () => Promise.resolve("db: Setting up");
    await assert.rejects(
      syncByHand(client, { ...request, seconds: -1 }, missing, () => undefined),
      /Not there after -1 s: .*db: Setting up/,
    );
  });
});

it("an Application is paused only once the sync has ended that is under way", async () => {
  const said: string[] = [];
  const { client, asked } = argoCd(
    { operation: {}, status: {} },
    { status: running },
    { status: synced("old") },
  );
  await pauseSync(client, ["blue"], { blue: { prune: true } }, (line) => said.push(line));
  assert.deepEqual(asked, ["paused"]);
  assert.equal(said.length, 2);
});
