/** The drill that every platform with backups gets: its plan is one that the drill's own program takes. */
import assert from "node:assert/strict";
import { openStack } from "../../../config/index.ts";
import { describePlatforms } from "../../../platforms/index.ts";
import {
  restoredNamespacesOf,
  storeBackupsOf,
  storeLabel,
  type Platform,
} from "../../../platforms/model/index.ts";
import { withRestoreDrill } from "../../../platforms/restore-drill/index.ts";
import { parsePlan } from "../../../services/recovery/plan.ts";
import { applicationOf, callersOf, dataOf } from "../../support/pages.ts";
import { root, settingsOf } from "../../support/stacks.ts";

const production = describePlatforms(settingsOf("production"));
const bucket = { name: "backups", region: "here" };
const planOf = (platform: Platform) => {
  const [plan] = applicationOf(platform, "restore-drill").configs;
  return parsePlan({ ...(JSON.parse(plan!.data["plan.json"]!) as object), bucket });
};
const jobsOf = (platform: Platform) =>
  new Map(applicationOf(platform, "restore-drill").jobs!.map((job) => [job.name, job]));
const clinical = production.find(({ name }) => name === "clinical-trials")!;

describe("restore drill", () => {
  for (const platform of production)
    it(`${platform.name}: restores every store that is backed up, on Sundays at 4, within 4 hours`, () => {
      const plan = planOf(platform);
      assert.deepEqual(
        plan.stores.map(({ kind, name }) => `${kind} ${name}`),
        storeBackupsOf(platform).map((backup) => `${backup.kind} ${storeLabel(platform, backup)}`),
      );
      // Metrics and folders go by them.
      assert.equal(new Set(plan.stores.map(({ name }) => name)).size, plan.stores.length);
      assert.equal(plan.timeObjectiveSeconds, 4 * 3600);
      const { schedule, deadlineSeconds } = jobsOf(platform).get("restore-drill")!;
      // Seed 000, "Backup & Disaster Recovery": "Weekly ... Sunday 4 AM".
      assert.deepEqual(
        [schedule?.cron, schedule?.timeZone, schedule?.suspended],
        ["0 4 * * 0", "Etc/UTC", false],
      );
      assert.ok(deadlineSeconds >= plan.timeObjectiveSeconds);
    });

  it("allows a database an hour's loss, and a copy made on a schedule as much as the schedule", () => {
    const ages = planOf(clinical).stores.map(({ name, ageSeconds }) => [name, ageSeconds / 3600]);
    assert.deepEqual(Object.fromEntries(ages), {
      postgresql: 1,
      cache: 2,
      "object-store": 25,
      kafka: 25,
    });
  });

  it("runs in a namespace of its own, and has rights over its own report and claims alone", () => {
    const { namespace, jobs } = applicationOf(clinical, "restore-drill");
    assert.equal(namespace, "clinical-trials-restore-drill");
    assert.ok(clinical.namespaces.some(({ name }) => name === namespace));
    assert.deepEqual(
      jobs!.map(({ identity: { rules = [] } }) =>
        rules.map(({ resources, names, verbs }) => [resources, names, verbs]),
      ),
      [
        [
          [["configmaps"], ["restore-drill-report"], ["get", "patch"]],
          [["persistentvolumeclaims"], undefined, ["list", "delete"]],
        ],
        [],
      ],
    );
  });

  it("asks Velero for claims of the namespaces that its plan has volumes of", () => {
    for (const platform of production)
      assert.deepEqual(
        restoredNamespacesOf(platform),
        platform.name === "cancer" ? ["cancer-mlops"] : [],
        platform.name,
      );
  });

  it("has a user of each database who records what backups hold, every hour", () => {
    const database = dataOf(clinical, "postgresql");
    assert.equal(database.recorder, "recorder");
    assert.ok(callersOf(database).includes("clinical-trials-restore-drill/backup-record:postgresql"));
    assert.deepEqual(database.copiesOfSecrets?.["clinical-trials-restore-drill"], ["postgresql-recorder"]);
    const { schedule, container } = jobsOf(clinical).get("backup-record")!;
    assert.equal(schedule?.cron, "50 * * * *");
    assert.ok(
      container.mounts?.some((mount) => mount.kind === "secret" && mount.path === "/secrets/postgresql"),
    );
  });

  it("tells databases of one name apart, and their users", () => {
    const chestXray = production.find(({ name }) => name === "chest-xray")!;
    assert.deepEqual(
      planOf(chestXray).stores.flatMap((store) =>
        store.kind === "postgresql" ? [[store.name, store.server?.user]] : [],
      ),
      [
        ["production-blue-chest-xray-db", "recorder-production-blue"],
        ["production-green-chest-xray-db", "recorder-production-green"],
      ],
    );
    const names = jobsOf(chestXray)
      .get("backup-record")!
      .container.mounts!.flatMap((mount) => (mount.kind === "secret" ? [mount.secret] : []));
    assert.deepEqual(names, [
      "chest-xray-db-recorder-production-blue",
      "chest-xray-db-recorder-production-green",
    ]);
  });

  it("is declared and not started where no container runs, and not there without an image or a bucket", () => {
    const simulated = describePlatforms(
      openStack({ root, stack: "production", overrides: { cluster: "simulated" } }).settings,
    );
    const drill = jobsOf(simulated.find(({ name }) => name === "cancer")!).get("restore-drill");
    assert.equal(drill?.schedule?.suspended, true);
    const settings = settingsOf("production");
    const bare: Platform = { ...clinical, applications: [], namespaces: [] };
    const without = { ...settings, images: { ...settings.images, recovery: undefined } };
    assert.equal(withRestoreDrill(bare, without), bare);
  });
});
