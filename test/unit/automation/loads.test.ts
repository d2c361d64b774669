/** Dumps and mirrors in `quint restore`: which stores, which run of which job, and what its end means. */
import assert from "node:assert/strict";
import type { Client } from "../../../automation/cluster/access.ts";
import { leftBy } from "../../../automation/recovery/abort.ts";
import { commandOf, keptIn, type RestoreJournal } from "../../../automation/recovery/journal.ts";
import { loadSteps, onlyStores } from "../../../automation/recovery/loads.ts";
import { remaining } from "../../../automation/recovery/step.ts";
import { describePlatforms } from "../../../platforms/index.ts";
import { at as found } from "../../support/objects.ts";
import { settingsOf } from "../../support/stacks.ts";

const settings = settingsOf("production");
const clinical = describePlatforms(settings).find(({ name }) => name === "clinical-trials")!;
const at = new Date("2026-11-20T10:15:00Z");
const begun = new Date("2026-11-21T08:00:00Z");
const notThere = Object.assign(new Error("not found"), { code: 404 });
const job = "cache-restore-20261121t080000";

/** How a run of the loader ends, and how one before it did. */
interface World {
  readonly code?: number;
  readonly words?: string;
  readonly failedBefore?: boolean;
  readonly deployed?: boolean;
}

function cluster({ code = 0, words = "", failedBefore = false, deployed = true }: World) {
  const asked: { object: object; dryRun: string | undefined }[] = [];
  const removed: string[] = [];
  const condition = (type: string) => ({
    status: { conditions: [{ type, status: "True", message: "it failed" }] },
  });
  let failed = failedBefore;
  const spec = { template: { spec: { containers: [{ name: "loader", args: ["load"] }] } } };
  const client = {
    batch: {
      readNamespacedCronJob: () =>
        deployed ? Promise.resolve({ spec: { jobTemplate: { spec } } }) : Promise.reject(notThere),
      readNamespacedJob: () => (failed ? Promise.resolve(condition("Failed")) : Promise.reject(notThere)),
      deleteNamespacedJob: ({ name }: { name: string }) => {
        failed = false;
        removed.push(name);
        return Promise.resolve({});
      },
    },
    core: {
      listNamespacedPod: () =>
        Promise.resolve({
          items: [
            {
              status: { containerStatuses: [{ state: { terminated: { exitCode: code, message: words } } }] },
            },
          ],
        }),
    },
    objects: {
      create: (object: object, _pretty: unknown, dryRun?: string) => {
        asked.push({ object, dryRun });
        return Promise.resolve(object);
      },
      read: () => Promise.resolve(condition(code === 0 ? "Complete" : "Failed")),
    },
  };
  return { client: client as unknown as Client, asked, removed };
}

const cache = onlyStores(clinical, ["cache"], "in-place");
const asked = { settings, at, to: "in-place", begun, really: true, force: false, named: false } as const;
const run = async (client: Client, more: { named?: boolean; force?: boolean; really?: boolean } = {}) => {
  const [step, ...others] = loadSteps(client, { ...asked, platform: cache, ...more });
  assert.deepEqual([step?.id, others], ["load clinical-mlops-production/cache", []]);
  return step?.run(() => undefined);
};

describe("loading dumps and mirrors", () => {
  it("is a step for each store that has one, and for those alone that are named", () => {
    const steps = (platform: typeof clinical) => loadSteps(cluster({}).client, { ...asked, platform });
    assert.deepEqual(
      steps(clinical).map(({ id }) => id.split("/")[1]),
      ["object-store", "cache", "kafka"],
    );
    assert.deepEqual(
      steps(onlyStores(clinical, ["kafka"], "in-place")).map(({ title }) => title),
      ["kafka clinical-mlops-production/kafka"],
    );
    assert.equal(cache.backups, undefined);
    assert.throws(() => onlyStores(clinical, ["cache"], "look"), /--store goes with --to in-place/);
    assert.throws(
      () => onlyStores(clinical, ["cache", "cash"], "in-place"),
      /has no dump or mirror of cash\./,
    );
  });

  it("runs the store's own job, with the time, under a name that a run that goes on finds again", async () => {
    const { client, asked } = cluster({ words: "507 keys loaded" });
    assert.equal(await run(client, { force: true }), "507 keys loaded");
    const [{ object, dryRun } = { object: {}, dryRun: "" }] = asked;
    assert.deepEqual([found(object, "metadata.name"), dryRun], [job, undefined]);
    assert.deepEqual(found(object, "spec.template.spec.containers.0.args"), [
      ...["load", "--at", "2026-11-20T10:15:00.000Z", "--force"],
    ]);
  });

  it("makes a run that failed anew", async () => {
    const { client, asked, removed } = cluster({ words: "loaded", failedBefore: true });
    await run(client);
    assert.deepEqual([removed, asked.length], [[job], 1]);
  });

  it("leaves a store that holds something as it is, and refuses where it was asked for by name", async () => {
    const { client } = cluster({ code: 3, words: "cache holds 5 keys" });
    assert.equal(await run(client), "left as it is: cache holds 5 keys");
    await assert.rejects(run(client, { named: true }), {
      ending: "declined",
      message: /cache holds 5 keys$/,
    });
  });

  it("fails with the loader's own words", async () => {
    const { client } = cluster({ code: 1, words: "the dump is damaged" });
    await assert.rejects(run(client), {
      ending: "failed",
      message: "clinical-mlops-production/cache: the dump is damaged",
    });
  });

  it("says what is not loaded where there is no job, and fails where it was asked for by name", async () => {
    const { client } = cluster({ deployed: false });
    assert.match(
      (await run(client)) ?? "",
      /^not loaded: clinical-mlops-production has no CronJob cache-restore\. \.\/quint up makes it where the cluster has a bucket/,
    );
    await assert.rejects(run(client, { named: true }), /has no CronJob cache-restore/);
  });

  it("interrupted is told by the command that was typed, and by what is left half loaded once it is given up", async () => {
    const journal = keptIn(undefined, {
      version: 1,
      stack: "production",
      platform: clinical.name,
      at: at.toISOString(),
      to: "in-place",
      stores: ["cache"],
      begun: begun.toISOString(),
      done: [],
      process: { pid: 1, started: "0" },
    } satisfies RestoreJournal);
    assert.match(commandOf(journal.now()), / --to in-place --store cache$/);
    const left = () => leftBy({ platform: clinical, stack: "production", settings }, journal, []).join();
    assert.match(left(), /no data was touched/);
    const [load] = remaining(loadSteps(cluster({ code: 1 }).client, { ...asked, platform: cache }), journal);
    await assert.rejects(async () => load?.run(() => undefined));
    assert.deepEqual(journal.now().done, []);
    assert.match(left(), /clinical-mlops-production\/cache holds what was loaded, or a part of it/);
    assert.doesNotMatch(left(), /no data/);
  });

  it("is looked at where no container runs, and changes nothing", async () => {
    const { client, asked } = cluster({});
    assert.match((await run(client, { really: false })) ?? "", /accepted: nothing was loaded$/);
    assert.deepEqual(
      asked.map(({ dryRun }) => dryRun),
      ["All"],
    );
  });
});
