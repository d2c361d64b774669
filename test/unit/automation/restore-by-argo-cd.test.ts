/** A restore in place where Argo CD delivers, killed and gone on with at every step, and given up. */
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import type { DeliveryContext } from "../../../automation/delivery/context.ts";
import type { PermissionOptions } from "../../../automation/delivery/permission.ts";
import { undoSteps, removedServers } from "../../../automation/recovery/undo.ts";
import type { Points } from "../../../automation/recovery/journal.ts";
import { inPlace } from "../../../automation/recovery/places.ts";
import { restoreSteps } from "../../../automation/recovery/restore.ts";
import { permitted, refuseWrongPoints } from "../../../automation/recovery/session.ts";
import { remaining } from "../../../automation/recovery/step.ts";
import { openStack } from "../../../config/index.ts";
import { describePlatforms } from "../../../platforms/index.ts";
import { mainProject, type Platform } from "../../../platforms/model/index.ts";
import { root, settingsOf } from "../../support/stacks.ts";
import { at, begun, cluster, journalOf, type Have } from "./restore-cluster.ts";

const production = settingsOf("production");
const platforms = describePlatforms(production);
const health = platforms.find(({ name }) => name === "health-data")!;
const server = "health-postgresql";
const application = "health-data-infrastructure";
const asBefore = { prune: true, selfHeal: true };
const point = { at: at.toISOString() };

/** The platform as its settings describe it once they say where the server begins. */
function beginningAt(platform: Platform, recoverFrom: { at: string } | undefined): Platform {
  return {
    ...platform,
    applications: platform.applications.map((one) => ({
      ...one,
      data: (one.data ?? []).map((spec) =>
        spec.kind === "postgresql" && recoverFrom !== undefined ? { ...spec, recoverFrom } : spec,
      ),
    })),
  };
}

/** A stack with a cluster, settings and Git of its own, on which commands run one after the other. */
function stack(have: Have = { applications: { [application]: asBefore } }) {
  const world = cluster({ copies: [], ...have });
  let settings: Points = {};
  const journal = journalOf();
  const session = {
    journal,
    settle: (points: Points) => {
      world.act(`settings ${JSON.stringify(points)}`);
      settings = { ...settings, ...points };
    },
    deploy: () => assert.fail("Argo CD delivers"),
    gitops: {
      who: "somebody",
      publish: () => Promise.resolve(world.order.push("publish")).then(() => "abc"),
    },
  };
  const platform = () => beginningAt(health, settings[server]);
  return {
    ...world,
    journal,
    write: (points: Points) => {
      settings = { ...settings, ...points };
    },
    restore: async () => {
      const args = {
        platform: platform(),
        settings: production,
        at,
        to: inPlace,
        begun,
        really: true,
      } as const;
      for (const { run } of remaining(restoreSteps(world.client, args, "copy", session), journal))
        await run(() => undefined);
    },
    giveUp: async () => {
      const removed = await removedServers(world.client, platform(), journal.now());
      const words: string[] = [];
      const published = journal.now().publishing === true;
      for (const { run } of undoSteps(world.client, platform(), session, { removed, published }))
        words.push(await run(() => undefined));
      return words;
    },
  };
}

const paused = `automated ${application} {"prune":true,"selfHeal":true,"enabled":false}`;
const givenBack = `automated ${application} {"prune":true,"selfHeal":true}`;
const steps = [
  paused,
  `settings {"${server}":{"at":"${point.at}"}}`,
  `settings {"${server}":{"at":"${point.at}"}}`,
  "publish",
  // Once more: somebody's deployment may have given it back.
  paused,
  `remove health-platform-production/${server}`,
  "create Restore",
  `sync ${application} abc`,
  givenBack,
];

describe("a restore in place where Argo CD delivers", () => {
  it("pauses the sync, commits, removes, syncs, waits for the server, and gives the sync back as it was", async () => {
    const { restore, order, automated } = stack();
    await restore();
    assert.deepEqual(order, steps);
    assert.deepEqual(automated(), { [application]: asBefore });
  });

  it("leaves an Application alone that is synced by hand anyway", async () => {
    for (const automated of [null, { prune: true, enabled: false }]) {
      const { restore, order, automated: after } = stack({ applications: { [application]: automated } });
      await restore();
      assert.deepEqual(
        order.filter((line) => line.startsWith("automated")),
        [],
      );
      assert.deepEqual(after(), { [application]: automated });
    }
  });

  it("does nothing where Argo CD has no Application for the server", async () => {
    const { restore, order } = stack({ applications: {} });
    await assert.rejects(restore(), /no Application health-data-infrastructure/);
    assert.deepEqual(order, []);
  });

  for (const fails of ["automated", "remove", "create Restore", "sync"]) {
    it(`goes on after it failed to ${fails}, and gives back what was there before the first run`, async () => {
      const { restore, order, automated, journal } = stack({
        applications: { [application]: asBefore },
        fails,
      });
      await assert.rejects(restore(), /failed$/);
      assert.deepEqual(journal.now().automated, { [application]: asBefore });
      await restore();
      assert.deepEqual(new Set(order), new Set(steps));
      assert.deepEqual(automated(), { [application]: asBefore });
      // The settings of the second run say already where the server begins: that is no archive to begin with.
      assert.deepEqual(journal.now().points, { [server]: point });
    });
  }
});

