/** What the checks need to know of each platform: its servers, their sizes, its namespace, and whose images it runs. */
import { images, type ImagePin } from "../catalog/images.ts";
import { chestXrayColors } from "../schema/platforms/chest-xray.ts";
import {
  codeReviewCore,
  codeReviewServices,
  type CodeReviewService,
  type CodeReviewSettings,
} from "../schema/platforms/code-review.ts";
import { healthDataApplications } from "../schema/platforms/health-data.ts";
import type { PlatformName, PlatformsSettings } from "../schema/platforms.ts";
import type { EnvironmentSizes, NamespaceSize, WorkloadSize } from "../sizes/index.ts";

/** What a stack says of a workload. */
export interface Override {
  readonly image?: string | undefined;
  readonly replicas?: number | undefined;
  readonly fewerReplicas?: boolean | undefined;
}

/** Pods beside the servers: data services, jobs. */
export type Share = Pick<WorkloadSize, "replicas" | "resources">;

export interface PlatformFacts {
  readonly platform: PlatformName;
  readonly overrides: Readonly<Record<string, Override | undefined>>;
  /** Workloads whose image is the user's own: nothing in the catalog stands for them. */
  readonly ownImages: readonly string[];
  /** Catalog images, by what runs them. */
  readonly pins: Readonly<Record<string, ImagePin>>;
  /** Images that a stack sets elsewhere than among its overrides. */
  readonly otherImages?: readonly { readonly path: readonly string[]; readonly image: string }[];
  /** A user's image, as a remedy shows it. */
  readonly exampleImage: (workload: string) => string;
  /** Servers that keep a database on a volume of their own: at most one runs. */
  readonly singletons: readonly string[];
  /** Servers that take no requests: one pod of them is enough. */
  readonly idle?: readonly string[];
  /** Workloads that settings may name and this stack does not run, with what would bring each in. */
  readonly absent?: Readonly<Record<string, string>>;
  /** Labels of nodes that some of its pods must run on, and which pods. */
  readonly selects?: { readonly labels: Readonly<Record<string, string>>; readonly pods: string };
  /** What needs volumes that several nodes share; nothing where none does. */
  readonly sharedVolumes?: string;
  readonly sizes: (sizes: EnvironmentSizes) => PlatformSizes;
}

export interface PlatformSizes {
  readonly servers: Readonly<Record<string, WorkloadSize>>;
  /** Pods that share the servers' quota. */
  readonly others: readonly Share[];
  readonly namespace: NamespaceSize;
}

/** One entry for each namespace that stacks may say something of. */
type FactsOf = (platforms: PlatformsSettings) => PlatformFacts | readonly PlatformFacts[] | undefined;

/** Seeds 000 and 002: "Node Selector: workload-type=compute". */
const compute = { "workload-type": "compute" };

