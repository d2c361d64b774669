/** What the five platforms back up, when, and for how long. Literals are seed 000's: the others name no figures of their own. */
import assert from "node:assert/strict";
import { SettingsError } from "../../../config/index.ts";
import { recoverFrom } from "../../../config/schema/platforms/recover-from.ts";
import { describePlatforms, describeStack } from "../../../platforms/index.ts";
import {
  archiveServer,
  storeBackupsOf,
  type Platform,
  type StoreBackup,
} from "../../../platforms/model/index.ts";
import { refuseWrongBackups } from "../../../platforms/recovery.ts";
import { settingsOf } from "../../support/stacks.ts";

const platformsOf = (stack: string) =>
  new Map(describePlatforms(settingsOf(stack)).map((one) => [one.name, one]));
const production = platformsOf("production");

const namespaces: Record<string, readonly string[]> = {
  "clinical-trials": ["clinical-mlops-production"],
  "code-review": [
    "platform-infrastructure",
    "platform-v2-stable",
    "platform-v1-exp",
    "platform-v3-quarantine",
  ],
  "health-data": ["health-platform-production"],
  "chest-xray": ["production-blue", "production-green"],
  cancer: ["cancer-mlops"],
};

/** Store, kind, cron, days, and what is in it or where it goes. */
const stores: Record<string, readonly (readonly [string, string, string, number, string])[]> = {
  "clinical-trials": [
    ["object-store", "object-store", "0 3 * * *", 30, "mlflow-artifacts clinical-mlops"],
    ["postgresql", "postgresql", "0 */6 * * *", 30, "postgresql/clinical-mlops-production/postgresql"],
    ["cache", "valkey", "20 * * * *", 7, "valkey/clinical-mlops-production/cache"],
    ["kafka", "kafka", "30 2 * * *", 30, "clinical-events clinical-events-dead-letters model-predictions"],
  ],
  "code-review": [
    ["postgresql", "postgresql", "0 */6 * * *", 30, "postgresql/platform-infrastructure/postgresql"],
    ["neo4j", "neo4j", "30 2 * * *", 30, "neo4j/platform-infrastructure/neo4j"],
    ["objects", "object-store", "0 3 * * *", 30, "stable-artifacts experiment-artifacts"],
    [
      "kafka",
      "kafka",
      "30 2 * * *",
      30,
      "stable.review-requests stable.review-results experiment.review-requests experiment.review-results",
    ],
  ],
  "health-data": [
    [
      "health-postgresql",
      "postgresql",
      "0 */6 * * *",
      30,
      "postgresql/health-platform-production/health-postgresql",
    ],
    ["health-objects", "object-store", "0 3 * * *", 30, "health-data narratives"],
  ],
  "chest-xray": [
    ["chest-xray-db", "postgresql", "0 */6 * * *", 30, "postgresql/production-blue/chest-xray-db"],
    ["chest-xray-db", "postgresql", "0 */6 * * *", 30, "postgresql/production-green/chest-xray-db"],
  ],
  cancer: [
    [
      "cancer-mlops",
      "volumes",
      "0 * * * *",
      7,
      "models-pvc data-pvc logs-pvc mlflow-artifacts-pvc mlflow-backend-pvc prometheus-data-pvc grafana-data-pvc",
    ],
  ],
};

function what(backup: StoreBackup): string {
  switch (backup.kind) {
    case "kafka":
      return backup.topics.join(" ");
    case "object-store":
      return backup.buckets.join(" ");
    case "volumes":
      return backup.claims.join(" ");
    default:
      return backup.folder;
  }
}

describe("backups of the platforms", () => {
  for (const [name, expected] of Object.entries(namespaces)) {
    it(`${name}: namespaces daily for 30 days, hourly for 7 in production, proven on Sundays at 4`, () => {
      const { backups } = production.get(name)!;
      assert.deepEqual(backups?.schedules, [
        { name: "daily", schedule: "0 2 * * *", retentionDays: 30, namespaces: expected },
        { name: "hourly", schedule: "0 * * * *", retentionDays: 7, namespaces: expected },
      ]);
      assert.deepEqual(
        [backups.verification, backups.timeObjectiveHours, backups.pointObjectiveHours],
        ["0 4 * * 0", 4, 1],
      );
      assert.deepEqual(
        platformsOf("staging")
          .get(name)
          ?.backups?.schedules.map((schedule) => schedule.name),
        ["daily"],
      );
    });

    it(`${name}: each store`, () => {
      const found = storeBackupsOf(production.get(name)!).map((backup) => [
        backup.store,
        backup.kind,
        backup.schedule,
        backup.retentionDays,
        what(backup),
      ]);
      assert.deepEqual(found, stores[name]);
    });
  }

  it("keeps messages of the topics that the stack names, and of no others", () => {
    const clinical = (archiveTopics: readonly "clinical-events"[]) => {
      const settings = settingsOf("production");
      const own = { ...settings.platforms["clinical-trials"]!, archiveTopics };
      const [platform] = describePlatforms({ ...settings, platforms: { "clinical-trials": own } });
      return storeBackupsOf(platform!).flatMap((backup) => (backup.kind === "kafka" ? backup.archive : []));
    };
    assert.deepEqual([clinical([]), clinical(["clinical-events"])], [[], ["clinical-events"]]);
  });
});

