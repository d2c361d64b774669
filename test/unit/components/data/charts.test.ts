/** The data services that come as charts: values that the charts read, and no credential among them. */
import assert from "node:assert/strict";
import { isValues, type Values } from "../../../../config/catalog/mirror.ts";
import { credentialPaths } from "../../../../components/release/credentials.ts";
import { clusters, store, storeWith } from "../../../support/data-platform.ts";
import { chartsBeside, unknownValues } from "../../../support/chart-values.ts";
import { at } from "../../../support/objects.ts";
import { messageOf, type Recorded } from "../../../support/program.ts";
import { deploy, recordPlatform } from "../../../support/test-platform.ts";

const release = "kubernetes:helm.sh/v3:Release";

/** Parts that a chart reads without a default, or whose keys are the user's own. */
const freeForm: Readonly<Record<string, readonly string[]>> = {
  valkey: [
    "podSecurityContext",
    "containerSecurityContext",
    "podLabels",
    "podAnnotations",
    "sentinel.masterName",
  ],
  seaweedfs: [
    "fullnameOverride",
    ...["master", "volume", "filer"].flatMap((part) =>
      ["podLabels", "podAnnotations", "podSecurityContext", "containerSecurityContext"].map(
        (key) => `${part}.${key}`,
      ),
    ),
  ],
  neo4j: [
    "neo4j.labels",
    "volumes.data.volume",
    "image.customImage",
    "image.imagePullSecrets",
    "securityContext",
    "containerSecurityContext",
  ],
};

