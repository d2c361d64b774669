/** `quint restore` and its kin: the steps and their order, what is asked of the cluster, and the journal of an interrupted one. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "../../../automation/cluster/access.ts";
import { stateOf } from "../../../automation/recovery/carry-out.ts";
import { begin, journalIn, writeRestoreJournal } from "../../../automation/recovery/journal.ts";
import { backupRequests } from "../../../automation/recovery/requests.ts";
import {
  copyBefore,
  inPlace,
  newerData,
  pointInTime,
  refuseUnderGitops,
  refuseUsed,
  restoreSteps,
} from "../../../automation/recovery/restore.ts";
import { describePlatforms } from "../../../platforms/index.ts";
import { seeProcess } from "../../../simulation/process/identity.ts";
import { at as found } from "../../support/objects.ts";
import { settingsOf } from "../../support/stacks.ts";

const platforms = describePlatforms(settingsOf("production"));
const platform = platforms.find(({ name }) => name === "health-data")!;
const at = new Date("2026-11-20T10:15:00Z");
const begun = new Date("2026-11-21T08:00:00Z");
const notThere = Object.assign(new Error("not found"), { code: 404 });

/** A cluster that does at once what it is asked for, and remembers it. */
function cluster(copies: readonly object[] = [], there = true) {
  const asked: { object: object; dryRun: string | undefined }[] = [];
  const removed: string[] = [];
  const client = {
    objects: {
      create: (object: object, _pretty: unknown, dryRun?: string) => {
        asked.push({ object, dryRun });
        return Promise.resolve(object);
      },
      read: ({ kind }: { kind: string }) =>
        there
          ? Promise.resolve({
              status: {
                phase: "Completed",
                readyInstances: 0,
                conditions: [{ type: "Ready", status: kind === "Cluster" ? "True" : "False" }],
              },
            })
          : Promise.reject(notThere),
    },
    custom: {
      listNamespacedCustomObject: () => Promise.resolve({ items: copies }),
      deleteNamespacedCustomObject: ({ name, dryRun }: { name: string; dryRun?: string }) => {
        removed.push(`${name}${dryRun === undefined ? "" : " (dry)"}`);
        return Promise.resolve({});
      },
    },
  };
  return { client: client as unknown as Client, asked, removed };
}
const copy = (name: string, phase: string, startTimestamp: string) => ({
  metadata: { name },
  status: { phase, startTimestamp },
});

/** Where neither settings nor deployment are to be touched. */
const refuse = (): never => assert.fail("not to be called");
const untouched = { begin: refuse, deploy: refuse };

