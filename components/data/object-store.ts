/** S3 in the cluster (SeaweedFS): masters, volume servers, filers with the S3 door, and the job that makes the buckets. */
import * as k8s from "@pulumi/kubernetes";
import type { Values } from "../../config/catalog/mirror.ts";
import {
  dataPorts,
  storeIdentities,
  type ObjectStoreSpec,
  type StoreSize,
} from "../../platforms/model/index.ts";
import { quantities } from "../quantities.ts";
import { spreadConstraints } from "../workload/spread.ts";
import { Buckets, bucketPeers } from "./buckets.ts";
import { podLabelsOf, pullSecretsOf, rotationOf, type ChartArgs, type ChartOf } from "./chart.ts";
import { DataService, type DataServiceOptions } from "./data-service.ts";
import type { DataServiceArgs, PodsOf } from "./definition.ts";
import { peers, serviceOn, type DataPods } from "./pods.ts";
import { restrictedContainer, restrictedPod } from "./values.ts";

const { s3, metrics } = dataPorts["object-store"];
/** User and group of the image. */
const user = { id: 1000, group: 1000 };

type Part = "master" | "volume" | "filer";

/** Each part's HTTP port; its gRPC port is 10000 above, as is that of the S3 door. */
const partPorts: Record<Part, number> = { master: 9333, volume: 8080, filer: 8888 };
const grpc = (port: number) => port + 10_000;

const labelsOf = ({ name }: ObjectStoreSpec, part: Part) => ({
  "app.kubernetes.io/name": "seaweedfs",
  "app.kubernetes.io/instance": name,
  "app.kubernetes.io/component": part,
});

/** What the store's own jobs call. */
const jobPorts: Record<"master" | "filer", readonly number[]> = {
  master: [partPorts.master, grpc(partPorts.master)],
  filer: [s3, grpc(s3), partPorts.filer, grpc(partPorts.filer)],
};

export const objectStorePods: PodsOf<ObjectStoreSpec> = (spec, { platform }) => {
  const { name, size } = spec;
  const pods = (
    part: Part,
    { replicas, resources, storage }: StoreSize,
    doors: Readonly<Record<string, number>> = {},
  ): DataPods => {
    const own = { http: partPorts[part], grpc: grpc(partPorts[part]) };
    return {
      name: `${name}-${part}`,
      kind: "StatefulSet",
      labels: labelsOf(spec, part),
      containers: [{ name: "seaweedfs", resources }],
      replicas,
      ...(storage === undefined ? {} : { storage }),
      services: [serviceOn(`${name}-${part}`, { ...own, ...doors })],
      ports: {
        ...Object.fromEntries(Object.entries(doors).map(([door, port]) => [door, [port]])),
        metrics: [metrics],
      },
      // Every part calls every other: masters count volumes, filers write to them, filers follow each other.
      peers: (["master", "volume", "filer"] as const).map((other) =>
        peers(`${name}-${other}`, own.http, own.grpc),
      ),
      egress: [],
      metrics: { port: metrics },
    };
  };
  const withJobs = (part: "master" | "filer", own: DataPods) => ({
    ...own,
    peers: [...own.peers, ...bucketPeers(spec, platform, jobPorts[part])],
  });
  return [
    withJobs("master", pods("master", size.masters)),
    pods("volume", size.volumes),
    withJobs("filer", pods("filer", size.filers, { s3 })),
  ];
};

export class ObjectStore extends DataService<ObjectStoreSpec> {
  constructor(name: string, args: DataServiceArgs<ObjectStoreSpec>, opts?: DataServiceOptions) {
    const { spec, owner, services, facts } = args;
    super(name, args, objectStorePods(spec, { platform: owner.platform, services, facts }), opts);
    const release = this.chart(objectStoreChart(args));
    // The chart's own is named after the door; ours, after the service.
    const service = new k8s.core.v1.Service(
      name,
      {
        metadata: this.metadataOfForeignPods(),
        spec: {
          selector: labelsOf(spec, "filer"),
          ports: [{ name: "http-s3", port: s3, targetPort: s3, protocol: "TCP" }],
        },
      },
      this.after(),
    );
    const namespace = args.namespace.spec.name;
    new Buckets(
      `${name}-buckets`,
      {
        service: args,
        called: (["master", "filer"] as const).map((part) => ({
          namespace,
          pods: [labelsOf(spec, part)],
          ports: jobPorts[part],
        })),
        addresses: {
          master: `${spec.name}-master:${partPorts.master}`,
          filer: `${spec.name}-filer:${partPorts.filer}`,
          s3: `${spec.name}-filer:${grpc(s3)}`,
        },
      },
      {
        parent: this,
        dependsOn: [service, ...this.secrets.values(), ...(release === undefined ? [] : [release])],
      },
    );
    this.registerOutputs();
  }
}

export const objectStoreChart: ChartOf<ObjectStoreSpec> = (args) => ({
  chart: "seaweedfs",
  values: values(args),
});

function values(args: ChartArgs<ObjectStoreSpec>): Values {
  const { spec } = args;
  const { masters, volumes, filers } = spec.size;
  const { secret } = storeIdentities(spec);
  return {
    fullnameOverride: spec.name,
    global: {
      imagePullSecrets: pullSecretsOf(args).join(),
      seaweedfs: {
        // It would let every pod of the store delete pods of the whole cluster, for a migration of old releases.
        createClusterRole: false,
        serviceAccountName: spec.name,
        automountServiceAccountToken: false,
        // A second copy on another volume server, where there is one.
        enableReplication: volumes.replicas > 1,
        replicationPlacement: "001",
      },
    },
    master: { ...part(args, "master", masters), data: volume(args, masters), logs: { type: "" } },
    volume: {
      ...part(args, "volume", volumes),
      dataDirs: [{ name: "data", ...volume(args, volumes), maxVolumes: 0 }],
      // It patches claims with an image of its own.
      resizeHook: { enabled: false },
    },
    filer: {
      ...part(args, "filer", filers),
      data: volume(args, filers),
      logs: { type: "" },
      s3: { enabled: true, port: s3, enableAuth: true, existingConfigSecret: secret },
    },
  };
}

function part(args: ChartArgs<ObjectStoreSpec>, part: Part, { replicas, resources }: StoreSize): Values {
  const { spec } = args;
  return {
    replicas,
    resources: quantities(resources),
    priorityClassName: spec.priorityClass,
    podLabels: { ...podLabelsOf(args) },
    podAnnotations: rotationOf(args),
    podSecurityContext: { enabled: true, ...restrictedPod(user.id, user.group) },
    containerSecurityContext: { enabled: true, ...restrictedContainer },
    // The chart demands a node for each; the spread below asks for it without refusing a pod.
    affinity: "",
    // The chart takes text. JSON is YAML.
    topologySpreadConstraints: JSON.stringify(
      spreadConstraints(spec.spread ?? "required", labelsOf(spec, part)),
    ),
  };
}

function volume(args: ChartArgs<ObjectStoreSpec>, { storage }: StoreSize): Values {
  return storage === undefined
    ? { type: "emptyDir" }
    : {
        type: "persistentVolumeClaim",
        size: storage,
        storageClass: args.facts.storageClasses.readWriteOnce,
      };
}
