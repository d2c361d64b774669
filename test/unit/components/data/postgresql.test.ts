/** PostgreSQL: what the operator is told, where backups go, and who is let in. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterFacts } from "../../../../components/index.ts";
import { clusters, storeWith } from "../../../support/data-platform.ts";
import { at } from "../../../support/objects.ts";
import { messageOf, type Recorded } from "../../../support/program.ts";
import { deploy, facts, recordPlatform } from "../../../support/test-platform.ts";
import { store } from "../../../support/data-platform.ts";

const s3: NonNullable<ClusterFacts["objectStore"]> = {
  kind: "s3",
  bucket: "cluster-backups",
  region: "eu-central-1",
  credentials: { how: "workload-identity" },
};

describe("PostgreSQL", () => {
  let recorded: Recorded;
  const spec = (path: string) => at(recorded.object("Cluster", "orders"), `spec.${path}`);

  before(async () => {
    recorded = await recordPlatform(store());
  });

  it("has as many instances as its size says, on volumes of the cluster's class", () => {
    assert.equal(spec("instances"), 3);
    assert.deepEqual(spec("storage"), { size: "10Gi", storageClass: "block" });
    assert.deepEqual(spec("resources.limits"), { cpu: "500m", memory: "512Mi" });
    assert.equal(spec("priorityClassName"), "high-priority");
  });

  it("refuses connections without TLS and gives nobody the superuser", () => {
    assert.deepEqual(spec("postgresql.pg_hba"), ["hostnossl all all all reject"]);
    assert.equal(spec("enableSuperuserAccess"), false);
  });

  it("makes each database with an owner of its name and a password that nobody else writes", () => {
    assert.equal(spec("bootstrap.initdb.owner"), "orders");
    assert.deepEqual(spec("bootstrap.initdb.secret"), { name: "orders-orders" });
    assert.deepEqual(spec("managed.roles.0.passwordSecret"), { name: "orders-work-flows" });
    const database = recorded.object("Database", "orders-work-flows");
    assert.equal(at(database, "spec.name"), "work_flows");
    assert.equal(at(database, "spec.databaseReclaimPolicy"), "retain");
    const secret = recorded.registration("Secret", "store-data-orders-orders-work-flows-secret");
    assert.equal(secret.inputs.type, "kubernetes.io/basic-auth");
    assert.equal(at(secret.inputs.metadata, "labels", "cnpg.io/reload"), "true");
  });

  it("writes the address of a database for clients of every namespace", () => {
    const { data } = recorded.registration("Secret", "store-data-orders-orders-orders-secret").inputs;
    const uri = Buffer.from(at(data, "value.uri") as string, "base64").toString();
    assert.match(uri, /^postgresql:\/\/orders:.+@orders-rw\.store:5432\/orders\?sslmode=require$/);
  });

  it("waits for one standby where there is one, and asks for none where there is none", () => {
    assert.deepEqual(spec("postgresql.synchronous"), {
      method: "any",
      number: 1,
      dataDurability: "preferred",
    });
    assert.equal(at(recorded.object("Cluster", "ledger"), "spec.postgresql.synchronous"), undefined);
  });

  it("has exactly one budget: the operator's own is off", () => {
    assert.equal(spec("enablePDB"), false);
    const names = recorded.names("PodDisruptionBudget");
    assert.ok(names.includes("orders"));
    assert.ok(!names.includes("ledger"), "one instance has no budget");
  });

  it("archives in the application's own store, as the user that may write there", () => {
    assert.deepEqual(spec("plugins.0"), {
      name: "barman-cloud.cloudnative-pg.io",
      isWALArchiver: true,
      parameters: { barmanObjectName: "orders" },
    });
    const archive = at(recorded.object("ObjectStore", "orders"), "spec.configuration");
    assert.equal(at(archive, "destinationPath"), "s3://archive/postgresql/store");
    assert.equal(at(archive, "endpointURL"), "http://files:8333");
    assert.deepEqual(at(archive, "s3Credentials.accessKeyId"), {
      name: "files-archivist",
      key: "access-key",
    });
    assert.equal(at(recorded.object("ObjectStore", "orders"), "spec.retentionPolicy"), "14d");
  });

  it("begins with a point in time where it is told to, and archives apart from what it began with", async () => {
    const at20 = { at: "2026-01-20T11:15:00+01:00" };
    const recovered = await recordPlatform(
      storeWith("postgresql", "orders", (service) => Object.assign(service, { recoverFrom: at20 })),
    );
    const cluster = at(recovered.object("Cluster", "orders"), "spec");
    assert.deepEqual(at(cluster, "bootstrap"), {
      recovery: {
        source: "archive",
        recoveryTarget: { targetTime: "2026-01-20T11:15:00+01:00" },
        database: "orders",
        owner: "orders",
        secret: { name: "orders-orders" },
      },
    });
    assert.deepEqual(at(cluster, "externalClusters.0.plugin.parameters"), {
      barmanObjectName: "orders",
      serverName: "orders",
    });
    assert.deepEqual(at(cluster, "plugins.0.parameters"), {
      barmanObjectName: "orders",
      serverName: "orders-20260120t101500z",
    });
    const whole = await recordPlatform(
      storeWith("postgresql", "orders", (service) =>
        Object.assign(service, { recoverFrom: { ...at20, latest: true } }),
      ),
    );
    const all = at(whole.object("Cluster", "orders"), "spec");
    assert.deepEqual(
      [
        "bootstrap.recovery.source",
        "bootstrap.recovery.recoveryTarget",
        "plugins.0.parameters.serverName",
      ].map((path) => at(all, path)),
      ["archive", undefined, "orders-20260120t101500z"],
    );
    const again = { at: "2026-02-01T00:00:00Z", from: "orders-20260120t101500z" };
    const second = await recordPlatform(
      storeWith("postgresql", "orders", (service) => Object.assign(service, { recoverFrom: again })),
    );
    const parameters = at(second.object("Cluster", "orders"), "spec.externalClusters.0.plugin.parameters");
    assert.equal(at(parameters, "serverName"), "orders-20260120t101500z");
  });

  it("has base backups by the plugin, on a cron of six fields", () => {
    const backup = at(recorded.object("ScheduledBackup", "orders"), "spec");
    assert.equal(at(backup, "schedule"), "0 30 2 * * *");
    assert.equal(at(backup, "method"), "plugin");
    assert.equal(at(backup, "immediate"), true);
    assert.deepEqual(recorded.names("ScheduledBackup"), ["orders"], "none is made where none is described");
  });

  it("lets in its callers, its peers, the operator and the monitoring, and nobody else", () => {
    const ingress = at(recorded.object("NetworkPolicy", "orders"), "spec.ingress") as unknown[];
    const rules = ingress.map((rule) => ({
      from: (at(rule, "from") as unknown[]).map(
        (peer) =>
          at(peer, "podSelector.matchLabels", "app.kubernetes.io/name") ??
          at(peer, "podSelector.matchLabels", "cnpg.io/cluster") ??
          at(peer, "podSelector.matchLabels", "component") ??
          at(peer, "namespaceSelector.matchLabels", "kubernetes.io/metadata.name"),
      ),
      ports: (at(rule, "ports") as unknown[]).map((port) => at(port, "port")),
    }));
    assert.deepEqual(rules, [
      {
        from: [
          "app",
          "nightly",
          "api-server",
          "scheduler",
          "dag-processor",
          "triggerer",
          "worker",
          "statsd",
          "run-airflow-migrations",
          "create-user-job",
        ],
        ports: [5432],
      },
      { from: ["platform-monitoring"], ports: [9187] },
      { from: ["orders"], ports: [5432, 8000] },
      { from: ["cloudnative-pg"], ports: [5432, 8000] },
    ]);
  });

  it("prefers the cluster's own store, with the rights of its pods or a key pair", async () => {
    const byIdentity = await recordPlatform(store(), { ...facts, objectStore: s3 });
    const inherited = at(byIdentity.object("ObjectStore", "ledger"), "spec.configuration");
    assert.equal(at(inherited, "destinationPath"), "s3://cluster-backups/postgresql/store");
    assert.deepEqual(at(inherited, "s3Credentials"), { inheritFromIAMRole: true });
    const byKey = await recordPlatform(store(), {
      ...facts,
      objectStore: {
        ...s3,
        endpoint: "https://store.example",
        credentials: {
          how: "access-key",
          accessKeyId: pulumi.secret("id"),
          secretAccessKey: pulumi.secret("key"),
        },
      },
    });
    const keyed = at(byKey.object("ObjectStore", "ledger"), "spec");
    assert.deepEqual(at(keyed, "configuration.s3Credentials.secretAccessKey"), {
      name: "ledger-archive",
      key: "secret-key",
    });
    assert.deepEqual(
      (at(keyed, "instanceSidecarConfiguration.env") as unknown[]).map((variable) => at(variable, "name")),
      ["AWS_DEFAULT_REGION", "AWS_REQUEST_CHECKSUM_CALCULATION", "AWS_RESPONSE_CHECKSUM_VALIDATION"],
    );
  });

  it("is awaited where its operator runs, and stood for by placeholders where it does not", async () => {
    const annotation = (of: Recorded) =>
      at(of.object("Cluster", "orders"), "metadata.annotations", "pulumi.com/waitFor");
    assert.equal(annotation(recorded), "condition=Ready");
    assert.deepEqual(recorded.names("StatefulSet"), []);
    const simulated = await recordPlatform(store(), clusters["where placeholders stand for them"]);
    assert.equal(annotation(simulated), undefined);
    const pods = at(simulated.object("StatefulSet", "orders"), "spec");
    assert.equal(at(pods, "replicas"), 3);
    assert.deepEqual(
      (at(pods, "template.spec.containers") as unknown[]).map((container) => at(container, "name")),
      ["postgres", "plugin-barman-cloud"],
    );
    assert.equal(at(pods, "volumeClaimTemplates.0.spec.resources.requests.storage"), "10Gi");
    assert.equal(at(simulated.object("Service", "orders-rw"), "spec.ports.0.port"), 5432);
  });

  const refused: readonly (readonly [string, Parameters<typeof storeWith<"postgresql">>[2], RegExp])[] = [
    ["no database", (spec) => (spec.databases = []), /PostgreSQL "orders" has no database/],
    ["no volume", (spec) => delete spec.size.storage, /PostgreSQL "orders" has no `size.storage`/],
    [
      "an archive in a store that is not there",
      (spec) => (spec.archive!.store = "elsewhere"),
      /"orders" needs the object-store service "elsewhere".*object-store files/,
    ],
    [
      "an archive as a user who may not write there",
      (spec) => (spec.archive!.user = "trainer"),
      /archives to the bucket "archive" of "files" as "trainer", who may not write there/,
    ],
  ];
  for (const [what, change, message] of refused) {
    it(`refuses ${what}`, async () => {
      assert.match(await messageOf(deploy(storeWith("postgresql", "orders", change))), message);
    });
  }

  it("refuses an archive in a store that does not let it in", async () => {
    const platform = storeWith("object-store", "files", (spec) => {
      spec.callers = spec.callers.filter(
        (caller) => caller.kind !== "workload" || caller.workload !== "orders",
      );
    });
    assert.match(
      await messageOf(deploy(platform)),
      /archives to "files", which does not name it as a caller/,
    );
  });
});
