/** Kafka in KRaft mode by Strimzi: node pools, topics, and users with a password and rights of their own. */
import { Kafka as KafkaModel } from "@kubernetes-models/strimzi-kafka-operator/kafka.strimzi.io/v1/Kafka";
import { KafkaNodePool } from "@kubernetes-models/strimzi-kafka-operator/kafka.strimzi.io/v1/KafkaNodePool";
import { KafkaTopic } from "@kubernetes-models/strimzi-kafka-operator/kafka.strimzi.io/v1/KafkaTopic";
import { KafkaUser } from "@kubernetes-models/strimzi-kafka-operator/kafka.strimzi.io/v1/KafkaUser";
import * as k8s from "@pulumi/kubernetes";
import { kafkaVersion } from "../../config/catalog/charts/data.ts";
import {
  dataPorts,
  kafkaConnection,
  objectName,
  operatorLabel,
  type KafkaSpec,
  type KafkaTopic as Topic,
  type KafkaUser as User,
} from "../../platforms/model/index.ts";
import { customResource } from "../custom-resource.ts";
import { quantities } from "../quantities.ts";
import { spreadConstraints } from "../workload/spread.ts";
import { companions } from "./companions.ts";
import { DataService, type DataServiceOptions } from "./data-service.ts";
import type { DataServiceArgs } from "./definition.ts";
import { kafkaMetricsRules } from "./kafka-metrics.ts";
import { kafkaPods, poolLabels, poolsOf, type KafkaPool } from "./kafka-pods.ts";

const metricsKey = "metrics.yaml";
const hour = 3_600_000;

export class Kafka extends DataService<KafkaSpec> {
  constructor(name: string, args: DataServiceArgs<KafkaSpec>, opts?: DataServiceOptions) {
    const { spec, owner, services, facts } = args;
    refuseSizes(spec);
    super(name, args, kafkaPods(spec, { platform: owner.platform, services, facts }), opts);
    const metrics = new k8s.core.v1.ConfigMap(
      name,
      { metadata: this.metadata(`${spec.name}-metrics`), data: { [metricsKey]: kafkaMetricsRules } },
      this.after(),
    );
    // The operator makes nodes only for a cluster whose pools it finds.
    const pools = poolsOf(spec).map((pool) => this.pool(pool));
    const cluster = customResource(name, this.cluster(), this.after(metrics, ...pools));
    for (const topic of spec.topics) {
      customResource(`${name}-${topic.name}-topic`, this.topic(topic), this.after(cluster));
    }
    for (const user of spec.users) {
      customResource(`${name}-${user.name}-user`, this.user(user), this.after(cluster));
    }
    this.registerOutputs();
  }

  private pool(pool: KafkaPool) {
    const { spec, facts } = this.args;
    const { replicas, resources, storage } = pool.size;
    const metadata = this.metadata(pool.name);
    return customResource(
      `${this.childName}-${pool.name}`,
      new KafkaNodePool({
        metadata: { ...metadata, labels: { ...metadata.labels, [operatorLabel.kafka]: spec.name } },
        spec: {
          replicas,
          roles: pool.roles,
          resources: quantities(resources),
          storage:
            storage === undefined
              ? { type: "ephemeral" }
              : {
                  type: "jbod",
                  volumes: [
                    {
                      id: 0,
                      type: "persistent-claim",
                      size: storage,
                      class: facts.storageClasses.readWriteOnce,
                      deleteClaim: false,
                      kraftMetadata: "shared",
                    },
                  ],
                },
          template: {
            pod: {
              ...this.podTemplate(),
              topologySpreadConstraints: spreadConstraints(spec.spread ?? "required", poolLabels(spec, pool)),
              terminationGracePeriodSeconds: 120,
            },
          },
        },
      }),
      this.after(),
    );
  }

