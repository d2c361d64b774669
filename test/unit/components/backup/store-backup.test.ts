/** Jobs that back stores up: when, with which tools, as whom, and into which bucket. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { backedUp, bucket, bucketByKey, environmentOf } from "../../../support/backed-up-platform.ts";
import { at } from "../../../support/objects.ts";
import type { Recorded } from "../../../support/program.ts";
import { recordPlatform } from "../../../support/test-platform.ts";

describe("backups of stores", () => {
  let recorded: Recorded;
  const pod = (name: string, path: string) =>
    at(recorded.object("CronJob", name), `spec.jobTemplate.spec.template.spec.${path}`);
  const env = (name: string, container = "containers.0") => environmentOf(pod(name, container));

  before(async () => {
    recorded = await recordPlatform(backedUp(), bucketByKey());
  });

  const cases = [
    ["cache-backup", "20 * * * *", "valkey/store/cache", "7", "valkey", "valkey-cli -h"],
    ["graph-backup", "30 2 * * *", "neo4j/store/graph", "30", "seaweedfs", "curl --config -"],
    ["events-backup", "30 2 * * *", "kafka/store/events", "30", "kafka", "kafka topics --describe"],
  ] as const;
  for (const [name, schedule, folder, days, image, command] of cases) {
    it(`${name}: dumped by the store's own tools, uploaded below ${folder}`, () => {
      const job = recorded.object("CronJob", name);
      assert.equal(at(job, "spec.schedule"), schedule);
      assert.deepEqual([at(job, "spec.timeZone"), at(job, "spec.concurrencyPolicy")], ["Etc/UTC", "Forbid"]);
      assert.notEqual(at(job, "spec.suspend"), true);
      assert.match(String(pod(name, "initContainers.0.image")), new RegExp(image));
      assert.ok(String(pod(name, "initContainers.0.command.2")).includes(command));
      assert.match(String(pod(name, "containers.0.image")), /rclone\/rclone:\d/);
      assert.equal(env(name).get("TARGET"), `backup:backups/${folder}`);
      assert.equal(env(name).get("RETENTION_DAYS"), days);
      assert.equal(pod(name, "initContainers.0.securityContext.readOnlyRootFilesystem"), true);
    });
  }

  it("object stores are mirrored by a user who may read the mirrored buckets alone", () => {
    assert.equal(pod("files-backup", "initContainers"), undefined);
    assert.deepEqual(
      ["BUCKETS", "TARGET", "RCLONE_CONFIG_STORE_ENDPOINT", "RCLONE_CONFIG_STORE_ACCESS_KEY_ID"].map((name) =>
        env("files-backup").get(name),
      ),
      ["models", "backup:backups/object-store/store/files", "http://files:8333", "access-key/files-backup"],
    );
    const { data } = recorded.registration("Secret", "store-data-files-files-identities-secret").inputs;
    const { identities } = JSON.parse(
      Buffer.from(at(data, "value.seaweedfs_s3_config") as string, "base64").toString(),
    ) as { identities: { name: string; actions: string[] }[] };
    assert.deepEqual(identities.find(({ name }) => name === "backup")?.actions, [
      "Read:models",
      "List:models",
    ]);
  });

  it("Kafka's user sees all topics and groups, and reads what is archived", () => {
    const acls = at(recorded.object("KafkaUser", "events-backup"), "spec.authorization.acls") as unknown[];
    assert.deepEqual(
      acls.map((acl) => [
        at(acl, "resource.type"),
        at(acl, "resource.name"),
        (at(acl, "operations") as string[]).join(" "),
      ]),
      [
        ["topic", "*", "Describe DescribeConfigs"],
        ["group", "*", "Describe"],
        ["topic", "orders.Placed_v1", "Describe Read"],
        ["group", "events-backup", "Read"],
      ],
    );
    assert.equal(env("events-backup", "initContainers.0").get("TOPICS"), "orders.Placed_v1");
  });

  it("have the bucket's key from a Secret of their own, or none where pods have an identity", async () => {
    assert.deepEqual(
      ["ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "ENV_AUTH"].map((key) =>
        env("cache-backup").get(`RCLONE_CONFIG_BACKUP_${key}`),
      ),
      ["access-key/cache-archive", "cache-archive/secret-key", undefined],
    );
    assert.doesNotMatch(JSON.stringify(recorded.object("CronJob", "cache-backup")), /the-id|the-key/);
    const granted: string[] = [];
    const store = bucket({ how: "workload-identity" });
    const identity = {
      ...store,
      objectStore: { ...store.objectStore, kmsKey: "alias/backups" } as NonNullable<typeof store.objectStore>,
      workloadIdentity: {
        kind: "eks-pod-identity" as const,
        tokenPorts: [],
        grantObjectStore: (name: string, account: { namespace: string; name: string }) => {
          granted.push(`${account.namespace}/${account.name}`);
          return new pulumi.ComponentResource("test:Grant", name);
        },
      },
    };
    const inherited = await recordPlatform(backedUp(), identity);
    assert.deepEqual(granted.filter((account) => account.endsWith("-backup")).sort(), [
      "store/cache-backup",
      "store/events-backup",
      "store/files-backup",
      "store/graph-backup",
    ]);
    const variables = at(
      inherited.object("CronJob", "cache-backup"),
      "spec.jobTemplate.spec.template.spec.containers.0.env",
    ) as { name: string; value: string }[];
    const of = (key: string) => variables.find(({ name }) => name === `RCLONE_CONFIG_BACKUP_${key}`)?.value;
    assert.deepEqual(["ENV_AUTH", "SERVER_SIDE_ENCRYPTION", "SSE_KMS_KEY_ID"].map(of), [
      "true",
      "aws:kms",
      "alias/backups",
    ]);
    assert.equal(env("cache-backup").has("RCLONE_CONFIG_BACKUP_SERVER_SIDE_ENCRYPTION"), false);
  });

  it("may call their store and the bucket, and the store lets them in", () => {
    const egress = at(recorded.object("NetworkPolicy", "cache-backup"), "spec.egress") as unknown[];
    assert.deepEqual(
      egress.flatMap((rule) => (at(rule, "ports") as unknown[]).map((port) => at(port, "port"))).sort(),
      // Valkey and its proxy, and https.
      [443, 6379, 6380],
    );
    assert.match(
      JSON.stringify(at(recorded.object("NetworkPolicy", "graph"), "spec.ingress")),
      /graph-backup/,
    );
  });

  it("are not made where the cluster has no bucket", async () => {
    const none = await recordPlatform(backedUp());
    assert.ok(!none.names("CronJob").some((name) => name.endsWith("-backup")));
  });
});
