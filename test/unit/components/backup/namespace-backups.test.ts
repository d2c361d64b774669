/** Velero's copies of namespaces: when, for how long, what is brought to rest before, and how each volume is copied. */
import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { parse } from "yaml";
import { NamespaceBackups } from "../../../../components/backup/namespace-backups.ts";
import type { ClusterFacts } from "../../../../components/index.ts";
import { backups } from "../../../support/backed-up-platform.ts";
import { store } from "../../../support/data-platform.ts";
import { at } from "../../../support/objects.ts";
import { recordProgram, type Recorded } from "../../../support/program.ts";
import { facts, recordPlatform } from "../../../support/test-platform.ts";

const recordBackups = (of: ClusterFacts = facts) =>
  recordProgram(() => {
    const provider = new k8s.Provider("cluster", { kubeconfig: "none" });
    new NamespaceBackups("store-backups", { platform: store(), backups, facts: of }, { provider });
    return {};
  });
const policies = (recorded: Recorded) =>
  at(
    parse(String(at(recorded.object("ConfigMap", "store-volumes"), "data", "policy.yaml"))),
    "volumePolicies",
  );

describe("copies of namespaces", () => {
  let recorded: Recorded;
  const template = (path: string, schedule = "store-daily") =>
    at(recorded.object("Schedule", schedule), `spec.template.${path}`);

  before(async () => {
    recorded = await recordBackups();
  });

  it("are made and kept as the platform says, in Velero's namespace", () => {
    const schedule = recorded.object("Schedule", "store-daily");
    assert.equal(at(schedule, "metadata.namespace"), "velero");
    assert.deepEqual([at(schedule, "spec.schedule"), at(schedule, "spec.paused")], ["0 2 * * *", undefined]);
    assert.equal(at(schedule, "spec.useOwnerReferencesInBackup"), false);
    assert.deepEqual(template("includedNamespaces"), ["store"]);
    assert.deepEqual([template("ttl"), template("ttl", "store-weekly")], ["720h0m0s", "2160h0m0s"]);
    assert.equal(template("snapshotMoveData"), true);
  });

  it("bring stores without backups of their own, and workloads that ask for it, to rest first", () => {
    const hooks = template("hooks.resources") as { name: string; pre: unknown[]; post?: unknown[] }[];
    assert.deepEqual(
      hooks.map(({ name, pre, post }) => [
        name,
        (at(pre, "0.exec.command") as string[])[0],
        at(pre, "0.exec.onError"),
        post === undefined ? undefined : (at(post, "0.exec.command") as string[]).join(" "),
      ]),
      [
        ["store-ledger", "psql", "Fail", undefined],
        ["store-cache", "valkey-cli", "Fail", undefined],
        ["store-graph", "/bin/sh", "Fail", undefined],
        ["store-app", "app", "Fail", "app resume"],
      ],
    );
    assert.deepEqual(at(hooks[3], "labelSelector.matchLabels"), {
      "app.kubernetes.io/name": "app",
      "app.kubernetes.io/part-of": "store",
    });
    // Those of another namespace are another schedule's.
    assert.deepEqual(template("hooks.resources", "store-weekly"), []);
  });

  it("leave out volumes of stores that have backups of their own, and copy the files of the others", () => {
    assert.deepEqual(policies(recorded), [
      { conditions: { pvcLabels: { "cnpg.io/cluster": "orders" } }, action: { type: "skip" } },
      { conditions: { pvcLabels: { "strimzi.io/cluster": "events" } }, action: { type: "skip" } },
      {
        conditions: { volumeTypes: ["emptyDir", "configMap", "secret", "projected"] },
        action: { type: "skip" },
      },
      { conditions: { storageClass: ["files"] }, action: { type: "fs-backup" } },
      { conditions: { storageClass: ["block"] }, action: { type: "fs-backup" } },
    ]);
  });

  it("take snapshots where the cluster has a class for them, and of shared volumes the files all the same", async () => {
    const storageClasses = { ...facts.storageClasses, snapshots: "csi-snapshots" };
    const [shared, single] = (policies(await recordBackups({ ...facts, storageClasses })) as unknown[]).slice(
      -2,
    );
    assert.deepEqual([at(shared, "action.type"), at(single, "action.type")], ["fs-backup", "snapshot"]);
  });

  it("are not made on a stack without Velero", async () => {
    const platform = { ...store(), backups };
    assert.deepEqual((await recordPlatform(platform)).names("Schedule"), []);
  });
});