  private cluster() {
    const { spec } = this.args;
    const { replicationFactor, minInSyncReplicas } = spec.size;
    const pod = this.podTemplate();
    return new KafkaModel({
      metadata: { ...this.metadata(), annotations: this.awaiting("Ready") },
      spec: {
        kafka: {
          version: kafkaVersion,
          listeners: [
            {
              name: "tls",
              port: dataPorts.kafka.kafka,
              type: "internal",
              tls: true,
              authentication: { type: "scram-sha-512" },
            },
          ],
          authorization: { type: "simple" },
          // Copies of a partition are in different zones.
          rack: { topologyKey: "topology.kubernetes.io/zone" },
          config: {
            // Topics are declared; a misspelt name must not become one.
            "auto.create.topics.enable": false,
            "default.replication.factor": replicationFactor,
            "min.insync.replicas": minInSyncReplicas,
            "offsets.topic.replication.factor": replicationFactor,
            "transaction.state.log.replication.factor": replicationFactor,
            "transaction.state.log.min.isr": minInSyncReplicas,
          },
          metricsConfig: {
            type: "jmxPrometheusExporter",
            valueFrom: { configMapKeyRef: { name: `${spec.name}-metrics`, key: metricsKey } },
          },
        },
        entityOperator: {
          topicOperator: { resources: quantities(companions.kafkaTopicOperator) },
          // The password's own Secret is named after the user; the operator's copy must not take its place.
          userOperator: {
            resources: quantities(companions.kafkaUserOperator),
            secretPrefix: `${spec.name}-`,
          },
          template: { pod },
        },
        kafkaExporter: {
          topicRegex: ".*",
          groupRegex: ".*",
          resources: quantities(companions.kafkaExporter),
          template: { pod },
        },
      },
    });
  }

  private podTemplate() {
    return {
      metadata: { labels: { ...this.podLabels() } },
      priorityClassName: this.args.spec.priorityClass,
      imagePullSecrets: this.pullSecrets().map((name) => ({ name })),
    };
  }

  private topic({ name, partitions, retentionHours }: Topic) {
    const { spec } = this.args;
    const metadata = this.metadata(objectName(spec.name, name));
    return new KafkaTopic({
      metadata: { ...metadata, labels: { ...metadata.labels, [operatorLabel.kafka]: spec.name } },
      spec: {
        topicName: name,
        partitions,
        replicas: spec.size.replicationFactor,
        config: {
          "retention.ms": retentionHours * hour,
          "min.insync.replicas": spec.size.minInSyncReplicas,
        },
      },
    });
  }

  private user({ name, produces, consumes, observes }: User) {
    const { spec } = this.args;
    const { password } = kafkaConnection(spec, name);
    const topics = new Set(spec.topics.map((topic) => topic.name));
    for (const topic of [...produces, ...consumes.map((consumed) => consumed.topic)]) {
      if (!topics.has(topic)) {
        throw new Error(
          `Kafka "${spec.name}": user "${name}" names the topic "${topic}", which is not declared ` +
            `(its topics: ${[...topics].join(", ")})`,
        );
      }
    }
    const metadata = this.metadata(name);
    return new KafkaUser({
      metadata: { ...metadata, labels: { ...metadata.labels, [operatorLabel.kafka]: spec.name } },
      spec: {
        authentication: {
          type: "scram-sha-512",
          password: { valueFrom: { secretKeyRef: { name: password.secret, key: password.key } } },
        },
        authorization: {
          type: "simple",
          acls: [
            ...(observes === true ? observing : []),
            ...produces.map((topic) => ({
              resource: { type: "topic" as const, name: topic, patternType: "literal" as const },
              operations: ["Describe" as const, "Write" as const],
            })),
            ...consumes.flatMap(({ topic, group }) => [
              {
                resource: { type: "topic" as const, name: topic, patternType: "literal" as const },
                operations: ["Describe" as const, "Read" as const],
              },
              {
                resource: { type: "group" as const, name: group, patternType: "literal" as const },
                operations: ["Read" as const],
              },
            ]),
          ],
        },
      },
    });
  }
}

/** What tells of topics, their settings and groups' positions, and reads no message. */
const observing = [
  {
    resource: { type: "topic" as const, name: "*", patternType: "literal" as const },
    operations: ["Describe" as const, "DescribeConfigs" as const],
  },
  {
    resource: { type: "group" as const, name: "*", patternType: "literal" as const },
    operations: ["Describe" as const],
  },
];

/** What Kafka would refuse or never satisfy, said before anything is made. */
function refuseSizes({ name, size }: KafkaSpec): void {
  const { brokers, controllers, replicationFactor, minInSyncReplicas } = size;
  const problem =
    replicationFactor > brokers.replicas
      ? `\`replicationFactor\` ${replicationFactor} needs as many brokers, and there are ${brokers.replicas}`
      : minInSyncReplicas > replicationFactor
        ? `\`minInSyncReplicas\` ${minInSyncReplicas} is more than the ${replicationFactor} copies that there are`
        : (controllers ?? brokers).replicas % 2 === 0 && controllers !== undefined
          ? `${controllers.replicas} controllers have no majority when half are lost; set an odd number`
          : undefined;
  if (problem !== undefined) throw new Error(`Kafka "${name}": ${problem}`);
}
