/** Airflow 3 by its own chart: database, broker and every key are the platform's. */
import * as k8s from "@pulumi/kubernetes";
import { chartOf } from "../../config/catalog/charts.ts";
import type { Values } from "../../config/catalog/mirror.ts";
import {
  airflowSecretNames,
  dataPorts,
  serviceOf,
  type AirflowSpec,
  type DataServiceSpec,
  type WorkloadSize,
} from "../../platforms/model/index.ts";
import { quantities } from "../quantities.ts";
import { scaling } from "../workload/autoscaling.ts";
import { spreadConstraints } from "../workload/spread.ts";
import { airflowLabels, airflowPods } from "./airflow-pods.ts";
import { companions } from "./companions.ts";
import { outsideMeshLabels } from "./mesh.ts";
import { pullSecretsOf, rotationOf, type ChartArgs, type ChartOf } from "./chart.ts";
import { DataService, type DataServiceOptions } from "./data-service.ts";
import type { DataServiceArgs } from "./definition.ts";
import { restrictedContainer, restrictedPod } from "./values.ts";

/** User of Airflow's images; their files belong to group 0. */
const user = { id: 50_000, group: 0 };
const nobody = 65_534;

export class Airflow extends DataService<AirflowSpec> {
  constructor(name: string, args: DataServiceArgs<AirflowSpec>, opts?: DataServiceOptions) {
    const { spec, owner, services, facts } = args;
    refuse(spec, services);
    super(name, args, airflowPods(spec, { platform: owner.platform, services, facts }), opts);
    const logs = new k8s.core.v1.PersistentVolumeClaim(
      name,
      {
        metadata: {
          ...this.metadata(logsClaim(spec)),
          annotations: { "quint.dev/purpose": `logs of ${spec.name}'s tasks` },
        },
        spec: {
          accessModes: ["ReadWriteMany"],
          storageClassName: sharedStorage(args),
          resources: { requests: { storage: spec.size.logs } },
        },
      },
      this.after(),
    );
    this.chart(airflowChart(args), logs);
    this.registerOutputs();
  }
}

export const airflowChart: ChartOf<AirflowSpec> = (args) => ({ chart: "airflow", values: values(args) });

function values(args: ChartArgs<AirflowSpec>): Values {
  const { spec } = args;
  const { appVersion } = chartOf("airflow");
  const names = airflowSecretNames(spec);
  const { apiServer, scheduler, dagProcessor, triggerer, worker } = spec.size;
  const image = imageParts(spec.image);
  return {
    airflowVersion: appVersion,
    images: { airflow: image },
    imagePullSecrets: pullSecretsOf(args),
    executor: "CeleryExecutor",
    postgresql: { enabled: false },
    redis: { enabled: false },
    data: { metadataSecretName: names.database.secret, brokerUrlSecretName: names.broker.secret },
    fernetKeySecretName: names.fernet.secret,
    apiSecretKeySecretName: names.api.secret,
    jwtSecretName: names.jwt.secret,
    extraEnv: environment(spec),
    config: {
      core: {
        // Its default is the public address, which tasks would have to leave the cluster for.
        execution_api_server_url: `http://${spec.name}-api-server:${dataPorts.airflow.http}/execution/`,
      },
    },
    // Celery's workers run the tasks; nobody makes pods.
    allowPodLaunching: false,
    rbac: { create: false },
    securityContexts: { pod: restrictedPod(user.id, user.group), containers: restrictedContainer },
    airflowPodAnnotations: rotationOf(args),
    logs: { persistence: { enabled: true, existingClaim: logsClaim(spec) } },
    apiServer: { ...part(args, "api-server", apiServer), ...scaled("api-server", apiServer) },
    scheduler: {
      ...part(args, "scheduler", scheduler),
      // One for all: the logs are on one volume.
      logGroomerSidecar: { enabled: true, resources: quantities(companions.airflowHelper) },
    },
    dagProcessor: { ...part(args, "dag-processor", dagProcessor), enabled: true, ...noGroomer },
    triggerer: { ...part(args, "triggerer", triggerer), persistence: { enabled: false }, ...noGroomer },
    workers: {
      ...part(args, "worker", worker),
      ...scaled("worker", worker),
      persistence: { enabled: false },
      ...noGroomer,
      // What stands here goes before what stands above, and this has a default of its own.
      celery: { persistence: { enabled: false } },
    },
    statsd: {
      enabled: true,
      priorityClassName: spec.priorityClass,
      resources: quantities(companions.statsdExporter),
      serviceAccount: { automountServiceAccountToken: false },
      labels: { ...outsideMeshLabels(spec.kind) },
      securityContexts: { pod: restrictedPod(nobody, nobody), container: restrictedContainer },
    },
    migrateDatabaseJob: { ...job(args), resources: quantities(companions.airflowHelper) },
    createUserJob: {
      ...job(args),
      resources: quantities(companions.airflowHelper),
      // By standard input: the chart's own way has the password among the arguments and the values.
      args: ["bash", "-c", createUser],
      env: ["username", "password"].map((key) => ({
        name: `FIRST_USER_${key.toUpperCase()}`,
        valueFrom: { secretKeyRef: { name: names.administrator.secret, key } },
      })),
    },
  };
}

