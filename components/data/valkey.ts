/** A cache that speaks Redis' protocol (Valkey): alone, or replicated with Sentinel and a proxy that knows the master. */
import { amountOf, dataPorts, type ValkeySpec } from "../../platforms/model/index.ts";
import { quantities } from "../quantities.ts";
import { spreadConstraints } from "../workload/spread.ts";
import { companions } from "./companions.ts";
import { podLabelsOf, pullSecretsOf, rotationOf, type ChartArgs, type ChartOf } from "./chart.ts";
import { DataService, type DataServiceOptions } from "./data-service.ts";
import type { DataServiceArgs, PodsOf } from "./definition.ts";
import { peers, serviceOn } from "./pods.ts";
import { restrictedContainer, restrictedPod } from "./values.ts";

const { valkey: port, sentinel: sentinelPort, metrics } = dataPorts.valkey;
/** Where the proxy listens in each pod; its Service has the ordinary port. */
const proxyPort = 6380;
/** User and group of the image. */
const user = { id: 999, group: 1000 };
/** Of the memory limit; the rest is for a fork while it saves, and for clients' buffers. */
const maxMemoryShare = 0.75;

const labelsOf = ({ name }: ValkeySpec) => ({
  "app.kubernetes.io/name": "valkey",
  "app.kubernetes.io/instance": name,
});
const replicated = ({ size }: ValkeySpec) => size.replicas > 1;

export const valkeyPods: PodsOf<ValkeySpec> = (spec) => {
  const { name, size } = spec;
  const sentinel = replicated(spec);
  return [
    {
      name,
      kind: "StatefulSet",
      labels: labelsOf(spec),
      containers: [
        { name: "valkey", resources: size.resources },
        ...(sentinel
          ? [
              { name: "sentinel", resources: companions.valkeySentinel },
              { name: "haproxy", resources: companions.valkeyProxy },
            ]
          : []),
        { name: "metrics", resources: companions.valkeyExporter },
      ],
      replicas: size.replicas,
      ...(size.storage === undefined ? {} : { storage: size.storage }),
      services: [
        serviceOn(name, { valkey: port }),
        ...(sentinel
          ? [
              { name: `${name}-master`, ports: [{ name: "valkey", port, targetPort: proxyPort }] },
              serviceOn(`${name}-sentinel`, { sentinel: sentinelPort }),
            ]
          : []),
      ],
      ports: {
        valkey: sentinel ? [port, proxyPort] : [port],
        metrics: [metrics],
        ...(sentinel ? { sentinel: [sentinelPort] } : {}),
      },
      peers: sentinel ? [peers(name, port, sentinelPort)] : [],
      egress: [],
      metrics: { port: metrics },
      // The chart gives the container the password under the client's own name.
      copying: { how: "quiet", container: "valkey", before: ["valkey-cli", "SAVE"] },
    },
  ];
};

export class Valkey extends DataService<ValkeySpec> {
  constructor(name: string, args: DataServiceArgs<ValkeySpec>, opts?: DataServiceOptions) {
    const { spec, owner, services, facts } = args;
    if (spec.size.replicas === 2) {
      throw new Error(
        `Valkey "${spec.name}" has 2 replicas: two sentinels have no majority once one is lost; set 1, or 3 and more`,
      );
    }
    super(name, args, valkeyPods(spec, { platform: owner.platform, services, facts }), opts);
    this.chart(valkeyChart(args));
    this.registerOutputs();
  }
}

export const valkeyChart: ChartOf<ValkeySpec> = (args) => ({ chart: "valkey", values: values(args) });

function values(args: ChartArgs<ValkeySpec>) {
  const { spec, facts } = args;
  const { size } = spec;
  const sentinel = replicated(spec);
  return {
    fullnameOverride: spec.name,
    global: { imagePullSecrets: pullSecretsOf(args) },
    architecture: sentinel ? "replication" : "standalone",
    replicaCount: size.replicas,
    auth: { enabled: true, existingSecret: spec.name, existingSecretPasswordKey: "password" },
    config: {
      maxMemory: `${maxMemory(spec)}`,
      maxMemoryPolicy: spec.evictionPolicy,
      // Without a volume a dump would only cost the memory of a fork.
      ...(size.storage === undefined ? { save: "" } : {}),
    },
    serviceAccount: { create: true, name: spec.name, automountToken: false },
    resources: quantities(size.resources),
    initContainer: { resources: quantities(companions.valkeyInit) },
    persistence:
      size.storage === undefined
        ? { enabled: false }
        : { enabled: true, size: size.storage, storageClass: facts.storageClasses.readWriteOnce },
    podLabels: { ...podLabelsOf(args) },
    podAnnotations: rotationOf(args),
    podSecurityContext: restrictedPod(user.id, user.group),
    containerSecurityContext: { ...restrictedContainer, runAsUser: user.id, runAsGroup: user.group },
    priorityClassName: spec.priorityClass,
    topologySpreadConstraints: spreadConstraints(spec.spread ?? "required", labelsOf(spec)).map(
      (constraint) => ({ ...constraint }),
    ),
    // A master that is told to stop hands over first, which takes up to 45 s.
    terminationGracePeriodSeconds: sentinel ? 60 : 30,
    // The budget is ours: two on one pod block every eviction.
    pdb: { enabled: false },
    metrics: {
      enabled: true,
      resources: quantities(companions.valkeyExporter),
      serviceMonitor: { enabled: false },
    },
    sentinel: {
      enabled: sentinel,
      ...(sentinel
        ? {
            masterName: spec.name,
            quorum: Math.floor(size.replicas / 2) + 1,
            resources: quantities(companions.valkeySentinel),
            masterProxy: {
              enabled: true,
              containerPort: proxyPort,
              resources: quantities(companions.valkeyProxy),
            },
          }
        : {}),
    },
  };
}

/** Bytes of data. */
function maxMemory({ size }: ValkeySpec): number {
  return Math.floor(amountOf(size.resources.limits.memory) * maxMemoryShare);
}