describe("restore", () => {
  it("takes the newest whole copy from before the time", async () => {
    const copies = [
      copy("late", "Completed", "2026-11-20T11:00:00Z"),
      copy("broken", "PartiallyFailed", "2026-11-20T10:00:00Z"),
      copy("right", "Completed", "2026-11-20T02:00:00Z"),
      copy("early", "Completed", "2026-11-19T02:00:00Z"),
    ];
    assert.equal(await copyBefore(cluster(copies).client, "health-data", at), "right");
    assert.equal(await copyBefore(cluster().client, "health-data", at), undefined);
  });

  it("to another namespace: copies go there, and a server begins at the time and archives nowhere", async () => {
    const { client, asked } = cluster();
    const steps = restoreSteps(client, { platform, at, to: "look", begun, really: true }, "right", untouched);
    for (const { run } of steps) await run(() => undefined);
    const [namespace, restore, server] = asked.map(({ object }) => object);
    assert.deepEqual([found(namespace, "kind"), found(namespace, "metadata.name")], ["Namespace", "look"]);
    assert.deepEqual(found(restore, "spec.namespaceMapping"), { "health-platform-production": "look" });
    assert.equal(found(restore, "spec.backupName"), "right");
    const left = found(restore, "spec.excludedResources") as string[];
    // Jobs of a copy would write to where the platform's own backups are, and its routes take the platform's requests.
    for (const kind of [
      "cronjobs.batch",
      "scheduledbackups.postgresql.cnpg.io",
      "virtualservices.networking.istio.io",
    ])
      assert.ok(left.includes(kind), kind);
    assert.equal(found(server, "metadata.namespace"), "look");
    assert.equal(
      found(server, "spec.bootstrap.recovery.recoveryTarget.targetTime"),
      "2026-11-20T10:15:00.000Z",
    );
    assert.equal(found(server, "spec.plugins"), undefined);
  });

  it("in place: settings first, then servers go, what is missing comes back, and the platform is deployed", async () => {
    const { client, asked, removed } = cluster();
    const order: string[] = [];
    const session = {
      begin: (points: object) => order.push(`settings ${JSON.stringify(points)}`),
      deploy: () => Promise.resolve(void order.push("deploy")),
    };
    const steps = restoreSteps(client, { platform, at, to: inPlace, begun, really: true }, "right", session);
    assert.deepEqual(
      steps.map(({ id }) => id),
      ["settings", "remove health-platform-production/health-postgresql", "namespaces", "deploy"],
    );
    for (const { run } of steps) await run(() => undefined);
    assert.deepEqual(order, ['settings {"health-postgresql":{"at":"2026-11-20T10:15:00.000Z"}}', "deploy"]);
    assert.deepEqual(removed, ["health-postgresql"]);
    assert.equal(found(asked[0]?.object, "spec.existingResourcePolicy"), "none");
    assert.equal(found(asked[0]?.object, "spec.namespaceMapping"), undefined);
    assert.ok(!(found(asked[0]?.object, "spec.excludedResources") as string[]).includes("cronjobs.batch"));
  });

  it("in place: servers of one name in two namespaces are two steps, so that a run that goes on skips neither", () => {
    const xray = platforms.find(({ name }) => name === "chest-xray")!;
    const args = { platform: xray, at, to: inPlace, begun, really: true };
    const ids = restoreSteps(cluster().client, args, undefined, untouched).map(({ id }) => id);
    assert.equal(ids.filter((id) => id.startsWith("remove ")).length, 2);
    assert.equal(new Set(ids).size, ids.length);
  });

  it("in place: not where Argo CD makes the servers, since it would not know the time", () => {
    const asked = { platform, to: inPlace, really: true };
    assert.throws(() => {
      refuseUnderGitops("gitops", asked);
    }, /knows only settings that were committed/);
    refuseUnderGitops("direct", asked);
    refuseUnderGitops("gitops", { ...asked, to: "look" });
    refuseUnderGitops("gitops", { ...asked, really: false });
    refuseUnderGitops("gitops", { ...asked, platform: platforms.find(({ name }) => name === "cancer")! });
  });

  it("where no controller runs: every request is looked at, and nothing is done", async () => {
    const { client, asked, removed } = cluster();
    const steps = restoreSteps(
      client,
      { platform, at, to: inPlace, begun, really: false },
      "right",
      untouched,
    );
    for (const { run } of steps) await run(() => undefined);
    assert.deepEqual(
      asked.map(({ dryRun }) => dryRun),
      ["All"],
    );
    assert.deepEqual(removed, ["health-postgresql (dry)"]);
  });

  it("sees data that an in-place restore would remove: servers that are there, ready or not, and not lost ones", async () => {
    assert.deepEqual(await newerData(cluster().client, platform), ["health-postgresql"]);
    assert.deepEqual(await newerData(cluster([], false).client, platform), []);
  });

  it("goes into a new namespace: what an earlier look left there is not taken for this one", async () => {
    await assert.rejects(refuseUsed(cluster().client, "look"), /The namespace look is there already/);
    await refuseUsed(cluster([], false).client, "look");
  });

  it("several namespaces do not fit into one", () => {
    const review = platforms.find(({ name }) => name === "code-review")!;
    assert.throws(
      () =>
        restoreSteps(
          cluster().client,
          { platform: review, at, to: "look", begun, really: true },
          "right",
          untouched,
        ),
      /code-review has the namespaces .*, which do not fit into one/,
    );
  });
});

