/** Jobs that load dumps and mirrors back: never by themselves, with a plan that the loader reads, and as users of their own. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { parseLoadPlan, type LoadPlan } from "../../../../services/recovery/load-plan.ts";
import { backedUp, bucket, bucketByKey, environmentOf } from "../../../support/backed-up-platform.ts";
import { at } from "../../../support/objects.ts";
import type { Recorded } from "../../../support/program.ts";
import { recordPlatform } from "../../../support/test-platform.ts";

describe("loading stores back", () => {
  let recorded: Recorded;
  const job = (name: string) => recorded.object("CronJob", name);
  const container = (name: string) => at(job(name), "spec.jobTemplate.spec.template.spec.containers.0");
  const env = (name: string) => environmentOf(container(name));

  before(async () => {
    recorded = await recordPlatform(backedUp(), bucketByKey());
  });

  const place = { name: "backups", prefix: "", region: "eu-1", endpoint: "https://s3.example" };
  const common = (name: string, kind: string) => ({
    version: 1,
    kind,
    name,
    folder: `${kind}/store/${name}`,
    bucket: place,
  });
  const cases: readonly (readonly [
    name: string,
    plan: object,
    credentials: Readonly<Record<string, string>>,
  ])[] = [
    [
      "files",
      {
        ...common("files", "object-store"),
        ...{
          current: "current",
          changed: "changed",
          endpoint: "http://files:8333",
          region: "us-east-1",
          buckets: ["models"],
        },
      },
      { STORE_ACCESS_KEY: "access-key/files-restore", STORE_SECRET_KEY: "files-restore/secret-key" },
    ],
    [
      "cache",
      { ...common("cache", "valkey"), file: "dump.rdb.gz", host: "cache-master", port: 6379 },
      { STORE_PASSWORD: "cache/password" },
    ],
    [
      "graph",
      { ...common("graph", "neo4j"), file: "graph.jsonl.gz", url: "http://graph:7474", user: "neo4j" },
      { STORE_PASSWORD: "graph/password" },
    ],
    [
      "events",
      {
        ...common("events", "kafka"),
        file: "topics.txt.gz",
        bootstrap: "events-kafka-bootstrap:9093",
        user: "events-restore",
        authorityFile: "/etc/kafka-authority/ca.crt",
        topics: ["orders.Placed_v1"],
      },
      { STORE_PASSWORD: "events-restore/password" },
    ],
  ];
  for (const [store, plan, credentials] of cases) {
    it(`${store}: a suspended job with the store's own network rules, whose plan the loader reads`, () => {
      const name = `${store}-restore`;
      assert.deepEqual(
        [at(job(name), "spec.suspend"), at(container(name), "image")],
        [true, "registry.example/recovery:v1"],
      );
      const read: LoadPlan = parseLoadPlan(env(name).get("PLAN"));
      assert.deepEqual(read, plan);
      for (const [variable, value] of Object.entries({
        ...credentials,
        AWS_ACCESS_KEY_ID: `access-key/${store}-archive`,
        AWS_SECRET_ACCESS_KEY: `secret-key/${store}-archive`.split("/").sort().join("/"),
      }))
        assert.equal(env(name).get(variable), value, variable);
      assert.doesNotMatch(JSON.stringify(job(name)), /the-id|the-key/);
      assert.match(JSON.stringify(at(recorded.object("NetworkPolicy", name), "spec.egress")), /"port":443/);
    });
  }

  it("Valkey's has room for a second server with all that the store may hold", () => {
    assert.equal(at(container("cache-restore"), "resources.limits.memory"), "768Mi");
  });

  it("in an object store writes the mirrored buckets alone", () => {
    const { data } = recorded.registration("Secret", "store-data-files-files-identities-secret").inputs;
    const text = Buffer.from(at(data, "value.seaweedfs_s3_config") as string, "base64").toString();
    const { identities } = JSON.parse(text) as { identities: { name: string; actions: string[] }[] };
    const actions = ["Write:models", "Tagging:models", "Read:models", "List:models"];
    assert.deepEqual(identities.find(({ name }) => name === "restore")?.actions, actions);
  });

  it("in Kafka writes archived topics alone, and says how far their groups have read", () => {
    const acls = at(recorded.object("KafkaUser", "events-restore"), "spec.authorization.acls") as unknown[];
    const rights = acls.map((acl) =>
      [at(acl, "resource.name"), (at(acl, "operations") as string[]).join(" ")].join(": "),
    );
    assert.deepEqual(rights, [
      "orders.Placed_v1: Describe Write",
      "orders.Placed_v1: Describe Read",
      "events-restore: Read",
      "orders.Placed_v1: Describe Read",
      "stream: Read",
    ]);
  });

  it("have rights of their own in the bucket where pods have an identity", async () => {
    const granted: string[] = [];
    const identity = {
      ...bucket({ how: "workload-identity" }),
      workloadIdentity: {
        kind: "eks-pod-identity" as const,
        tokenPorts: [],
        grantObjectStore: (name: string, account: { namespace: string; name: string }) => {
          granted.push(account.name);
          return new pulumi.ComponentResource("test:Grant", name);
        },
      },
    };
    await recordPlatform(backedUp(), identity);
    const expected = ["cache-restore", "events-restore", "files-restore", "graph-restore"];
    assert.deepEqual(granted.filter((account) => account.endsWith("-restore")).sort(), expected);
  });

  it("are not made where the cluster has no bucket", async () => {
    const none = await recordPlatform(backedUp());
    assert.ok(!none.names("CronJob").some((name) => name.endsWith("-restore")));
  });
});