it("a server without an archive is no server to remove: refused by the settings that would be written", () => {
  const of = (cluster: "kind" | "simulated") => {
    const { settings } = openStack({ root, stack: "dev", overrides: { cluster } });
    return { root, stack: "dev", name: "health-data", settings } as const;
  };
  assert.throws(() => {
    refuseWrongPoints(of("kind"), { [server]: point });
  }, /health-postgresql has no archive/);
  refuseWrongPoints(of("simulated"), { [server]: point });
});

describe("a restore in place is a delivery where Argo CD delivers", () => {
  const closed = {
    schedule: "0 0 * * *",
    hours: 24,
    timeZone: "Etc/UTC",
    manualSync: true,
    kind: "deny",
  } as const;
  const context = {
    stack: "production",
    // No repository: nothing could be committed there.
    root: tmpdir(),
    settings: production,
    platform: { ...health, projects: [{ ...mainProject(health), windows: [closed] }] },
  } as unknown as DeliveryContext;
  const permit = (of: DeliveryContext, options: PermissionOptions, again = false) =>
    permitted(of, cluster({ applications: {} }).client, options, again);

  const refusals: readonly (readonly [
    what: string,
    options: PermissionOptions,
    again: boolean,
    says: RegExp,
  ])[] = [
    ["outside of its windows", {}, false, /health-data may not be delivered to production now/],
    ["in an emergency of which nobody says why", { emergency: true }, false, /--emergency needs a reason/],
    ["where nothing can be committed", { emergency: true, reason: "lost" }, false, /git /],
    ["where nothing can be committed, also when it goes on", {}, true, /git /],
  ];
  for (const [what, options, again, says] of refusals)
    it(`refused before anything changes ${what}`, async () => {
      await assert.rejects(permit(context, options, again), says);
    });

  it("and asks for none of it where `up` delivers", async () => {
    assert.deepEqual(await permit({ ...context, settings: { ...production, delivery: "direct" } }, {}), []);
  });
});

describe("a restore that is given up", () => {
  const unsettled = `settings ${JSON.stringify({ [server]: undefined })}`;
  const cases: readonly (readonly [
    when: string,
    fails: string,
    /** What somebody has written into the settings since. */
    since: Points,
    order: readonly string[],
    done: readonly string[],
  ])[] = [
    ["before it began to pause", "automated", {}, [givenBack], []],
    ["before it was committed: without a commit", "settings", {}, [unsettled, givenBack], []],
    ["before a server was removed", "remove", {}, [unsettled, "publish", givenBack], []],
    [
      "after others changed the settings: theirs stay",
      "remove",
      { [server]: { at: "2026-11-19T00:00:00Z" } },
      ["settings {}", givenBack],
      [],
    ],
    [
      "while the server went: nobody wrote down that it was gone",
      "volumes",
      {},
      [givenBack],
      ["settings", "publish"],
    ],
    [
      "after the server was removed: the settings go on saying where it begins",
      "create Restore",
      {},
      [givenBack],
      ["settings", "publish", `remove health-platform-production/${server}`],
    ],
  ];
  for (const [when, fails, since, expected, done] of cases)
    it(when, async () => {
      const { restore, giveUp, write, order, automated, journal } = stack({
        applications: { [application]: asBefore },
        fails,
      });
      await assert.rejects(restore(), /failed$/);
      write(since);
      order.length = 0;
      await giveUp();
      assert.deepEqual(order, expected);
      assert.deepEqual(automated(), { [application]: asBefore });
      assert.deepEqual(journal.now().done, done);
    });

  it("takes a server for removed where the removal was asked for, and nobody wrote down that it was done", async () => {
    const { client } = cluster({ there: false });
    const id = `remove health-platform-production/${server}`;
    const names = async (of: { done: string[]; touched?: string[] }) =>
      (await removedServers(client, health, of)).map(({ spec }) => spec.name);
    assert.deepEqual(await names({ done: ["pause"], touched: [id] }), [server]);
    assert.deepEqual(await names({ done: ["pause"] }), []);
    assert.deepEqual(await removedServers(cluster().client, health, { done: [], touched: [id] }), []);
  });
});
