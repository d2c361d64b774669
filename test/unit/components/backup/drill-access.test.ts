/**
 * What a restore drill may reach: the bucket of the cluster, and Velero's objects of its own restores.
 * What the policy refuses is seen on a real API server, test/e2e/drill-admission.test.ts.
 */
import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { DrillAccess } from "../../../../components/backup/drill-access.ts";
import type { ClusterFacts } from "../../../../components/index.ts";
import { Namespace } from "../../../../components/namespace/namespace.ts";
import { storeBackupsOf, type Platform } from "../../../../platforms/model/index.ts";
import { contentsKey } from "../../../../services/recovery/backups.ts";
import { backedUp, backups } from "../../../support/backed-up-platform.ts";
import { at } from "../../../support/objects.ts";
import { recordProgram, type Recorded } from "../../../support/program.ts";
import { facts, recordPlatform } from "../../../support/test-platform.ts";

const jobs = { drill: "restore-drill", record: "backup-record" };
const page = backedUp();
const { name: namespace } = page.namespaces[0]!;
const platform: Platform = {
  ...page,
  backups: {
    ...backups,
    schedules: [],
    quiesce: [],
    drill: { namespace, bucketSecret: "backup-bucket", jobs },
  },
};

const dataOf = (recorded: Recorded) =>
  at(recorded.registration("Secret", `${platform.name}-drill-bucket`).inputs, "data.value") as Record<
    string,
    unknown
  >;
const decoded = (value: unknown): string => Buffer.from(String(value), "base64").toString("utf8");

describe("access of the restore drill", () => {
  for (const [which, adding, expected] of [
    ["its key", false, { "access-key": "id", "secret-key": "key" }],
    ["the key that only adds, where there is one", true, { "access-key": "a", "secret-key": "b" }],
  ] as const) {
    it(`names the bucket and ${which} in a Secret`, async () => {
      const objectStore: ClusterFacts["objectStore"] = {
        kind: "oci",
        bucket: "backups",
        region: "here",
        endpoint: "https://store.example",
        credentials: {
          how: "access-key",
          accessKeyId: pulumi.output("id"),
          secretAccessKey: pulumi.output("key"),
          ...(adding
            ? { adding: { accessKeyId: pulumi.output("a"), secretAccessKey: pulumi.output("b") } }
            : {}),
        },
      };
      const recorded = await recordPlatform(platform, { ...facts, objectStore });
      const data = dataOf(recorded);
      assert.deepEqual(
        Object.fromEntries(Object.entries(data).map(([key, value]) => [key, decoded(value)])),
        {
          name: "backups",
          region: "here",
          endpoint: "https://store.example",
          ...expected,
        },
      );
    });
  }

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
      tokenPorts: [],
      grantObjectStore: (name, account, rights, opts) => {
        const written = rights === "all" ? rights : rights.writes.join(" ");
        granted.push(`${account.namespace}/${account.name} ${written}`);
        return new pulumi.ComponentResource("test:Grant", name, {}, opts);
      },
    };
    const recorded = await recordPlatform(platform, { ...facts, objectStore, workloadIdentity });
    const drill = granted.filter((grant) => /\/(restore-drill|backup-record) /.test(grant));
    const records = storeBackupsOf(platform).flatMap((backup) =>
      backup.kind === "volumes" ? [] : [contentsKey(backup.folder, "*").replace(/\.json$/, "")],
    );
    assert.ok(records.length > 0);
    assert.deepEqual(drill, [
      `${namespace}/restore-drill `,
      `${namespace}/backup-record ${records.join(" ")}`,
    ]);
    assert.equal(decoded(dataOf(recorded)["secret-key"]), "");
  });

  const withVelero = (restored: readonly string[]) =>
    recordProgram(() => {
      const provider = new k8s.Provider("cluster", { kubeconfig: "none" });
      new DrillAccess(
        "shop-drill",
        {
          platform: "shop",
          namespace: new Namespace(
            "shop-scratch",
            { platform: "shop", spec: { ...page.namespaces[0]!, name: "shop-restore-drill" } },
            { provider },
          ),
          facts,
          bucketSecret: "backup-bucket",
          jobs,
          records: [],
          restored,
          velero: new pulumi.ComponentResource("test:Velero", "velero"),
        },
        { provider },
      );
      return {};
    });

  it("may ask Velero for restores only together with the policy that says which, and that refuses", async () => {
    const recorded = await withVelero(["shop-blue", "shop-green"]);
    const name = "shop-restore-drill.quint.dev";
    const policy = recorded.object("ValidatingAdmissionPolicy", name);
    assert.deepEqual(
      [at(policy, "spec.failurePolicy"), at(policy, "spec.matchConditions.0.expression")],
      ["Fail", 'request.userInfo.username == "system:serviceaccount:shop-restore-drill:restore-drill"'],
    );
    assert.deepEqual(at(policy, "spec.matchConstraints.resourceRules"), [
      {
        apiGroups: ["velero.io"],
        apiVersions: ["v1"],
        resources: ["restores"],
        operations: ["CREATE", "UPDATE", "DELETE"],
      },
    ]);
    assert.ok(
      JSON.stringify(at(policy, "spec.validations")).includes(String.raw`[\"shop-blue\", \"shop-green\"]`),
    );
    // In dev, too, where guardrails only warn.
    assert.deepEqual(at(recorded.object("ValidatingAdmissionPolicyBinding", name), "spec"), {
      policyName: name,
      validationActions: ["Deny", "Audit"],
    });
    const rights = recorded.registration("RoleBinding", "shop-drill-velero");
    const narrowed = "ValidatingAdmissionPolicyBinding::shop-drill-restores";
    assert.ok(recorded.wiringOf(rights).dependsOn.some((one) => one.endsWith(narrowed)));
  });

  it("has no rights in Velero where no claims are restored", async () => {
    const recorded = await withVelero([]);
    assert.deepEqual([recorded.names("Role"), recorded.names("ValidatingAdmissionPolicy")], [[], []]);
  });

  it("has no rights in Velero where there is none", async () => {
    assert.deepEqual(
      (await recordPlatform(platform)).names("Role").filter((name) => name.endsWith("-restore-drill")),
      [],
    );
  });
});