describe("the journal of a restore", () => {
  const folder = mkdtempSync(join(tmpdir(), "quint-restore-"));
  const file = journalIn(folder);
  const asked = { platform: "health-data", at: at.toISOString(), to: inPlace };
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("has the same command go on where it stood, under the names of the first run", () => {
    const first = begin(file, asked, begun);
    // Of a process that has died: nobody has this number.
    writeRestoreJournal(file, { ...first, done: ["settings"], process: { pid: 2 ** 22 + 1, started: "0" } });
    const second = begin(file, asked, new Date());
    assert.deepEqual([second.begun, second.done], [begun.toISOString(), ["settings"]]);
  });

  it("refuses another restore until it is finished", () => {
    assert.throws(() => begin(file, { ...asked, to: "look" }, begun), /Unfinished: restore health-data/);
  });

  it("refuses a second one while it is under way", () => {
    const parent = { pid: process.ppid, started: seeProcess(process.ppid)?.started ?? "" };
    writeRestoreJournal(file, {
      version: 1,
      ...asked,
      begun: begun.toISOString(),
      done: [],
      process: parent,
    });
    assert.throws(() => begin(file, asked, begun), /Under way \(process \d+\): restore health-data/);
  });
});

describe("what controllers say", () => {
  const cases: readonly (readonly [
    kind: string,
    status: object,
    done: boolean,
    failed: string | undefined,
  ])[] = [
    ["Backup", { phase: "InProgress" }, false, undefined],
    ["Backup", { phase: "Completed" }, true, undefined],
    ["Backup", { phase: "completed" }, true, undefined],
    ["Backup", { phase: "failed", error: "no room" }, false, "failed: no room"],
    ["Restore", { phase: "PartiallyFailed" }, false, "PartiallyFailed"],
    ["Restore", { phase: "FailedValidation", failureReason: "why" }, false, "FailedValidation: why"],
    ["Job", { conditions: [{ type: "Complete", status: "True" }] }, true, undefined],
    ["Job", { conditions: [{ type: "Failed", status: "True", message: "deadline" }] }, false, "deadline"],
    ["Cluster", { conditions: [{ type: "Ready", status: "False" }] }, false, undefined],
    ["Cluster", { conditions: [{ type: "Ready", status: "True" }] }, true, undefined],
  ];
  for (const [kind, status, done, failed] of cases)
    it(`${kind} ${JSON.stringify(status)}`, () => {
      const state = stateOf(kind, { status });
      assert.deepEqual([state.done, state.failed], [done, failed]);
    });
});

it("a backup on demand asks for every server, every job of a store, and the namespaces", () => {
  assert.deepEqual(
    backupRequests(platform, begun).map((request) =>
      "object" in request
        ? `${request.object.kind} ${request.object.metadata.name}`
        : `CronJob ${request.cronJob.name}`,
    ),
    [
      "Backup health-postgresql-20261121t080000",
      "CronJob health-objects-backup",
      "Backup health-data-20261121t080000",
    ],
  );
});

it("a backup on demand brings to rest what the platform's Schedule does", () => {
  const template = { hooks: { resources: [{ name: "quiet" }] }, ttl: "1h0m0s", includedNamespaces: ["x"] };
  const request = backupRequests(platform, begun, template).at(-1)!;
  const spec = "object" in request ? request.object.spec : undefined;
  assert.deepEqual((spec as typeof template).hooks, template.hooks);
  assert.deepEqual((spec as typeof template).ttl, "720h0m0s");
});

describe("the point in time of a restore", () => {
  it("is one with its zone that has been", () => {
    assert.equal(pointInTime("2026-11-20T10:15:00+02:00", begun).toISOString(), "2026-11-20T08:15:00.000Z");
  });
  const wrong: readonly (readonly [text: string, says: RegExp])[] = [
    ["yesterday", /is no time with its zone/],
    ["2026-11-20T10:15:00", /is no time with its zone/],
    ["2026-11-21T08:00:01Z", /lies in the future/],
  ];
  for (const [text, says] of wrong)
    it(`not ${text}`, () => {
      assert.throws(() => pointInTime(text, begun), says);
    });
});
