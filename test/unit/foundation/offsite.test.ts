/** The second bucket: what fills it, with which rights, and which ones are refused. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Client } from "../../../automation/cluster/access.ts";
import { readOffsiteCopies } from "../../../automation/recovery/backups.ts";
import { record } from "../../../automation/render/record.ts";
import { offsiteStore, type OffsiteStore } from "../../../components/backup/offsite-store.ts";
import { Foundation } from "../../../components/foundation/foundation.ts";
import { SettingsError } from "../../../config/problems.ts";
import { offsite as schema } from "../../../config/schema/offsite.ts";
import { at } from "../../support/objects.ts";
import { offsiteRules } from "../../support/rules.ts";
import { root } from "../../support/stack-files.ts";
import { factsOf, specOf, type StackChanges } from "./stack.ts";

const backups = { bucket: "first", prefix: "production", region: "eu-central-1", secret: "velero-key" };
const existing = { kind: "existing", bucket: "second", region: "eu-west-1", secret: "offsite-key" } as const;
const made = { kind: "aws", region: "eu-west-1", account: "123456789012" } as const;

async function copies(store: OffsiteStore, first: object = backups) {
  const { registrations } = await record({
    stack: "production",
    config: {},
    program: () => {
      const provider = new k8s.Provider("cluster", {});
      const spec = specOf("production", { foundation: { backups: first } });
      new Foundation("foundation", { cluster: { provider, facts: factsOf(true) }, spec, offsite: store });
      return Promise.resolve({});
    },
  });
  const of = (kind: string, name: string) =>
    registrations.find(
      ({ type, inputs }) => type.endsWith(`:${kind}`) && at(inputs, "metadata.name") === name,
    )?.inputs;
  const container = at(of("CronJob", "offsite-copies"), "spec.jobTemplate.spec.template.spec.containers.0");
  const env = (at(container, "env") as { name: string; value?: string; valueFrom?: unknown }[]).map(
    ({ name, value, valueFrom }) => [name, value ?? at(valueFrom, "secretKeyRef.name")] as const,
  );
  return { of, container, env: new Map(env) };
}

describe("the second bucket", () => {
  it("is filled every hour out of the first, with the key of each", async () => {
    const { of, container, env } = await copies(existing);
    const job = of("CronJob", "offsite-copies");
    assert.equal(at(job, "metadata.namespace"), "velero");
    const podLabels = at(job, "spec.jobTemplate.spec.template.metadata.labels") as Record<string, string>;
    assert.equal(podLabels["app.kubernetes.io/name"], "offsite-copies");
    assert.deepEqual([at(job, "spec.schedule"), at(job, "spec.concurrencyPolicy")], ["40 * * * *", "Forbid"]);
    assert.deepEqual(
      ["SOURCE", "TARGET", "RCLONE_CONFIG_OFFSITE_ACCESS_KEY_ID", "RCLONE_CONFIG_OFFSITE_REGION"].map(
        (name) => env.get(name),
      ),
      ["backup:first/production", "offsite:second", "offsite-key", "eu-west-1"],
    );
    assert.equal(env.get("RCLONE_CONFIG_BACKUP_SHARED_CREDENTIALS_FILE"), "/etc/backup/cloud");
    assert.ok(JSON.stringify(at(container, "volumeMounts")).includes(`"mountPath":"/etc/backup"`));
    // No right is asked of the API server.
    assert.equal(of("Role", "offsite-copies"), undefined);
    assert.equal(of("Secret", "offsite-object-store"), undefined);
  });

  it("has the key that Quint made in a Secret, and in nothing else", async () => {
    const keys = {
      accessKeyId: pulumi.secret("offsite-id"),
      secretAccessKey: pulumi.secret("offsite-secret"),
    };
    const { of, env } = await copies({ bucket: "second", region: "eu-west-1", keys });
    assert.equal(env.get("RCLONE_CONFIG_OFFSITE_ACCESS_KEY_ID"), "offsite-object-store");
    assert.ok(of("Secret", "offsite-object-store"));
    assert.doesNotMatch(JSON.stringify(of("CronJob", "offsite-copies")), /offsite-id|offsite-secret/);
  });

  it("is not made for a cluster that can be thrown away", async () => {
    const settings = schema.parse(made);
    for (const facts of [{ disposable: true, controllersRun: true }, factsOf(false)]) {
      assert.equal(await offsiteStore("offsite", { stack: "dev", settings, facts }), undefined);
    }
    assert.equal(
      await offsiteStore("offsite", { stack: "dev", settings: undefined, facts: factsOf(true) }),
      undefined,
    );
  });
});

describe("the copies in it", () => {
  it("are watched: who is woken finds what to do", () => {
    const runbook = readFileSync(join(root, "docs/runbooks/backups.md"), "utf8");
    const rules = offsiteRules();
    assert.ok(rules.length > 0);
    for (const { alert = "", labels, annotations } of rules) {
      assert.match(runbook, new RegExp(`\\b${alert}\\b`));
      assert.deepEqual(labels, { severity: "critical", owner: "foundation" });
      assert.equal(annotations?.runbook, "docs/runbooks/backups.md");
    }
    const { addOns } = specOf("production", { foundation: { backups } });
    const names = addOns.flatMap(({ rules: groups }) =>
      groups.flatMap(({ alerts }) => alerts.map(({ name }) => name)),
    );
    assert.ok(names.length > 0);
    assert.ok(!names.some((name) => name.startsWith("Offsite")));
  });

  const cases = [
    ["the newest", existing, "2026-11-20T10:41:00Z", null, "2026-11-20T10:41:00.000Z"],
    ["none yet", made, undefined, 90, undefined],
  ] as const;
  for (const [what, settings, lastSuccessfulTime, retentionDays, newest] of cases) {
    it(`are listed with the backups: ${what}`, async () => {
      const asked: object[] = [];
      const readNamespacedCronJob = (of: object) => {
        asked.push(of);
        return Promise.resolve({ status: { lastSuccessfulTime } });
      };
      const client = { batch: { readNamespacedCronJob } } as unknown as Client;
      const [row, ...more] = await readOffsiteCopies(client, { offsite: schema.parse(settings) });
      assert.deepEqual(asked, [{ name: "offsite-copies", namespace: "velero" }]);
      assert.deepEqual([row?.retentionDays, row?.newest?.at, more], [retentionDays, newest, []]);
      assert.deepEqual(await readOffsiteCopies(client, { offsite: undefined }), []);
    });
  }
});

describe("a second bucket that is none", () => {
  const problem = (changes: StackChanges): string => {
    try {
      specOf("production", changes);
    } catch (error) {
      assert.ok(error instanceof SettingsError);
      return error.problems.map(({ key, reason }) => `${key} ${reason}`).join("\n");
    }
    return "";
  };
  const cases: readonly (readonly [string, StackChanges, RegExp])[] = [
    [
      "the first one",
      { clusterType: "existing", foundation: { backups, offsite: { ...existing, bucket: "first" } } },
      /foundation\.offsite\.bucket is the bucket for backups itself/,
    ],
    [
      "one in the same region",
      { clusterType: "existing", foundation: { backups, offsite: { ...made, region: "eu-central-1" } } },
      /foundation\.offsite\.region is the region of the bucket for backups, on the same cloud/,
    ],
    [
      "a copy of nothing",
      { clusterType: "kind", foundation: { offsite: made } },
      /foundation\.offsite is a copy of the bucket for backups, and a cluster of type `kind` brings none/,
    ],
  ];
  for (const [what, changes, message] of cases) {
    it(`is refused: ${what}`, () => {
      assert.match(problem(changes), message);
    });
  }

  it("is accepted in another region, or on another cloud", () => {
    assert.equal(problem({ clusterType: "existing", foundation: { backups, offsite: made } }), "");
    assert.equal(problem({ foundation: { offsite: { ...made, region: "eu-central-1" } } }), "");
    assert.equal(problem({ clusterType: "simulated", foundation: { offsite: made } }), "");
  });

  it("is refused where it would be locked for longer than it is kept", () => {
    const { error } = schema.safeParse({ ...made, retentionDays: 14 });
    assert.deepEqual(
      error?.issues.map(({ message, path }) => [path.join("."), message]),
      [["lockDays", "is longer than what is locked is kept"]],
    );
  });
});
