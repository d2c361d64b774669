/** Pods that are where they do not belong after a start, and who makes them anew. */
import assert from "node:assert/strict";
import type { ApiClient, ApiObject } from "../../../simulation/api/client.ts";
import { misplacedPods, replaceMisplacedPods } from "../../../simulation/node/misplaced.ts";

const made = "ghcr.io/stefanprodan/podinfo:6.9.2";
const proxy = { name: "istio-proxy", image: "docker.io/istio/proxyv2:1.30.3" };

interface Shape {
  readonly image?: string;
  readonly sentToRealNode?: boolean;
  readonly owner?: string | undefined;
  readonly phase?: string;
  readonly initContainers?: readonly { readonly name: string; readonly image: string }[];
  readonly deletionTimestamp?: string;
}

function pod({ image = made, owner = "ReplicaSet", ...shape }: Shape): ApiObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "one",
      namespace: "shop",
      ...(owner === "" ? {} : { ownerReferences: [{ kind: owner, controller: true }] }),
      ...(shape.deletionTimestamp === undefined ? {} : { deletionTimestamp: shape.deletionTimestamp }),
    },
    spec: {
      nodeSelector: shape.sentToRealNode ? { "quint.dev/node": "real" } : { "workload-type": "compute" },
      containers: [{ name: "one", image }],
      initContainers: shape.initContainers ?? [],
    },
    status: { phase: shape.phase ?? "Running" },
  };
}

const cases: readonly [what: string, shape: Shape, references: readonly string[], misplaced: boolean][] = [
  ["a simulated one that can run", {}, [made], true],
  ["a simulated one that can run, sidecar and all", { initContainers: [proxy] }, [made], true],
  ["one that waits for a simulated node", { phase: "Pending" }, [made], true],
  ["one on the real node whose image is no longer made", { sentToRealNode: true }, [], true],
  ["one of a StatefulSet", { owner: "StatefulSet" }, [made], true],
  ["one where it belongs", { sentToRealNode: true }, [made], false],
  ["one that cannot run", { image: "docker.io/grafana/grafana:13.2.0" }, [made], false],
  [
    "one with an init container that cannot run",
    { initContainers: [{ name: "wait", image: "x:1" }] },
    [made],
    false,
  ],
  ["one that nobody would make anew", { owner: "" }, [made], false],
  ["one of a DaemonSet", { owner: "DaemonSet" }, [made], false],
  ["one of a finished Job", { owner: "Job", phase: "Succeeded" }, [made], false],
  ["one that is being deleted", { deletionTimestamp: "2026-01-01T00:00:00Z" }, [made], false],
];

describe("a misplaced pod", () => {
  for (const [what, shape, references, misplaced] of cases) {
    it(`is ${misplaced ? "" : "not "}${what}`, () => {
      assert.equal(misplacedPods([pod(shape)], references).length, misplaced ? 1 : 0);
    });
  }

  it("is deleted, at once where no node is left that could end it; DaemonSets are shown to admission", async () => {
    const daemonSet: ApiObject = {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "agent", namespace: "logs" },
    };
    const done: string[] = [];
    const client = {
      list: (path: string) =>
        Promise.resolve(
          path.endsWith("/daemonsets") ? [daemonSet] : [pod({}), pod({ sentToRealNode: true })],
        ),
      remove: (path: string) => Promise.resolve(done.push(`remove ${path}`)),
      mergePatch: (path: string, patch: object) =>
        Promise.resolve(done.push(`patch ${path} ${JSON.stringify(patch)}`)),
    } as unknown as ApiClient;
    assert.equal(await replaceMisplacedPods(client, [made]), 1);
    assert.equal(await replaceMisplacedPods(client, []), 1);
    assert.deepEqual(done, [
      "remove /api/v1/namespaces/shop/pods/one",
      "patch /apis/apps/v1/namespaces/logs/daemonsets/agent {}",
      "remove /api/v1/namespaces/shop/pods/one?gracePeriodSeconds=0",
      "patch /apis/apps/v1/namespaces/logs/daemonsets/agent {}",
    ]);
  });
});