describe("data services that come as charts", () => {
  let recorded: Recorded;
  const values = (service: string) =>
    recorded.registration(release, `store-data-${service}`).inputs.values as Values;

  before(async () => {
    recorded = await recordPlatform(store());
  });

  it("are installed where controllers run, and stood for where they do not", async () => {
    assert.deepEqual(
      recorded
        .of(release)
        .map(({ inputs }) => inputs.name)
        .sort(),
      ["cache", "files", "graph", "sessions", "workflows"],
    );
    const simulated = await recordPlatform(store(), clusters["where placeholders stand for them"]);
    assert.deepEqual(simulated.of(release), []);
    for (const pods of ["cache", "files-filer", "graph"]) simulated.object("StatefulSet", pods);
    simulated.object("HorizontalPodAutoscaler", "workflows-worker");
  });

  it("take charts and images from the mirrors where the stack has some", async () => {
    const mirrored = await recordPlatform(store(), undefined, {
      charts: "oci://mirror.example/charts",
      images: "mirror.example/images",
    });
    const { inputs } = mirrored.registration(release, "store-data-cache");
    assert.equal(inputs.chart, "oci://mirror.example/charts/valkey");
    assert.equal(at(inputs, "values.image.registry"), "mirror.example/images");
    assert.equal(
      at(mirrored.object("Cluster", "orders"), "spec.imageName"),
      "mirror.example/images/cloudnative-pg/postgresql:17.11-standard-trixie",
    );
    assert.match(
      String(at(mirrored.object("Deployment", "decisions"), "spec.template.spec.containers.0.image")),
      /^mirror\.example/,
    );
  });

  it("have no credential in their values", () => {
    for (const { name, inputs } of recorded.of(release)) {
      assert.ok(isValues(inputs.values));
      assert.deepEqual(credentialPaths(inputs.values), [], name);
    }
  });

  it("set keys that their charts read", function () {
    if (!chartsBeside()) this.skip();
    const unknown = recorded
      .of(release)
      // Airflow's values are not beside the repository (docs/verified.md).
      .filter(({ inputs }) => inputs.name !== "workflows")
      .flatMap(({ inputs }) => {
        const chart = String(inputs.chart).split("/").at(-1)!;
        const file = chart === "valkey" ? "valkey-cloudpirates" : chart;
        return unknownValues(file, inputs.values as Values, freeForm[chart] ?? []).map(
          (path) => `${chart}: ${path}`,
        );
      });
    assert.deepEqual(unknown, []);
  });

  it("make no budget and no monitor of their own", () => {
    assert.equal(at(values("cache"), "pdb.enabled"), false);
    assert.equal(at(values("cache"), "metrics.serviceMonitor.enabled"), false);
    const budgets = recorded.names("PodDisruptionBudget");
    for (const pods of ["cache", "files-volume", "workflows-api-server", "workflows-worker"]) {
      assert.equal(budgets.filter((name) => name === pods).length, 1, pods);
    }
  });

  it("Valkey: alone without Sentinel, else with a majority of them and a way to the master", () => {
    assert.equal(at(values("sessions"), "sentinel.enabled"), false);
    assert.equal(at(values("sessions"), "persistence.enabled"), false);
    assert.equal(at(values("cache"), "sentinel.quorum"), 2);
    assert.equal(at(values("cache"), "sentinel.masterProxy.enabled"), true);
    // Three quarters of 512 Mi.
    assert.equal(at(values("cache"), "config.maxMemory"), "402653184");
    assert.deepEqual(at(values("cache"), "auth"), {
      enabled: true,
      existingSecret: "cache",
      existingSecretPasswordKey: "password",
    });
  });

  it("Airflow: every key is named, so that no upgrade makes one anew", () => {
    const airflow = values("workflows");
    assert.equal(at(airflow, "data.metadataSecretName"), "workflows-database");
    assert.equal(at(airflow, "data.brokerUrlSecretName"), "workflows-broker");
    assert.equal(at(airflow, "fernetKeySecretName"), "workflows-fernet");
    assert.equal(at(airflow, "apiSecretKeySecretName"), "workflows-api");
    assert.equal(at(airflow, "jwtSecretName"), "workflows-jwt");
    assert.equal(at(airflow, "postgresql.enabled"), false);
    assert.equal(at(airflow, "redis.enabled"), false);
    assert.deepEqual(at(airflow, "images.airflow"), {
      repository: "registry.example/lab/workflows",
      tag: "2.1.0",
    });
    assert.equal(at(airflow, "workers.hpa.maxReplicaCount"), 4);
    assert.equal(at(airflow, "workers.hpa.metrics.0.containerResource.container"), "worker");
    assert.equal(
      at(airflow, "extraEnv"),
      '- {"name":"STAGE","value":"test"}\n- {"name":"BROKER","valueFrom":{"secretKeyRef":{"name":"cache","key":"uri"}}}\n',
    );
  });

  it("Airflow: its addresses hold the passwords of its database and its broker", () => {
    const text = (secret: string) => {
      const { data } = recorded.registration("Secret", `store-data-workflows-${secret}-secret`).inputs;
      return decodeURIComponent(Buffer.from(at(data, "value.connection") as string, "base64").toString());
    };
    assert.equal(
      text("workflows-database"),
      "postgresql+psycopg2://work_flows:<generated by store-data-orders-orders-work-flows-secret-password>@orders-rw.store:5432/work_flows?sslmode=require",
    );
    assert.equal(
      text("workflows-broker"),
      "redis://:<generated by store-data-cache-cache-secret-password>@cache-master.store:6379/0",
    );
  });

  const refused: readonly (readonly [string, Parameters<typeof deploy>[0], RegExp])[] = [
    [
      "two copies of Valkey",
      storeWith("valkey", "cache", (spec) => (spec.size.replicas = 2)),
      /Valkey "cache" has 2 replicas/,
    ],
    [
      "less of Neo4j than its chart takes",
      storeWith("neo4j", "graph", (spec) => (spec.size.resources.requests.memory = "1Gi")),
      /Neo4j "graph" requests 500m CPUs and 1Gi of memory/,
    ],
    [
      "a cluster of Neo4j",
      storeWith("neo4j", "graph", (spec) => (spec.size.replicas = 3)),
      /Neo4j "graph" has 3 replicas/,
    ],
    [
      "an autoscaler of Airflow's schedulers",
      storeWith("airflow", "workflows", (spec) => (spec.size.scheduler.autoscaling = { min: 1, max: 2 })),
      /`size\.scheduler\.autoscaling` is not for it/,
    ],
    [
      "Airflow without the broker that it names",
      storeWith("airflow", "workflows", (spec) => (spec.broker = "lost")),
      /"workflows" needs the valkey service "lost"/,
    ],
    [
      "Airflow whose broker does not let it in",
      storeWith("valkey", "cache", (spec) => (spec.callers = [])),
      /Airflow "workflows" needs "cache", which does not name it as a caller/,
    ],
  ];
  for (const [what, platform, message] of refused) {
    it(`refuse ${what}`, async () => {
      assert.match(await messageOf(deploy(platform)), message);
    });
  }
});
