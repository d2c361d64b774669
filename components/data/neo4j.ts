/** Neo4j, Community Edition, by its own chart: one instance with a volume. */
import * as k8s from "@pulumi/kubernetes";
import { amountOf, dataPorts, type Neo4jSpec } from "../../platforms/model/index.ts";
import { quantities } from "../quantities.ts";
import { podLabelsOf, pullSecretsOf, type ChartArgs, type ChartOf } from "./chart.ts";
import { DataService, type DataServiceOptions } from "./data-service.ts";
import type { DataServiceArgs, PodsOf } from "./definition.ts";
import { serviceOn } from "./pods.ts";
import { restrictedContainer, restrictedPod } from "./values.ts";

const { bolt, http } = dataPorts.neo4j;
/** User and group of the image. */
const user = { id: 7474, group: 7474 };

const labelsOf = ({ name }: Neo4jSpec) => ({ app: name, "helm.neo4j.com/instance": name });

export const neo4jPods: PodsOf<Neo4jSpec> = (spec) => [
  {
    name: spec.name,
    kind: "StatefulSet",
    labels: labelsOf(spec),
    containers: [{ name: "neo4j", resources: spec.size.resources }],
    replicas: 1,
    ...(spec.size.storage === undefined ? {} : { storage: spec.size.storage }),
    services: [serviceOn(spec.name, { "tcp-bolt": bolt, "tcp-http": http })],
    ports: { bolt: [bolt], http: [http] },
    peers: [],
    egress: [],
    copying: {
      how: "quiet",
      container: "neo4j",
      before: [
        "/bin/sh",
        "-c",
        // The password stands in the file that the chart mounts, not in an argument.
        'NEO4J_USERNAME=neo4j NEO4J_PASSWORD="$(cut -d/ -f2- /config/neo4j-auth/NEO4J_AUTH)" cypher-shell "CALL db.checkpoint()"',
      ],
    },
    // Its metrics are a part of the Enterprise Edition.
  },
];

export class Neo4j extends DataService<Neo4jSpec> {
  constructor(name: string, args: DataServiceArgs<Neo4jSpec>, opts?: DataServiceOptions) {
    const { spec, owner, services, facts } = args;
    refuseSizes(spec);
    super(name, args, neo4jPods(spec, { platform: owner.platform, services, facts }), opts);
    if (facts.controllersRun) {
      // The chart makes none for a single instance, and the namespace's own would bring its token.
      const account = new k8s.core.v1.ServiceAccount(
        name,
        { metadata: this.metadata(), automountServiceAccountToken: false },
        { parent: this },
      );
      this.chart(neo4jChart(args), account);
    }
    this.registerOutputs();
  }
}

export const neo4jChart: ChartOf<Neo4jSpec> = (args) => ({ chart: "neo4j", values: values(args) });

function values(args: ChartArgs<Neo4jSpec>) {
  const { spec, facts } = args;
  const { resources, storage } = spec.size;
  return {
    fullnameOverride: spec.name,
    // The Secret is there, and a render without a cluster could not look it up.
    disableLookups: true,
    image: { imagePullSecrets: pullSecretsOf(args) },
    neo4j: {
      name: spec.name,
      edition: "community",
      passwordFromSecret: spec.name,
      resources: quantities(resources),
      labels: { ...podLabelsOf(args) },
    },
    volumes: {
      data:
        storage === undefined
          ? { mode: "volume", volume: { emptyDir: {} } }
          : {
              mode: "dynamic",
              dynamic: {
                storageClassName: facts.storageClasses.readWriteOnce,
                accessModes: ["ReadWriteOnce"],
                requests: { storage },
              },
            },
    },
    services: {
      // A load balancer, and a hook with an image that is no longer published.
      neo4j: { enabled: false, cleanup: { enabled: false } },
      admin: { enabled: false },
    },
    securityContext: restrictedPod(user.id, user.group),
    containerSecurityContext: { ...restrictedContainer, runAsUser: user.id, runAsGroup: user.group },
    podSpec: {
      priorityClassName: spec.priorityClass,
      serviceAccountName: spec.name,
      // There is one.
      podAntiAffinity: false,
      loadbalancer: "exclude",
      // An hour by default; a store of some gigabytes checkpoints within a minute.
      terminationGracePeriodSeconds: 300,
    },
    logInitialPassword: false,
  };
}

/** What the chart would refuse in the middle of a deployment. */
function refuseSizes({ name, size }: Neo4jSpec): void {
  const { cpu, memory } = size.resources.requests;
  if (amountOf(cpu) < 0.5 || amountOf(memory) < 2 * 2 ** 30) {
    throw new Error(
      `Neo4j "${name}" requests ${cpu} CPUs and ${memory} of memory, and its chart refuses less than 500m and 2Gi; ` +
        "raise `size.resources.requests`",
    );
  }
  if (size.replicas !== 1) {
    throw new Error(
      `Neo4j "${name}" has ${size.replicas} replicas: clusters are for the Enterprise Edition; set 1`,
    );
  }
}