const factsByPlatform: Record<PlatformName, FactsOf> = {
  cancer: ({ cancer }) =>
    cancer && {
      platform: "cancer",
      overrides: cancer.workloads,
      ownImages: ["api"],
      pins: { mlflow: images.mlflow, prometheus: images.prometheus, grafana: images.grafana },
      exampleImage: (workload) => `ghcr.io/your-organization/cancer-mlops-${workload}:v1.0.0`,
      singletons: ["mlflow", "prometheus", "grafana"],
      sharedVolumes: "API pods on several nodes share models, data and logs",
      sizes: ({ cancer: { api, mlflow, prometheus, grafana, namespace } }) => ({
        servers: { api, mlflow, prometheus, grafana },
        others: [],
        namespace,
      }),
    },
  "clinical-trials": ({ "clinical-trials": clinical }) =>
    clinical && {
      platform: "clinical-trials",
      overrides: clinical.workloads,
      ownImages: [
        "clinical-gateway",
        "kafka-producer",
        "kafka-consumer",
        "feature-engineering",
        "model-serving",
        "monitoring-service",
        "spark-streaming",
        "spark-batch",
        "training",
      ],
      pins: { mlflow: images.mlflowFull, airflow: images.airflow },
      exampleImage: (workload) => `ghcr.io/your-organization/${workload}:v1.0.0`,
      singletons: [],
      selects: { labels: compute, pods: "training" },
      sharedVolumes: "Airflow's processes on several nodes share the logs of tasks",
      sizes: ({ clinicalTrials: sizes }) => ({
        servers: sizes.services,
        others: [
          sizes.postgresql,
          sizes.cache,
          sizes.objectStore.masters,
          sizes.objectStore.volumes,
          sizes.objectStore.filers,
          ...(sizes.kafka.controllers === undefined ? [] : [sizes.kafka.controllers]),
          sizes.kafka.brokers,
          ...[sizes.sparkStreaming, sizes.sparkBatch].flatMap(({ driver, executor, executors }) => [
            { replicas: 1, resources: driver },
            { replicas: executors, resources: executor },
          ]),
          { replicas: 1, resources: sizes.training },
          ...[
            sizes.airflow.apiServer,
            sizes.airflow.scheduler,
            sizes.airflow.dagProcessor,
            sizes.airflow.triggerer,
            sizes.airflow.worker,
          ].map(({ autoscaling, replicas, resources }) => ({
            replicas: autoscaling?.max ?? replicas,
            resources,
          })),
        ],
        namespace: sizes.namespace,
      }),
    },
  "health-data": ({ "health-data": healthData }) =>
    healthData && {
      platform: "health-data",
      overrides: healthData.workloads,
      ownImages: [
        "health-api",
        ...healthData.applications.flatMap((name): readonly string[] => healthDataApplications[name]),
      ],
      pins: {},
      exampleImage: (workload) => `ghcr.io/your-organization/${workload}:v1.0.0`,
      singletons: ["etl-engine"],
      absent: Object.fromEntries(
        Object.entries(healthDataApplications)
          .filter(([name]) => !(healthData.applications as readonly string[]).includes(name))
          .flatMap(([name, workloads]) =>
            workloads.map((workload) => [workload, `\`${name}\` among \`applications\`, or leave it out`]),
          ),
      ),
      sizes: ({ healthData: { services, postgresql, cache, objectStore, rabbitmq, namespace } }) => ({
        servers: services,
        others: [postgresql, cache, objectStore.masters, objectStore.volumes, objectStore.filers, rabbitmq],
        namespace,
      }),
    },
  // Each copy has a namespace of its own.
  "chest-xray": ({ "chest-xray": chestXray }) =>
    chestXray &&
    chestXrayColors.map((color) => ({
      platform: "chest-xray",
      overrides: chestXray.workloads[color] === undefined ? {} : { [color]: chestXray.workloads[color] },
      ownImages: [color],
      pins: {},
      exampleImage: () => "ghcr.io/your-organization/chest-xray-mlops:v1.0.0",
      singletons: [],
      idle: chestXray.traffic[color] > 0 || chestXray.fullSize.includes(color) ? [] : [color],
      sizes: ({ chestXray: { api, postgresql, namespace } }) => ({
        servers: { [color]: api },
        others: chestXray.database.type === "managed" ? [postgresql] : [],
        namespace,
      }),
    })),
  "code-review": ({ "code-review": codeReview }) =>
    codeReview && {
      platform: "code-review",
      overrides: codeReview.workloads,
      // Required with their release.
      ownImages: [],
      otherImages: Object.entries(codeReview.releases).flatMap(([release, images]) =>
        Object.entries(images).flatMap(([service, image]) =>
          image === undefined
            ? []
            : [{ path: ["platforms", "code-review", "releases", release, service], image }],
        ),
      ),
      pins: {},
      exampleImage: (service) => `ghcr.io/your-organization/${service}:v2.3.0`,
      singletons: [],
      absent: Object.fromEntries(
        codeReviewServices
          .filter((service) => !runsIn(codeReview, service))
          .map((service) => [service, "an image of it in the release that stable runs, or leave it out"]),
      ),
      selects: { labels: compute, pods: "ai-orchestrator" },
      sizes: ({ codeReview: { stable, namespaces } }) => ({
        servers: Object.fromEntries(
          codeReviewServices
            .filter((service) => runsIn(codeReview, service))
            .map((service) => [
              service,
              service in stable ? stable[service as keyof typeof stable] : stable.others,
            ]),
        ),
        others: [],
        namespace: namespaces.stable,
      }),
    },
};

/** Whether stable runs a service: the three always, the others where their release has an image. */
function runsIn({ releases, versions }: CodeReviewSettings, service: CodeReviewService): boolean {
  const release = releases[versions.stable ?? ""];
  return (codeReviewCore as readonly string[]).includes(service) || release?.[service] !== undefined;
}

/** The facts of the platforms that a stack names. */
export function factsOf(platforms: PlatformsSettings): PlatformFacts[] {
  return Object.values(factsByPlatform).flatMap((facts) => facts(platforms) ?? []);
}

/** Where a stack says something of a workload. */
export function workloadPath({ platform }: PlatformFacts, workload: string, key: string): string[] {
  return ["platforms", platform, "workloads", workload, key];
}
