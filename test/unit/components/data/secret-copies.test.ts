/** Readers of a database, and Secrets beside callers in other namespaces. */
import assert from "node:assert/strict";
import type { Platform } from "../../../../platforms/model/index.ts";
import { clusters, store } from "../../../support/data-platform.ts";
import { at } from "../../../support/objects.ts";
import { messageOf, type Recorded } from "../../../support/program.ts";
import { deploy, facts, recordPlatform } from "../../../support/test-platform.ts";

/** The store with a namespace of those who look at it: they read the orders, and know Kafka's authority. */
function watched(copies: readonly string[] = ["orders-audit"]): Platform {
  const platform = store();
  const [namespace] = platform.namespaces;
  return {
    ...platform,
    namespaces: [namespace!, { ...namespace!, name: "reports" }],
    applications: platform.applications.map((application) => ({
      ...application,
      data: application.data?.map((spec) => {
        switch (spec.name) {
          case "orders":
            return {
              ...spec,
              readers: [{ name: "audit", database: "orders" }],
              copiesOfSecrets: { reports: copies },
            } as typeof spec;
          case "events":
            return { ...spec, copiesOfSecrets: { reports: ["events-cluster-ca-cert"] } };
          default:
            return spec;
        }
      }),
    })) as Platform["applications"],
  };
}

describe("a reader of a database", () => {
  let recorded: Recorded;
  const spec = (path: string) => at(recorded.object("Cluster", "orders"), `spec.${path}`);

  before(async () => {
    recorded = await recordPlatform(watched());
  });

  it("may read, and nothing else", () => {
    const roles = spec("managed.roles") as { name: string }[];
    assert.deepEqual(
      roles.find(({ name }) => name === "audit"),
      {
        name: "audit",
        ensure: "present",
        login: true,
        passwordSecret: { name: "orders-audit" },
        inRoles: ["pg_read_all_data"],
      },
    );
  });

  it("is let into the one database", () => {
    assert.deepEqual(spec("postgresql.pg_hba"), [
      "hostnossl all all all reject",
      'hostssl "orders" "audit" all scram-sha-256',
      'hostssl all "audit" all reject',
    ]);
  });

  it("has an address that leads to the standbys", () => {
    const { data } = recorded.registration("Secret", "store-data-orders-orders-audit-secret").inputs;
    const uri = Buffer.from(at(data, "value.uri") as string, "base64").toString();
    assert.match(uri, /^postgresql:\/\/audit:.+@orders-ro\.store:5432\/orders\?sslmode=require$/);
  });
});

describe("a Secret beside callers in another namespace", () => {
  it("has the values of the first one, and nothing else of the service is there", async () => {
    const recorded = await recordPlatform(watched());
    const first = recorded.registration("Secret", "store-data-orders-orders-audit-secret").inputs;
    const copy = recorded.registration("Secret", "store-data-orders-orders-audit-secret-reports").inputs;
    assert.deepEqual(copy.data, first.data);
    const there = recorded
      .rendered()
      .requiredSecrets.filter(({ namespace }) => namespace === "reports")
      .map(({ name }) => name);
    assert.deepEqual(there, ["orders-audit"]);
    assert.equal(at(copy.metadata, "labels", "cnpg.io/reload"), undefined);
  });

  it("that an operator makes is read by an identity that may read nothing else", async () => {
    const recorded = await recordPlatform(watched());
    const copy = recorded.object("ExternalSecret", "events-cluster-ca-cert", "reports");
    assert.deepEqual(at(copy, "spec.data"), [
      { secretKey: "ca.crt", remoteRef: { key: "events-cluster-ca-cert", property: "ca.crt" } },
    ]);
    const store = recorded.object("SecretStore", at(copy, "spec.secretStoreRef.name") as string, "reports");
    assert.equal(at(store, "spec.provider.kubernetes.remoteNamespace"), "store");
    const role = recorded.object("Role", "events-cluster-ca-cert-reader-reports", "store");
    assert.deepEqual((role as unknown as { rules: unknown }).rules, [
      { apiGroups: [""], resources: ["secrets"], resourceNames: ["events-cluster-ca-cert"], verbs: ["get"] },
    ]);
    const binding = recorded.object("RoleBinding", "events-cluster-ca-cert-reader-reports", "store");
    assert.deepEqual((binding as unknown as { subjects: unknown }).subjects, [
      {
        kind: "ServiceAccount",
        name: at(store, "spec.provider.kubernetes.auth.serviceAccount.name"),
        namespace: "reports",
      },
    ]);
  });

  it("is stood in for where no operator runs", async () => {
    const recorded = await recordPlatform(watched(), clusters["where placeholders stand for them"]);
    assert.deepEqual(recorded.names("ExternalSecret"), []);
    const there = recorded.rendered().requiredSecrets.filter(({ namespace }) => namespace === "reports");
    assert.deepEqual(there.map(({ name }) => name).sort(), ["events-cluster-ca-cert", "orders-audit"]);
  });

  it("is refused where the service has none of the name", async () => {
    assert.match(
      await messageOf(deploy(watched(["orders-nobody"]), facts)),
      /^postgresql "orders" has no Secret "orders-nobody" to copy to "reports" \(its Secrets: orders-orders, /,
    );
  });

  it("is refused where the platform has no such namespace", async () => {
    const platform = watched();
    const [store] = platform.namespaces;
    assert.match(
      await messageOf(deploy({ ...platform, namespaces: [store!] }, facts)),
      /copies the Secret "orders-audit" to the namespace "reports", which the platform does not declare \(store\)/,
    );
  });
});
