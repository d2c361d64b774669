/** Taking a cluster of a cloud down: in which order, what is waited for, and what is left alone. */
import assert from "node:assert/strict";
import { listHeld, untilReleased } from "../../../automation/cluster/held.ts";
import type { Client } from "../../../automation/cluster/access.ts";
import type { Change, Plan } from "../../../automation/engine/plan.ts";
import { CommandError } from "../../../automation/exit.ts";
import { destroyInStages } from "../../../automation/session/stages.ts";

const urn = (types: string, name: string): string => `urn:pulumi:production::quint::${types}::${name}`;
const network = urn("quint:cluster:OkeCluster$quint:cluster:OkeNetwork$oci:Core/vcn:Vcn", "network");
const provider = urn("quint:cluster:OkeCluster$pulumi:providers:kubernetes", "cluster-kubernetes");
const calico = urn("quint:cluster:OkeCluster$quint:cluster:Calico$kubernetes:apps/v1:DaemonSet", "agent");
const claim = urn("quint:platform:Platform$kubernetes:core/v1:PersistentVolumeClaim", "data");
const everything = [network, provider, calico, claim];

const deletion = (of: string): Change => ({
  action: "delete",
  urn: of,
  kind: "",
  name: "",
  group: "",
  properties: [],
  because: [],
});
const planOf = (...urns: string[]): Plan => ({ changes: urns.map(deletion), unchanged: 0 });

/** What was done, in order. */
async function recorded(
  plan: Plan,
  exclude: readonly string[],
  release?: () => Promise<void>,
): Promise<unknown[]> {
  const calls: unknown[] = [];
  await destroyInStages({
    plan,
    exclude,
    resources: everything.map((of) => ({ urn: of, type: "" })),
    destroy: ({ changes }, kept) => {
      calls.push({ destroys: changes.map(({ urn: of }) => of), keeps: kept });
      return Promise.resolve(1);
    },
    release: () => {
      calls.push("release");
      return release?.() ?? Promise.resolve();
    },
  }).catch((error: unknown) => calls.push(error));
  return calls;
}

describe("taking a cluster of a cloud down", () => {
  it("deletes what is in it, waits for what it holds, and only then deletes the cluster", async () => {
    assert.deepEqual(await recorded(planOf(network, calico, claim), []), [
      { destroys: [claim], keeps: [network, provider, calico] },
      "release",
      { destroys: [network, calico], keeps: [] },
    ]);
  });

  it("goes on where it stopped: what is in it is gone, and is waited for all the same", async () => {
    assert.deepEqual(await recorded(planOf(network), []), ["release", { destroys: [network], keeps: [] }]);
  });

  it("leaves the cluster alone where something in it is kept", async () => {
    assert.deepEqual(await recorded(planOf(claim), ["kept"]), [
      { destroys: [claim], keeps: ["kept", network, provider, calico] },
    ]);
  });

  it("leaves the cluster alone where it still holds something", async () => {
    const trouble = new Error("held");
    const calls = await recorded(planOf(network, claim), [], () => Promise.reject(trouble));
    assert.deepEqual(calls.slice(1), ["release", trouble]);
  });
});

describe("what a cluster holds of its cloud", () => {
  const metadata = (name: string, namespace?: string) => ({ metadata: { name, namespace } });
  const volume = (name: string, policy: string, claimRef?: object) => ({
    ...metadata(name),
    spec: { persistentVolumeReclaimPolicy: policy, claimRef },
  });
  const core = {
    listServiceForAllNamespaces: () =>
      Promise.resolve({
        items: [
          { ...metadata("gateway", "istio-ingress"), spec: { type: "LoadBalancer" } },
          { ...metadata("api", "cancer-mlops"), spec: { type: "ClusterIP" } },
        ],
      }),
    listPersistentVolume: () =>
      Promise.resolve({
        items: [
          volume("pv-1", "Delete", { namespace: "cancer-mlops", name: "models" }),
          volume("pv-2", "Delete"),
          volume("archive", "Retain"),
        ],
      }),
  } as unknown as Client["core"];

  it("is every Service with a load balancer, and every volume that goes with its claim", async () => {
    assert.deepEqual(await listHeld({ core }), [
      "PersistentVolume pv-1 (claim cancer-mlops/models)",
      "PersistentVolume pv-2",
      "Service istio-ingress/gateway",
    ]);
  });

  it("is waited for, and said", async () => {
    const looks = [["Service a/b", "PersistentVolume c"], ["PersistentVolume c"], []];
    const said: string[] = [];
    await untilReleased(
      () => Promise.resolve(looks.shift() ?? assert.fail("looked again")),
      (line) => said.push(line),
      { limit: 60_000, pause: 1 },
    );
    assert.deepEqual(said, ["waiting for Service a/b, PersistentVolume c", "waiting for PersistentVolume c"]);
  });

  it("is an error that names it where it does not go", async () => {
    await assert.rejects(
      untilReleased(
        () => Promise.resolve(["Service a/b"]),
        () => undefined,
        { limit: 0 },
      ),
      (error) =>
        error instanceof CommandError && error.message === "Still in the cluster after 0 min: Service a/b.",
    );
  });
});
