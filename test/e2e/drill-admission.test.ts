/**
 * What the API server lets the restore drill's account ask of Velero: its rights and its policy as production has them, its
 * own code with its own token, and one thing wrong at a time. The test stands in for Velero.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AuthenticationV1TokenRequest,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  PatchStrategy,
} from "@kubernetes/client-node";
import { connect, type Client } from "../../automation/cluster/access.ts";
import type { InCluster } from "../../services/recovery/kubernetes.ts";
import type { DrillPlanInput } from "../../services/recovery/plan.ts";
import type { StoreContext } from "../../services/recovery/stores/store.ts";
import { restoreVolumes } from "../../services/recovery/stores/volumes.ts";
import { startCluster, stopCluster } from "../../simulation/index.ts";
import { at, drafts, named, put, type Draft } from "../support/objects.ts";
import { objectsOf } from "../support/stacks.ts";
import { drillLabel, drillNamespace as namespace, restoreCases } from "./support/restore-cases.ts";
import { eventually, spec } from "./support/small-cluster.ts";

const account = "restore-drill";
const velero = { group: "velero.io", version: "v1", namespace: "velero" } as const;
const restores = { ...velero, plural: "restores" } as const;

describe("the account of the restore drill", function () {
  this.timeout(900_000);
  const root = mkdtempSync(join(tmpdir(), "quint-drill-admission-"));
  let administrator: Client;
  let drill: InCluster;
  /** What the drill asked for. */
  let own: Draft;

  const create = (custom: CustomObjectsApi, body: Draft, dryRun?: "All") =>
    custom.createNamespacedCustomObject({ ...restores, body, ...(dryRun === undefined ? {} : { dryRun }) });
  /** Why the server refuses; nothing where it does what is asked. */
  const refusal = (asked: Promise<unknown>): Promise<string> =>
    asked.then(
      () => "",
      (error: unknown) => String(at(error, "body") ?? error),
    );
  const changed = (change: (restore: Draft) => void): Draft => {
    const restore = structuredClone(own);
    change(restore);
    return restore;
  };

  before(async function () {
    this.timeout(90 * 60_000); // On a machine that never built the programs.
    const { kubeconfigPath: kubeconfig, context } = await startCluster(spec, { root });
    administrator = await connect({ kubeconfig, context, simulated: true });
    const { core, custom, objects } = administrator;
    const apply = (object: Draft) =>
      objects.patch(object, "", undefined, "test", true, PatchStrategy.ServerSideApply);
    const all = drafts((await objectsOf("production")).objects);
    await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: velero.namespace } });
    await apply(named(all, "Namespace", namespace));
    const mine = all.filter(
      (object) =>
        object.metadata.namespace === namespace
          ? ["ServiceAccount", "Role", "RoleBinding"].includes(object.kind)
          : object.metadata.name.startsWith(namespace) && object.kind !== "Namespace", // Velero's, and the policy.
    );
    for (const kind of ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"]) named(mine, kind);
    for (const object of mine) await apply(object);

    const body = Object.assign(new AuthenticationV1TokenRequest(), { spec: { audiences: [] } });
    const { status } = await core.createNamespacedServiceAccountToken({ name: account, namespace, body });
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const user = { name: account, token: status!.token };
    config.loadFromOptions({
      clusters: config.clusters,
      users: [user],
      contexts: [{ name: account, cluster: config.getCurrentCluster()!.name, user: account }],
      currentContext: account,
    });
    const asDrill = config.makeApiClient(CustomObjectsApi);
    // The simulated cluster has no kinds of Velero's data mover, which moves nothing here.
    const moved = new Proxy(asDrill, {
      get: (api, key: keyof CustomObjectsApi) =>
        key === "listNamespacedCustomObject"
          ? (of: { version: string } & Parameters<CustomObjectsApi["listNamespacedCustomObject"]>[0]) =>
              of.version === "v2alpha1" ? Promise.resolve({ items: [] }) : api.listNamespacedCustomObject(of)
          : api[key].bind(api),
    });
    drill = { namespace, core: config.makeApiClient(CoreV1Api), custom: moved };

    const empty: Draft = {
      apiVersion: "velero.io/v1",
      kind: "Restore",
      metadata: { name: "empty" },
      spec: {},
    };
    await eventually("the policy is at work", async () =>
      (await refusal(create(moved, empty, "All"))).includes("restore-drill: "),
    );

    const plan = named(all, "ConfigMap", "restore-drill-plan", namespace);
    const { stores } = JSON.parse(String(at(plan, "data", "plan.json"))) as DrillPlanInput;
    const store = stores.find((one) => one.kind === "volumes");
    assert.ok(store);
    await custom.createNamespacedCustomObject({
      ...velero,
      plural: "backups",
      body: {
        apiVersion: "velero.io/v1",
        kind: "Backup",
        metadata: {
          name: `${store.veleroSchedule}-20261122020000`,
          labels: { "velero.io/schedule-name": store.veleroSchedule },
        },
        spec: {},
        status: { phase: "Completed", startTimestamp: "2026-11-22T02:00:00Z" },
      },
    });
    const surroundings = { signal: new AbortController().signal, report: () => undefined };
    // No claims: nothing is uploaded here, and the request is the same.
    const ran = restoreVolumes(drill, { ...store, claims: [] }, surroundings as unknown as StoreContext);
    const carriedOut = eventually("the drill asks for a restore", async () => {
      const { items } = (await custom.listNamespacedCustomObject(restores)) as { items: Draft[] };
      const [asked] = items;
      if (asked === undefined) return undefined;
      own = {
        apiVersion: "velero.io/v1",
        kind: "Restore",
        metadata: { name: "another", labels: { ...asked.metadata.labels } },
        spec: structuredClone(asked.spec),
      };
      // Velero completes the spec, too: the drill takes its Restore away all the same.
      put(asked, "spec.excludedResources", ["nodes", "events"]);
      put(asked, "status", { phase: "Completed", errors: 0 });
      await custom.replaceNamespacedCustomObject({ ...restores, name: asked.metadata.name, body: asked });
      return true;
    });
    await Promise.all([ran, carriedOut]);
  });
  after(async () => {
    await stopCluster({ root });
    rmSync(root, { recursive: true, force: true });
  });

  it("is told so by a policy that compiles, and whose types are right", async () => {
    const name = `${namespace}.quint.dev`;
    const policy = { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy" };
    const checked = await eventually("it is looked at", async () =>
      at(await administrator.objects.read({ ...policy, metadata: { name } }), "status.typeChecking"),
    );
    assert.equal(at(checked, "expressionWarnings"), undefined, JSON.stringify(checked));
  });

  it("restores as the drill does, and takes its Restore away again", async () => {
    assert.equal(await refusal(create(drill.custom, own, "All")), "");
    const { items } = (await administrator.custom.listNamespacedCustomObject(restores)) as { items: Draft[] };
    assert.deepEqual(items, []);
  });

  for (const { what, change, says } of restoreCases) {
    it(`is refused a restore ${what}, which an administrator is not`, async () => {
      const restore = changed(change);
      const why = await refusal(create(drill.custom, restore, "All"));
      assert.ok(why.includes(says), why);
      assert.match(why, /restore-drill: .*the drill of cancer asks for nothing else/);
      assert.equal(await refusal(create(administrator.custom, restore, "All")), "");
    });
  }

  it("takes no Restore of others away, and changes none", async () => {
    const name = "cancer-restore-20261122t030000";
    const theirs = changed((restore) => {
      restore.metadata = { name };
    });
    await create(administrator.custom, theirs);
    const why = await refusal(drill.custom.deleteNamespacedCustomObject({ ...restores, name }));
    assert.match(why, /leave those of others alone/);
    const body = [{ op: "add", path: "/metadata/labels", value: { [drillLabel]: namespace } }];
    const rights = await refusal(drill.custom.patchNamespacedCustomObject({ ...restores, name, body }));
    assert.match(rights, /cannot patch resource/);
    assert.equal(await refusal(administrator.custom.deleteNamespacedCustomObject({ ...restores, name })), "");
  });
});
