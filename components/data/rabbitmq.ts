/** RabbitMQ by its cluster operator: one virtual host, one administrator. */
import * as k8s from "@pulumi/kubernetes";
import { foundationCharts } from "../../config/catalog/charts.ts";
import { mirroredImage } from "../../config/catalog/mirror.ts";
import { dataPorts, type RabbitmqSpec } from "../../platforms/model/index.ts";
import { quantities } from "../quantities.ts";
import { spreadConstraints } from "../workload/spread.ts";
import { DataService, type DataServiceOptions } from "./data-service.ts";
import type { DataServiceArgs, PodsOf } from "./definition.ts";
import { operator, peers, serviceOn } from "./pods.ts";
import { restrictedContainer } from "./values.ts";

const { amqp, management, metrics } = dataPorts.rabbitmq;
/** Between the copies: finding each other, and the cluster's own connections. */
const clusterPorts = [4369, 25672];

const labelsOf = ({ name }: RabbitmqSpec) => ({
  "app.kubernetes.io/name": name,
  "app.kubernetes.io/component": "rabbitmq",
});

export const rabbitmqPods: PodsOf<RabbitmqSpec> = (spec) => {
  const pods = `${spec.name}-server`;
  return [
    {
      name: pods,
      kind: "StatefulSet",
      labels: labelsOf(spec),
      containers: [{ name: "rabbitmq", resources: spec.size.resources }],
      replicas: spec.size.replicas,
      ...(spec.size.storage === undefined ? {} : { storage: spec.size.storage }),
      services: [serviceOn(spec.name, { amqp, management })],
      ports: { amqp: [amqp], management: [management], metrics: [metrics] },
      peers: [peers(pods, ...clusterPorts), operator("rabbitmq-cluster-operator", management)],
      // It writes events, and asks which pods are its peers.
      egress: [{ kind: "api-server" }],
      metrics: { port: metrics },
    },
  ];
};

export class Rabbitmq extends DataService<RabbitmqSpec> {
  constructor(name: string, args: DataServiceArgs<RabbitmqSpec>, opts?: DataServiceOptions) {
    const { spec, owner, services, facts } = args;
    super(name, args, rabbitmqPods(spec, { platform: owner.platform, services, facts }), opts);
    const image = foundationCharts["rabbitmq-cluster-operator"].images.rabbitmq;
    const metadata = this.metadata();
    // No model of this kind is published any more: the API server of the tests checks it.
    new k8s.apiextensions.CustomResource(
      name,
      {
        apiVersion: "rabbitmq.com/v1beta1",
        kind: "RabbitmqCluster",
        metadata: {
          ...metadata,
          // The operator hands labels on to the pods.
          labels: { ...metadata.labels, ...this.podLabels() },
          annotations: this.awaiting("AllReplicasReady"),
        },
        spec: {
          replicas: spec.size.replicas,
          image: mirroredImage(image.reference, args.mirrors),
          imagePullSecrets: this.pullSecrets().map((secret) => ({ name: secret })),
          resources: quantities(spec.size.resources),
          persistence: {
            storageClassName: facts.storageClasses.readWriteOnce,
            storage: spec.size.storage ?? "0Gi",
          },
          secretBackend: { externalSecret: { name: spec.name } },
          rabbitmq: {
            additionalConfig: [
              // A minority stops rather than go its own way.
              "cluster_partition_handling = pause_minority",
              // The default of 50 MB is gone before anyone reads the alarm.
              "disk_free_limit.relative = 1.0",
              "",
            ].join("\n"),
          },
          override: { statefulSet: { spec: { template: { spec: podOverride(spec) } } } },
        },
      },
      this.after(),
    );
    this.registerOutputs();
  }
}

/** What the operator's pods lack for `restricted` pod security, and where they go. */
function podOverride(spec: RabbitmqSpec) {
  return {
    priorityClassName: spec.priorityClass,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    topologySpreadConstraints: spreadConstraints(spec.spread ?? "required", labelsOf(spec)),
    initContainers: [{ name: "setup-container", securityContext: restrictedContainer }],
    containers: [{ name: "rabbitmq", securityContext: restrictedContainer }],
  };
}
