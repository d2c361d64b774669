/** A Spark application by kubeflow's operator: a stream that is restarted whenever it ends, or a job on a schedule. */
import * as k8s from "@pulumi/kubernetes";
import { sparkVersion } from "../../config/catalog/charts/data.ts";
import {
  amountOf,
  dataPorts,
  type Resources,
  type RoleRule,
  type SparkApplicationSpec,
} from "../../platforms/model/index.ts";
import { selectorLabels } from "../labels.ts";
import { identity } from "../workload/identity.ts";
import { DataService, type DataServiceOptions } from "./data-service.ts";
import type { DataServiceArgs, PodsOf } from "./definition.ts";
import { peers, type DataPods } from "./pods.ts";
import { restrictedContainer } from "./values.ts";

type Role = "driver" | "executor";

const { metrics } = dataPorts["spark-application"];
/** Fixed, for network policies know no others. */
const ports = { driver: 7078, blocks: 7079 } as const;
/** User and group of Spark's own images, and of those built on them. */
const user = { runAsUser: 185, runAsGroup: 185, fsGroup: 185 } as const;

const labelsOf = (platform: string, { name }: SparkApplicationSpec, role: Role) => ({
  ...selectorLabels(platform, name),
  "spark-role": role,
});

export const sparkPods: PodsOf<SparkApplicationSpec> = (spec, { platform }) => {
  const { name, size } = spec;
  const driver = `${name}-driver`;
  const executor = `${name}-executor`;
  const pods = (
    role: Role,
    own: Pick<DataPods, "name" | "replicas" | "ports" | "peers" | "egress">,
  ): DataPods => ({
    kind: "Deployment",
    labels: labelsOf(platform, spec, role),
    containers: [{ name: `spark-kubernetes-${role}`, resources: asSparkAsks(size[role]) }],
    services: [],
    ...own,
  });
  return [
    {
      ...pods("driver", {
        name: driver,
        replicas: 1,
        ports: { metrics: [metrics] },
        peers: [peers(executor, ports.driver, ports.blocks)],
        // It makes its executors.
        egress: [{ kind: "api-server" }],
      }),
      metrics: { port: metrics, path: "/metrics/prometheus/" },
    },
    pods("executor", {
      name: executor,
      replicas: size.executors,
      ports: {},
      peers: [peers(driver, ports.blocks), peers(executor, ports.blocks)],
      egress: [],
    }),
  ];
};

/** What a driver does in its namespace. */
const driverRules: readonly RoleRule[] = [
  {
    apiGroups: [""],
    resources: ["pods", "services", "configmaps", "persistentvolumeclaims"],
    verbs: ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"],
  },
];

export class SparkApplication extends DataService<SparkApplicationSpec> {
  constructor(name: string, args: DataServiceArgs<SparkApplicationSpec>, opts?: DataServiceOptions) {
    const { spec, owner, services, facts } = args;
    super(name, args, sparkPods(spec, { platform: owner.platform, services, facts }), opts);
    const account = identity(
      name,
      { name: spec.name, rules: driverRules },
      (objectName) => this.metadata(objectName),
      this.pullSecrets(),
      this.after(),
    );
    const scheduled = spec.schedule !== undefined;
    // No model of this kind is published: the API server of the tests checks it.
    new k8s.apiextensions.CustomResource(
      name,
      {
        apiVersion: "sparkoperator.k8s.io/v1beta2",
        kind: scheduled ? "ScheduledSparkApplication" : "SparkApplication",
        metadata: this.metadata(),
        spec: scheduled
          ? {
              schedule: spec.schedule,
              timeZone: "Etc/UTC",
              concurrencyPolicy: "Forbid",
              successfulRunHistoryLimit: 3,
              failedRunHistoryLimit: 3,
              template: this.application({ type: "Never" }),
            }
          : // A stream never ends by itself, and one that fails begins where its checkpoint is.
            this.application({ type: "Always" }),
      },
      this.after(account),
    );
    this.registerOutputs();
  }

  private application(restartPolicy: object) {
    const { spec } = this.args;
    return {
      type: spec.mainFile.endsWith(".py") ? "Python" : "Java",
      mode: "cluster",
      sparkVersion,
      image: spec.image,
      imagePullPolicy: "IfNotPresent",
      imagePullSecrets: this.pullSecrets(),
      mainApplicationFile: spec.mainFile,
      ...(spec.arguments === undefined ? {} : { arguments: [...spec.arguments] }),
      restartPolicy,
      sparkConf: {
        "spark.driver.port": `${ports.driver}`,
        "spark.driver.blockManager.port": `${ports.blocks}`,
        "spark.blockManager.port": `${ports.blocks}`,
        // Metrics of its own, on the page that it serves anyway: no agent has to be in the image.
        "spark.ui.port": `${metrics}`,
        "spark.ui.prometheus.enabled": "true",
        "spark.metrics.conf.*.sink.prometheusServlet.class":
          "org.apache.spark.metrics.sink.PrometheusServlet",
        "spark.metrics.conf.*.sink.prometheusServlet.path": "/metrics/prometheus",
      },
      driver: { ...this.pod("driver"), serviceAccount: spec.name },
      executor: { ...this.pod("executor"), instances: spec.size.executors },
    };
  }

  private pod(role: Role) {
    const { spec, owner } = this.args;
    const resources = spec.size[role];
    const { heap, overhead } = memoryOf(spec, resources);
    return {
      cores: Math.max(1, Math.floor(amountOf(resources.limits.cpu))),
      coreRequest: resources.requests.cpu,
      coreLimit: resources.limits.cpu,
      memory: `${heap}m`,
      memoryOverhead: `${overhead}m`,
      labels: { ...labelsOf(owner.platform, spec, role), ...this.podLabels() },
      env: Object.entries(spec.env).map(([name, value]) =>
        typeof value === "string"
          ? { name, value }
          : { name, valueFrom: { secretKeyRef: { name: value.secret, key: value.key } } },
      ),
      priorityClassName: spec.priorityClass,
      podSecurityContext: { runAsNonRoot: true, ...user, seccompProfile: { type: "RuntimeDefault" } },
      securityContext: restrictedContainer,
    };
  }
}

/** Spark asks for memory once, as request and limit. */
function asSparkAsks({ requests, limits }: Resources): Resources {
  return { requests: { cpu: requests.cpu, memory: limits.memory }, limits };
}

const mebibyte = 2 ** 20;
/** Of the pod's memory, for what is not on the heap: Python's processes above all. Spark's own share is 0.4 of the heap. */
const overheadShare = 0.4 / 1.4;
const leastOverhead = 384;
/** Spark refuses to start with less. */
const leastHeap = 450;

/** Heap and the rest in MiB, which together are the pod's limit. */
function memoryOf({ name }: SparkApplicationSpec, { limits }: Resources) {
  const all = Math.floor(amountOf(limits.memory) / mebibyte);
  const overhead = Math.max(leastOverhead, Math.ceil(all * overheadShare));
  const heap = all - overhead;
  if (heap < leastHeap) {
    throw new Error(
      `Spark application "${name}" has a memory limit of ${limits.memory}: ${leastHeap}Mi of heap and ${overhead}Mi ` +
        `beside it do not fit; set ${leastHeap + leastOverhead}Mi or more`,
    );
  }
  return { heap, overhead };
}