describe("recovery to a point in time", () => {
  const at = "2026-01-20T11:15:00+01:00";
  const settings = (cluster: object, recoverFrom: Readonly<Record<string, { readonly at: string }>>) => {
    const all = settingsOf("production");
    const own = { ...all.platforms["health-data"]!, recoverFrom };
    return {
      ...all,
      cluster: { ...all.cluster, ...cluster } as typeof all.cluster,
      platforms: { "health-data": own },
    };
  };
  const problem = (cluster: object, recoverFrom: Readonly<Record<string, { readonly at: string }>>) => {
    try {
      describeStack(settings(cluster, recoverFrom));
    } catch (error) {
      assert.ok(error instanceof SettingsError);
      return error.problems.map(({ key, reason, remedy }) => [key, reason, remedy].join(" | ")).join("\n");
    }
    return "";
  };

  it("goes on in an archive of its own, named after the point", () => {
    const [platform] = describePlatforms(settings({}, { "health-postgresql": { at } }));
    const [database] = storeBackupsOf(platform!);
    assert.equal(
      database?.kind === "postgresql" && database.folder,
      "postgresql/health-platform-production/health-postgresql-20260120t101500z",
    );
    assert.equal(archiveServer({ name: "health-postgresql" }), "health-postgresql");
  });

  it("refuses a time that is none, or is to come", () => {
    const issue = (at: string) =>
      recoverFrom
        .safeParse({ postgresql: { at } })
        .error?.issues.map(({ message }) => message)
        .join();
    assert.equal(issue("2999-01-01T00:00:00Z"), "lies in the future");
    assert.match(String(issue("yesterday at 10")), /is not a time with its zone/);
    assert.match(String(issue("2026-01-20T11:15:00")), /is not a time with its zone/);
    assert.equal(issue(at), undefined);
  });

  it("refuses a server that is not there, and one that has no archive", () => {
    assert.equal(
      problem({}, { "health-postgres": { at } }),
      "quint:platforms.health-data.recoverFrom.health-postgres | is not a PostgreSQL server of platform health-data | " +
        "`health-postgresql`",
    );
    assert.match(
      problem({ type: "existing" }, { "health-postgresql": { at } }),
      /health-postgresql has no archive: a cluster of type `existing` brings no object store/,
    );
    assert.equal(problem({}, { "health-postgresql": { at } }), "");
  });
});

describe("a page whose backups would keep no promise", () => {
  const cancer = production.get("cancer")!;
  const clinical = production.get("clinical-trials")!;
  const withBackups = (changes: Partial<NonNullable<Platform["backups"]>>): Platform => ({
    ...cancer,
    backups: { ...cancer.backups!, ...changes },
  });
  const schedule = { name: "weekly", namespaces: ["cancer-mlops"] };
  const cases: readonly (readonly [string, Platform, RegExp])[] = [
    [
      "retention shorter than the pause between two",
      withBackups({ schedules: [{ ...schedule, schedule: "0 4 * * 0", retentionDays: 7 }] }),
      /platform "cancer": the backup "weekly" keeps its copies for 7 days and makes one every 168 hours/,
    ],
    [
      "no cron",
      withBackups({ schedules: [{ ...schedule, schedule: "daily at 4", retentionDays: 7 }] }),
      /has the schedule "daily at 4"; write a five-field cron/,
    ],
    [
      "another platform's namespace",
      withBackups({
        schedules: [{ name: "daily", namespaces: ["kube-system"], schedule: "0 4 * * *", retentionDays: 7 }],
      }),
      /the backup "daily" copies "kube-system"; name its own: cancer-mlops/,
    ],
    [
      "a verification that is no cron",
      withBackups({ verification: "Sunday" }),
      /its verification has the schedule "Sunday"/,
    ],
    [
      "a workload that is not there",
      withBackups({ quiesce: [{ workload: "mlflo", namespace: "cancer-mlops", before: ["true"] }] }),
      /its backups quiet "cancer-mlops\/mlflo"/,
    ],
    [
      "a bucket that is not there",
      {
        ...clinical,
        applications: clinical.applications.map((application) => ({
          ...application,
          data: (application.data ?? []).map((service) =>
            service.kind === "object-store"
              ? { ...service, mirror: { schedule: "0 3 * * *", retentionDays: 30, buckets: ["models"] } }
              : service,
          ),
        })),
      },
      /"object-store" mirrors the bucket "models"; declare it/,
    ],
  ];
  for (const [what, platform, message] of cases) {
    it(`refuses ${what}`, () => {
      assert.throws(() => {
        refuseWrongBackups([platform], settingsOf("production"));
      }, message);
    });
  }
});