function part(
  args: ChartArgs<AirflowSpec>,
  part: "api-server" | "scheduler" | "dag-processor" | "triggerer" | "worker",
  size: WorkloadSize,
) {
  const { spec } = args;
  return {
    replicas: size.replicas,
    resources: quantities(size.resources),
    priorityClassName: spec.priorityClass,
    serviceAccount: { automountServiceAccountToken: false },
    topologySpreadConstraints: spreadConstraints(spec.spread ?? "required", airflowLabels(spec, part)),
  };
}

function job(args: ChartArgs<AirflowSpec>) {
  return {
    // As a hook it would run only once all pods are ready, and they wait for it.
    useHelmHooks: false,
    applyCustomEnv: false,
    priorityClassName: args.spec.priorityClass,
    serviceAccount: { automountServiceAccountToken: false },
  };
}

const noGroomer = { logGroomerSidecar: { enabled: false } };

const createUser =
  'printf "%s\\n%s\\n" "$FIRST_USER_PASSWORD" "$FIRST_USER_PASSWORD" | exec airflow users create --role Admin ' +
  '--username "$FIRST_USER_USERNAME" --firstname Airflow --lastname Administrator --email admin@localhost';

/** The environment as the chart takes it where it may name Secrets: as text, an entry a line. JSON is YAML. */
function environment({ env }: AirflowSpec): string {
  return Object.entries(env)
    .map(([name, value]) =>
      typeof value === "string"
        ? { name, value }
        : { name, valueFrom: { secretKeyRef: { name: value.secret, key: value.key } } },
    )
    .map((entry) => `- ${JSON.stringify(entry)}\n`)
    .join("");
}

function logsClaim({ name }: AirflowSpec): string {
  return `${name}-logs`;
}

/** An autoscaler that the chart makes, with our figures. */
function scaled(container: string, { autoscaling }: WorkloadSize): Values {
  return autoscaling === undefined
    ? {}
    : {
        hpa: {
          enabled: true,
          minReplicaCount: autoscaling.min,
          maxReplicaCount: autoscaling.max,
          ...scaling(container, autoscaling),
        },
      };
}

/** Repository and tag of an image, or its digest. */
function imageParts(reference: string): Values {
  const [, repository = reference, tag, digest] =
    /^(.+?)(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(reference) ?? [];
  return { repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

function sharedStorage({ facts, spec }: DataServiceArgs<AirflowSpec>): string {
  const { readWriteMany } = facts.storageClasses;
  if (readWriteMany === undefined) {
    throw new Error(
      `Airflow "${spec.name}" keeps its logs where all its pods read them (ReadWriteMany), and the cluster has no ` +
        "storage class for that; set cluster.storageClasses.readWriteMany",
    );
  }
  return readWriteMany;
}

/** What would fail only when the pods start. */
function refuse(spec: AirflowSpec, services: readonly DataServiceSpec[]): void {
  const needed = [
    serviceOf(services, "postgresql", spec.database.service, spec.name),
    serviceOf(services, "valkey", spec.broker, spec.name),
  ];
  for (const service of needed) {
    const called = service.callers.some(
      (caller) => caller.kind === "workload" && caller.workload === spec.name,
    );
    if (!called) {
      throw new Error(
        `Airflow "${spec.name}" needs "${service.name}", which does not name it as a caller; add ` +
          `{ kind: "workload", workload: "${spec.name}", port: "${service.kind}" } to its \`callers\``,
      );
    }
  }
  for (const part of ["scheduler", "dagProcessor", "triggerer"] as const) {
    if (spec.size[part].autoscaling !== undefined) {
      throw new Error(
        `Airflow "${spec.name}": \`size.${part}.autoscaling\` is not for it: the chart writes its number of replicas; ` +
          "set `replicas` alone",
      );
    }
  }
}
