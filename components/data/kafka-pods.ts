/** The pods that Strimzi makes of a Kafka. */
import { dataPorts, operatorLabel, type KafkaSpec, type StoreSize } from "../../platforms/model/index.ts";
import { companions } from "./companions.ts";
import type { PodsOf } from "./definition.ts";
import { operator, peers, serviceOn, type DataPods } from "./pods.ts";

const { kafka: clientPort, metrics } = dataPorts.kafka;

/** Strimzi's own listeners: between controllers, between brokers, and for the agent that the operator asks. */
const ports = { controlPlane: 9090, replication: 9091, agent: 8443 } as const;

/** A pool of nodes that are alike. */
export interface KafkaPool {
  readonly name: string;
  readonly roles: ("controller" | "broker")[];
  readonly size: StoreSize;
}

/** Controllers apart from brokers, or brokers that are both. */
export function poolsOf({ name, size }: KafkaSpec): readonly KafkaPool[] {
  const { controllers, brokers } = size;
  return controllers === undefined
    ? [{ name: `${name}-broker`, roles: ["controller", "broker"], size: brokers }]
    : [
        { name: `${name}-controller`, roles: ["controller"], size: controllers },
        { name: `${name}-broker`, roles: ["broker"], size: brokers },
      ];
}

const entityOperatorName = ({ name }: KafkaSpec) => `${name}-entity-operator`;
const exporterName = ({ name }: KafkaSpec) => `${name}-kafka-exporter`;

/** The labels by which Strimzi itself finds the nodes of a pool. */
export function poolLabels({ name }: KafkaSpec, pool: KafkaPool) {
  return { [operatorLabel.kafka]: name, "strimzi.io/pool-name": pool.name };
}

const partLabels = (spec: KafkaSpec, part: string) => ({
  [operatorLabel.kafka]: spec.name,
  "strimzi.io/name": part,
});

export const kafkaPods: PodsOf<KafkaSpec> = (spec) => {
  const pools = poolsOf(spec);
  const nodes = pools.map((pool): DataPods => {
    const broker = pool.roles.includes("broker");
    return {
      // As the operator names the nodes: cluster, pool, number.
      name: `${spec.name}-${pool.name}`,
      kind: "StatefulSet",
      labels: poolLabels(spec, pool),
      containers: [{ name: "kafka", resources: pool.size.resources }],
      replicas: pool.size.replicas,
      ...(pool.size.storage === undefined ? {} : { storage: pool.size.storage }),
      services: broker ? [serviceOn(`${spec.name}-kafka-bootstrap`, { "tcp-tls": clientPort })] : [],
      ports: { ...(broker ? { kafka: [clientPort] } : {}), metrics: [metrics] },
      peers: [
        ...pools.map((other) => peers(`${spec.name}-${other.name}`, ports.controlPlane, ports.replication)),
        ...(broker
          ? [peers(entityOperatorName(spec), ports.replication), peers(exporterName(spec), ports.replication)]
          : []),
        operator("strimzi-kafka-operator", ports.controlPlane, ports.replication, ports.agent),
      ],
      // The first container reads the zone from the node's labels.
      egress: [{ kind: "api-server" }],
      metrics: { port: metrics },
      // Messages are copied over brokers and kept for hours; a copy of one broker restores none of them.
      copying: { how: "not", claims: { [operatorLabel.kafka]: spec.name } },
    };
  });
  return [
    ...nodes,
    {
      name: entityOperatorName(spec),
      kind: "Deployment",
      labels: partLabels(spec, entityOperatorName(spec)),
      containers: [
        { name: "topic-operator", resources: companions.kafkaTopicOperator },
        { name: "user-operator", resources: companions.kafkaUserOperator },
      ],
      replicas: 1,
      services: [],
      ports: {},
      peers: [],
      egress: [{ kind: "api-server" }],
    },
    {
      name: exporterName(spec),
      kind: "Deployment",
      labels: partLabels(spec, exporterName(spec)),
      containers: [{ name: exporterName(spec), resources: companions.kafkaExporter }],
      replicas: 1,
      services: [],
      ports: { metrics: [metrics] },
      peers: [],
      egress: [],
      metrics: { port: metrics },
    },
  ];
};
