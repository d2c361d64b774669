/** `quint restore` and its kin: the steps and their order, and what is asked of the cluster. */
import assert from "node:assert/strict";
import type { Client } from "../../../automation/cluster/access.ts";
import { refuseBeforeArchives } from "../../../automation/recovery/archives.ts";
import { carryOut, stateOf } from "../../../automation/recovery/carry-out.ts";
import { copyBefore, namespaceRestore } from "../../../automation/recovery/copies.ts";
import { firstBackups } from "../../../automation/recovery/in-place.ts";
import { inPlace, placesOf, refuseUsed, type Places } from "../../../automation/recovery/places.ts";
import { archivedServers, backupRequests } from "../../../automation/recovery/requests.ts";
import { restoreSteps } from "../../../automation/recovery/restore.ts";
import { newerData } from "../../../automation/recovery/servers.ts";
import type { RestoreArgs } from "../../../automation/recovery/step.ts";
import { describePlatforms } from "../../../platforms/index.ts";
import { at as found } from "../../support/objects.ts";
import { settingsOf } from "../../support/stacks.ts";
import { at, begun, cluster, journalOf, type Have } from "./restore-cluster.ts";

const settings = settingsOf("production");
const platforms = describePlatforms(settings);
const named = (name: string) => platforms.find((platform) => platform.name === name)!;
const platform = named("health-data");
const look: Places = new Map([["health-platform-production", "look"]]);

const copy = (name: string, phase: string, startTimestamp: string) => ({
  metadata: { name },
  status: { phase, startTimestamp },
});

/** Where neither settings nor deployment are to be touched. */
const refuse = (): never => assert.fail("not to be called");
const untouched = () => ({ settle: refuse, deploy: refuse, journal: journalOf() });

