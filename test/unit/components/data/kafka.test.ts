/** Kafka: pools, listeners, rights of users, and the Secrets of both sides. */
import assert from "node:assert/strict";
import { clusters, store, storeWith } from "../../../support/data-platform.ts";
import { at } from "../../../support/objects.ts";
import { messageOf, type Recorded } from "../../../support/program.ts";
import { deploy, recordPlatform } from "../../../support/test-platform.ts";

describe("Kafka", () => {
  let recorded: Recorded;

  before(async () => {
    recorded = await recordPlatform(store());
  });

  it("has controllers apart from brokers, or brokers that are both", () => {
    const pools = recorded
      .rendered()
      .objects.filter(({ kind }) => kind === "KafkaNodePool")
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
      .map((pool) => [
        pool.metadata.name,
        pool.metadata.labels?.["strimzi.io/cluster"],
        at(pool, "spec.roles"),
        at(pool, "spec.storage.type"),
      ]);
    assert.deepEqual(pools, [
      ["events-broker", "events", ["broker"], "jbod"],
      ["events-controller", "events", ["controller"], "jbod"],
      ["telemetry-broker", "telemetry", ["controller", "broker"], "ephemeral"],
    ]);
    const broker = at(recorded.object("KafkaNodePool", "events-broker"), "spec");
    assert.deepEqual(at(broker, "storage.volumes.0"), {
      id: 0,
      type: "persistent-claim",
      size: "20Gi",
      class: "block",
      deleteClaim: false,
      kraftMetadata: "shared",
    });
    assert.equal(at(broker, "resources.requests.memory"), "256Mi");
  });

  it("listens with TLS and passwords alone, and lets nobody do what no rule allows", () => {
    const kafka = at(recorded.object("Kafka", "events"), "spec.kafka");
    assert.deepEqual(at(kafka, "listeners"), [
      { name: "tls", port: 9093, type: "internal", tls: true, authentication: { type: "scram-sha-512" } },
    ]);
    assert.deepEqual(at(kafka, "authorization"), { type: "simple" });
    assert.equal(at(kafka, "config", "auto.create.topics.enable"), false);
    assert.equal(at(kafka, "config", "min.insync.replicas"), 2);
    assert.deepEqual(at(kafka, "rack"), { topologyKey: "topology.kubernetes.io/zone" });
  });

  it("gives a user the operations that it needs, on its topics and groups alone", () => {
    const acls = (name: string) =>
      (at(recorded.object("KafkaUser", name), "spec.authorization.acls") as unknown[]).map((acl) => [
        at(acl, "resource.type"),
        at(acl, "resource.name"),
        at(acl, "operations"),
      ]);
    assert.deepEqual(acls("producer"), [["topic", "orders.Placed_v1", ["Describe", "Write"]]]);
    assert.deepEqual(acls("consumer"), [
      ["topic", "orders.Placed_v1", ["Describe", "Read"]],
      ["group", "stream", ["Read"]],
    ]);
  });

  it("reads passwords from generated Secrets, whose names the operator's own leave alone", () => {
    const authentication = at(recorded.object("KafkaUser", "producer"), "spec.authentication");
    assert.deepEqual(at(authentication, "password.valueFrom.secretKeyRef"), {
      name: "producer",
      key: "password",
    });
    const operator = at(recorded.object("Kafka", "events"), "spec.entityOperator.userOperator");
    assert.equal(at(operator, "secretPrefix"), "events-");
  });

  it("names a topic as it is, and its object as Kubernetes lets it", () => {
    const topic = recorded.object("KafkaTopic", "events-orders.placed-v1");
    assert.deepEqual(at(topic, "spec"), {
      topicName: "orders.Placed_v1",
      partitions: 6,
      replicas: 3,
      config: { "retention.ms": 86_400_000, "min.insync.replicas": 2 },
    });
  });

  it("is scraped by rules that it brings", () => {
    assert.deepEqual(
      at(recorded.object("Kafka", "events"), "spec.kafka.metricsConfig.valueFrom.configMapKeyRef"),
      { name: "events-metrics", key: "metrics.yaml" },
    );
    assert.match(
      String(at(recorded.object("ConfigMap", "events-metrics"), "data", "metrics.yaml")),
      /kafka_server_\$1_\$2_total/,
    );
    const monitors = recorded.names("PodMonitor");
    for (const pods of ["events-events-controller", "events-events-broker", "events-kafka-exporter"]) {
      assert.ok(monitors.includes(pods), pods);
    }
  });

  it("stands for the brokers' authority where no operator makes it, so that pods may mount it", async () => {
    const secrets = (of: Recorded) => of.rendered().requiredSecrets.map(({ name }) => name);
    assert.ok(!secrets(recorded).includes("events-cluster-ca-cert"));
    const simulated = await recordPlatform(store(), clusters["where placeholders stand for them"]);
    assert.ok(secrets(simulated).includes("events-cluster-ca-cert"));
    assert.equal(at(simulated.object("StatefulSet", "events-events-controller"), "spec.replicas"), 3);
    assert.equal(at(simulated.object("Deployment", "events-kafka-exporter"), "spec.replicas"), 1);
  });

  const refused: readonly (readonly [string, Parameters<typeof storeWith<"kafka">>[2], RegExp])[] = [
    [
      "more copies than brokers",
      (spec) => (spec.size.replicationFactor = 4),
      /needs as many brokers, and there are 3/,
    ],
    [
      "more copies in step than there are",
      (spec) => (spec.size.minInSyncReplicas = 4),
      /more than the 3 copies/,
    ],
    [
      "an even number of controllers",
      (spec) => (spec.size.controllers!.replicas = 4),
      /4 controllers have no majority/,
    ],
    [
      "a user of a topic that is not declared",
      (spec) => spec.users[0]!.produces.push("lost"),
      /user "producer" names the topic "lost".*its topics: orders\.Placed_v1/,
    ],
  ];
  for (const [what, change, message] of refused) {
    it(`refuses ${what}`, async () => {
      assert.match(await messageOf(deploy(storeWith("kafka", "events", change))), message);
    });
  }
});
