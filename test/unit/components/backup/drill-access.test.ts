/** What a restore drill may reach: the bucket of the cluster, and Velero's objects of its own restores. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterFacts } from "../../../../components/index.ts";
import { at } from "../../../support/objects.ts";
import type { Recorded } from "../../../support/program.ts";
import { facts, lab, recordPlatform } from "../../../support/test-platform.ts";

const jobs = { drill: "restore-drill", record: "backup-record" };
const platform = lab((page) => {
  page.backups = {
    timeObjectiveHours: 4,
    pointObjectiveHours: 1,
    schedules: [],
    verification: "0 4 * * 0",
    drill: { namespace: page.namespaces[0]!.name, bucketSecret: "backup-bucket", jobs },
  };
});
const { name: namespace } = platform.namespaces[0]!;

const dataOf = (recorded: Recorded) =>
  at(recorded.registration("Secret", `${platform.name}-drill-bucket`).inputs, "data.value") as Record<
    string,
    unknown
  >;
const decoded = (value: unknown): string => Buffer.from(String(value), "base64").toString("utf8");

describe("access of the restore drill", () => {
  it("names the bucket and its key in a Secret", async () => {
    const objectStore: ClusterFacts["objectStore"] = {
      kind: "oci",
      bucket: "backups",
      region: "here",
      endpoint: "https://store.example",
      credentials: {
        how: "access-key",
        accessKeyId: pulumi.output("id"),
        secretAccessKey: pulumi.output("key"),
      },
    };
    const recorded = await recordPlatform(platform, { ...facts, objectStore });
    const data = dataOf(recorded);
    assert.deepEqual(Object.fromEntries(Object.entries(data).map(([key, value]) => [key, decoded(value)])), {
      name: "backups",
      region: "here",
      endpoint: "https://store.example",
      "access-key": "id",
      "secret-key": "key",
    });
  });

  it("gives both jobs' accounts their rights where pods have an identity, and no key then", async () => {
    const granted: string[] = [];
    const objectStore: ClusterFacts["objectStore"] = {
      kind: "s3",
      bucket: "backups",
      region: "here",
      credentials: { how: "workload-identity" },
    };
    const workloadIdentity: ClusterFacts["workloadIdentity"] = {
      kind: "eks-pod-identity",
      serviceAccounts: {},
      tokenPorts: [],
      grantObjectStore: (name, account, opts) => {
        granted.push(`${account.namespace}/${account.name}`);
        return new pulumi.ComponentResource("test:Grant", name, {}, opts);
      },
    };
    const recorded = await recordPlatform(platform, { ...facts, objectStore, workloadIdentity });
    const drill = granted.filter((account) => Object.values(jobs).includes(account.split("/")[1]!));
    assert.deepEqual(drill, [`${namespace}/restore-drill`, `${namespace}/backup-record`]);
    assert.equal(decoded(dataOf(recorded)["secret-key"]), "");
  });

  it("has no rights in Velero where there is none", async () => {
    assert.deepEqual(
      (await recordPlatform(platform)).names("Role").filter((name) => name.endsWith("-restore-drill")),
      [],
    );
  });
});