describe("restore", () => {
  it("takes the newest whole copy from before the time", async () => {
    const copies = [
      copy("late", "Completed", "2026-11-20T11:00:00Z"),
      copy("broken", "PartiallyFailed", "2026-11-20T10:00:00Z"),
      copy("right", "Completed", "2026-11-20T02:00:00Z"),
      copy("early", "Completed", "2026-11-19T02:00:00Z"),
    ];
    assert.equal(await copyBefore(cluster({ copies }).client, "health-data", at), "right");
    assert.equal(await copyBefore(cluster().client, "health-data", at), undefined);
  });

  it("to another namespace: copies go there, and a server begins at the time and archives nowhere", async () => {
    const { client, asked } = cluster();
    const steps = restoreSteps(
      client,
      { platform, settings, at, to: look, begun, really: true },
      "right",
      untouched(),
    );
    for (const { run } of steps) await run(() => undefined);
    const [namespace, restore, key, archive, server] = asked.map(({ object }) => object);
    assert.deepEqual([found(namespace, "kind"), found(namespace, "metadata.name")], ["Namespace", "look"]);
    assert.deepEqual(found(restore, "spec.namespaceMapping"), { "health-platform-production": "look" });
    assert.equal(found(restore, "spec.backupName"), "right");
    assert.deepEqual(found(restore, "spec.labelSelector.matchExpressions"), [
      { key: "cnpg.io/cluster", operator: "NotIn", values: ["health-postgresql"] },
    ]);
    const left = found(restore, "spec.excludedResources") as string[];
    // Jobs of a copy would write to where the platform's own backups are, and its routes take the platform's requests.
    for (const kind of [
      "cronjobs.batch",
      "scheduledbackups.postgresql.cnpg.io",
      "virtualservices.networking.istio.io",
    ])
      assert.ok(left.includes(kind), kind);
    // Also where Velero has no copy, which would bring them.
    assert.deepEqual(key, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "health-postgresql-archive", namespace: "look" },
      type: "Opaque",
      data: { "access-key": "of health-platform-production" },
    });
    assert.deepEqual(
      ["kind", "metadata.namespace", "spec.configuration.destinationPath", "spec.retentionPolicy"].map(
        (path) => found(archive, path),
      ),
      ["ObjectStore", "look", "s3://backups/postgresql/its-own", undefined],
    );
    assert.equal(found(server, "metadata.namespace"), "look");
    assert.equal(
      found(server, "spec.bootstrap.recovery.recoveryTarget.targetTime"),
      "2026-11-20T10:15:00.000Z",
    );
    assert.equal(found(server, "spec.plugins"), undefined);
    assert.equal(found(server, "spec.storage.storageClass"), settings.cluster.storageClasses.readWriteOnce);
  });

  it("to another namespace takes the server's image from the stack's mirror, with its pull secret", async () => {
    const { client, asked } = cluster();
    const images = {
      ...settings.images,
      mirror: "registry.example.com/mirror",
      pullSecret: "private-images",
    };
    const of = { ...settings, images };
    const steps = restoreSteps(
      client,
      { platform, settings: of, at, to: look, begun, really: true },
      undefined,
      untouched(),
    );
    for (const { run } of steps) await run(() => undefined);
    const server = asked.map(({ object }) => object).find((one) => found(one, "kind") === "Cluster")!;
    assert.match(
      String(found(server, "spec.imageName")),
      /^registry\.example\.com\/mirror\/cloudnative-pg\//,
    );
    assert.deepEqual(found(server, "spec.imagePullSecrets"), [{ name: "private-images" }]);
  });

  it("in place: settings first, then servers go, what is missing comes back, and the platform is deployed", async () => {
    const { client, asked, order } = cluster();
    const session = {
      journal: journalOf(),
      settle: (points: object) => order.push(`settings ${JSON.stringify(points)}`),
      deploy: () => Promise.resolve(void order.push("deploy")),
    };
    const steps = restoreSteps(
      client,
      { platform, settings, at, to: inPlace, begun, really: true },
      "right",
      session,
    );
    assert.deepEqual(
      steps.map(({ id }) => id),
      ["settings", "remove health-platform-production/health-postgresql", "namespaces", "deploy"],
    );
    for (const { run } of steps) await run(() => undefined);
    assert.deepEqual(order, [
      'settings {"health-postgresql":{"at":"2026-11-20T10:15:00.000Z"}}',
      "remove health-platform-production/health-postgresql",
      "create Restore",
      "deploy",
    ]);
    assert.equal(found(asked[0]?.object, "spec.existingResourcePolicy"), "none");
    assert.equal(found(asked[0]?.object, "spec.namespaceMapping"), undefined);
    assert.ok(!(found(asked[0]?.object, "spec.excludedResources") as string[]).includes("cronjobs.batch"));
  });

  it("in place: servers of one name in two namespaces are two steps, so that a run that goes on skips neither", () => {
    const args = { platform: named("chest-xray"), settings, at, to: inPlace, begun, really: true } as const;
    const ids = restoreSteps(cluster().client, args, undefined, untouched()).map(({ id }) => id);
    assert.equal(ids.filter((id) => id.startsWith("remove ")).length, 2);
    assert.equal(new Set(ids).size, ids.length);
  });

  it("in place: a copy brings back nothing that an operator made for a store with backups of its own", async () => {
    const { client, asked } = cluster();
    const args = {
      platform: named("clinical-trials"),
      settings,
      at,
      to: inPlace,
      begun,
      really: true,
    } as const;
    const steps = restoreSteps(client, args, "right", untouched());
    await steps.find(({ id }) => id === "namespaces")!.run(() => undefined);
    assert.deepEqual(found(asked[0]?.object, "spec.labelSelector"), {
      matchExpressions: [
        { key: "cnpg.io/cluster", operator: "NotIn", values: ["postgresql"] },
        { key: "strimzi.io/cluster", operator: "NotIn", values: ["kafka"] },
      ],
    });
  });

  it("where no controller runs: every request is looked at, and nothing is done", async () => {
    const { client, asked, order } = cluster();
    const steps = restoreSteps(
      client,
      { platform, settings, at, to: inPlace, begun, really: false },
      "right",
      untouched(),
    );
    for (const { run } of steps) await run(() => undefined);
    assert.deepEqual(
      asked.map(({ dryRun }) => dryRun),
      ["All"],
    );
    assert.deepEqual(order, ["remove health-platform-production/health-postgresql (dry)", "create Restore"]);
  });

  it("sees data that an in-place restore would remove: servers that are there, ready or not, and not lost ones", async () => {
    assert.deepEqual(await newerData(cluster().client, platform), ["health-postgresql"]);
    assert.deepEqual(await newerData(cluster({ there: false }).client, platform), []);
  });

  it("ends with a base backup of each new server: its archive restores nothing without one", async () => {
    for (const [really, dryRun] of [
      [true, undefined],
      [false, "All"],
    ] as const) {
      const { client, asked } = cluster();
      const steps = firstBackups(client, { platform, settings, at, to: inPlace, begun, really });
      for (const { run } of steps) await run(() => undefined);
      assert.deepEqual(
        asked.map(({ object, dryRun: how }) => [
          found(object, "kind"),
          found(object, "metadata.name"),
          found(object, "spec.cluster.name"),
          how,
        ]),
        [["Backup", "health-postgresql-20261121t080000", "health-postgresql", dryRun]],
      );
    }
  });

  it("removes no server for a time that its archive does not have", async () => {
    const servers = archivedServers(platform);
    const asked = (have: Have, to: RestoreArgs["to"] = inPlace) =>
      refuseBeforeArchives(cluster(have).client, servers, { at, to });
    const archive = "health-postgresql";
    await asked({ archives: { [archive]: "2026-11-20T10:15:00Z" } });
    const later = { archives: { [archive]: "2026-11-20T10:15:01Z" } };
    await assert.rejects(asked(later), /begins at 2026-11-20T10:15:01Z: it has nothing of/);
    await assert.rejects(asked(later, look), /begins at/);
    await asked(later, new Map([["another", "look"]]));
    // A cluster that was made anew knows of no backup from before.
    await asked({});
  });

  it("removes no server that archives nowhere", async () => {
    const servers = archivedServers(platform);
    const asked = (have: Have, to: RestoreArgs["to"] = inPlace) =>
      refuseBeforeArchives(cluster({ stores: false, ...have }).client, servers, { at, to });
    await assert.rejects(asked({}), /has no ObjectStore health-postgresql/);
    // A lost namespace has nothing to lose, and Velero brings the ObjectStore back.
    await asked({ there: false });
    await asked({}, look);
  });

  it("goes into a new namespace: what an earlier look left there is not taken for this one", async () => {
    await assert.rejects(refuseUsed(cluster().client, look), /The namespace look is there already/);
    await refuseUsed(cluster({ there: false }).client, look);
  });

  it("several namespaces go each into one of its own, with the servers that were in them", async () => {
    const xray = named("chest-xray");
    const { client, asked } = cluster();
    const args = { platform: xray, settings, at, to: placesOf(xray, "look"), begun, really: true };
    const steps = restoreSteps(client, args, "right", untouched());
    assert.equal(new Set(steps.map(({ id }) => id)).size, steps.length);
    for (const { run } of steps) await run(() => undefined);
    assert.deepEqual(
      asked.map(({ object }) => [
        found(object, "kind"),
        found(object, "metadata.namespace"),
        found(object, "metadata.name"),
      ]),
      [
        ["Namespace", undefined, "look-production-blue"],
        ["Namespace", undefined, "look-production-green"],
        ["Restore", "velero", "chest-xray-restore-20261121t080000"],
        ...["look-production-blue", "look-production-green"].flatMap((one) => [
          ["Secret", one, "chest-xray-db-archive"],
          ["ObjectStore", one, "chest-xray-db"],
          ["Cluster", one, "chest-xray-db"],
        ]),
      ],
    );
    assert.deepEqual(found(asked[2]?.object, "spec.namespaceMapping"), {
      "production-blue": "look-production-blue",
      "production-green": "look-production-green",
    });
  });

  it("one of several namespaces goes alone, and nothing of the others", async () => {
    const xray = named("chest-xray");
    const { client, asked } = cluster();
    const args = {
      platform: xray,
      settings,
      at,
      to: placesOf(xray, "look", "production-green"),
      begun,
      really: true,
    };
    for (const { run } of restoreSteps(client, args, "right", untouched())) await run(() => undefined);
    assert.equal(asked.length, 5);
    assert.deepEqual(found(asked[1]?.object, "spec.includedNamespaces"), ["production-green"]);
    assert.deepEqual(found(asked[1]?.object, "spec.namespaceMapping"), { "production-green": "look" });
    for (const { object } of asked.slice(2)) assert.equal(found(object, "metadata.namespace"), "look");
  });

  it("latest: a server replays its whole log, in place and beside", async () => {
    const settled: object[] = [];
    const session = { ...untouched(), settle: (points: object) => settled.push(points) };
    const { client, asked } = cluster();
    const args = { platform, settings, at: begun, latest: true, begun, really: true } as const;
    for (const to of [inPlace, look] as const) {
      const steps = restoreSteps(client, { ...args, to }, undefined, session);
      const ids = to === inPlace ? ["settings"] : ["server health-postgresql"];
      for (const { id, run } of steps) if (ids.includes(id)) await run(() => undefined);
    }
    assert.deepEqual(settled, [{ "health-postgresql": { at: begun.toISOString(), latest: true } }]);
    assert.deepEqual(
      asked.map(({ object }) => found(object, "spec.bootstrap.recovery")),
      [{ source: "archive" }],
    );
  });

  describe("refuses before anything changes", () => {
    const wrong: readonly (readonly [
      what: string,
      of: string,
      to: string,
      only: string | undefined,
      says: RegExp,
    ])[] = [
      ["what is no name", "health-data", "Look", undefined, /Look is no name of a namespace/],
      ["too long a name", "health-data", "x".repeat(64), undefined, /is no name of a namespace/],
      [
        "a name that becomes too long",
        "chest-xray",
        "x".repeat(50),
        undefined,
        /would go into x+-production-blue, which is longer than the 63/,
      ],
      [
        "the platform's own namespace",
        "health-data",
        "health-platform-production",
        undefined,
        /is a namespace of health-data itself/,
      ],
      [
        "a namespace of another platform",
        "chest-xray",
        "look",
        "cancer-mlops",
        /has no namespace cancer-mlops/,
      ],
      [
        "one namespace in place",
        "chest-xray",
        inPlace,
        "production-blue",
        /in place chest-xray is restored as a whole/,
      ],
    ];
    for (const [what, of, to, only, says] of wrong)
      it(what, () => {
        assert.throws(() => placesOf(named(of), to, only), says);
      });
  });
});

describe("a request that was made before", () => {
  const request = namespaceRestore({ platform, to: inPlace, begun }, "copy");
  const cases = [
    ["done is done", "Completed", 0],
    ["failed is made anew: the same command would fail for ever", "PartiallyFailed", 1],
  ] as const;
  for (const [what, before, deleted] of cases)
    it(`and is ${what}`, async () => {
      let phase: string | undefined = before;
      let deletions = 0;
      const objects = {
        create: () => {
          if (phase !== undefined) return Promise.reject(Object.assign(new Error("exists"), { code: 409 }));
          phase = "Completed";
          return Promise.resolve({});
        },
        read: () => Promise.resolve({ status: { phase } }),
        delete: () => {
          deletions += 1;
          phase = undefined;
          return Promise.resolve({});
        },
      };
      const { result } = await carryOut({ objects } as unknown as Client, request, true, () => undefined);
      assert.deepEqual([result, deletions], ["done", deleted]);
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
    ["Restore", { phase: "Failed", failureReason: "why" }, false, "Failed: why"],
    ["Restore", { phase: "FailedValidation", validationErrors: ["a", "b"] }, false, "FailedValidation: a; b"],
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
