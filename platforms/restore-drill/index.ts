/**
 * The restore drill of a platform: an application in a namespace of its own, which restores the newest backups every week
 * and compares them with what a second job recorded when they were made. Added to each page that has backups.
 */
import type { Settings } from "../../config/index.ts";
import { reportObject } from "../../services/recovery/report.ts";
import {
  amountOf,
  recorderOf,
  storeBackupsOf,
  storeLabel,
  type ApplicationSpec,
  type BackupsSpec,
  type DataServiceSpec,
  type Egress,
  type EnvironmentValue,
  type JobSpec,
  type Mount,
  type Platform,
  type SecretSpec,
  type WorkloadSpec,
} from "../model/index.ts";
import { drillPlanOf, passwordFolder, recorderSecret } from "./plan.ts";

const application = "restore-drill";
/** The jobs' names; also those of their ServiceAccounts. */
const drillJobs = { drill: "restore-drill", record: "backup-record" } as const;
/** Secret with the bucket and its key: made from the cluster's facts (components/backup/). */
export const bucketSecret = "backup-bucket";
/** After every backup of the hour has begun: what is whole by then is recorded. */
const recordSchedule = "50 * * * *";
const hour = 3_600;
/** User of the image. */
const runAs = { user: 1000, group: 1000 } as const;
const gibibyte = 1024 ** 3;
const metricsPort = 8080;

/** Clusters whose maker brings a bucket, or on which nothing could be restored anyway. */
const withBucket: Readonly<Partial<Record<Settings["cluster"]["type"], "runs" | "declared">>> = {
  oke: "runs",
  eks: "runs",
  simulated: "declared",
  embedded: "declared",
};

/** The platform with its drill, where the stack has an image for it and the cluster a bucket. */
export function withRestoreDrill(platform: Platform, settings: Settings): Platform {
  const { backups } = platform;
  const image = settings.images.recovery;
  const how = withBucket[settings.cluster.type];
  if (backups === undefined || image === undefined || how === undefined) return platform;
  const namespace = `${platform.name}-restore-drill`;
  const recorded: Platform = {
    ...platform,
    applications: platform.applications.map((one) =>
      one.data === undefined
        ? one
        : { ...one, data: one.data.map((spec) => withRecorder(platform, one.namespace, spec, namespace)) },
    ),
  };
  return {
    ...recorded,
    namespaces: [
      ...platform.namespaces,
      {
        name: namespace,
        podSecurity: "restricted",
        injected: true,
        size: settings.sizes.restoreDrill.namespace,
        access: [],
      },
    ],
    applications: [
      ...recorded.applications,
      applicationOf(recorded, { namespace, image, backups, settings, suspended: how === "declared" }),
    ],
    backups: {
      ...backups,
      drill: { namespace, bucketSecret, jobs: drillJobs },
    },
  };
}

/** A database lets the recorder in, and its password stands where the recorder runs. */
function withRecorder(
  platform: Platform,
  of: string,
  spec: DataServiceSpec,
  namespace: string,
): DataServiceSpec {
  if (spec.kind !== "postgresql" || spec.backup === undefined) return spec;
  const caller = { kind: "workload", workload: drillJobs.record, namespace, port: "postgresql" } as const;
  const store = { store: spec.name, namespace: of };
  return {
    ...spec,
    recorder: recorderOf(platform, store),
    callers: [...spec.callers, caller],
    copiesOfSecrets: { ...spec.copiesOfSecrets, [namespace]: [recorderSecret(platform, store)] },
  };
}

interface DrillArgs {
  readonly namespace: string;
  readonly image: string;
  readonly backups: BackupsSpec;
  readonly settings: Settings;
  readonly suspended: boolean;
}

function applicationOf(platform: Platform, args: DrillArgs): ApplicationSpec {
  return {
    name: application,
    namespace: args.namespace,
    configs: [
      {
        name: "restore-drill-plan",
        data: { "plan.json": JSON.stringify(drillPlanOf(platform, args.backups), undefined, 2) },
      },
      // The drill writes it; nothing is in it before.
      { name: reportObject.name, data: {} },
    ],
    secrets: [bucket],
    claims: [],
    workloads: [metrics(args)],
    jobs: [drill(platform, args), record(platform, args)],
    routes: [],
  };
}

/** Variables of the jobs, and the key of the Secret that each takes its value from. */
const variables = {
  BUCKET_NAME: "name",
  BUCKET_REGION: "region",
  BUCKET_ENDPOINT: "endpoint",
  AWS_ACCESS_KEY_ID: "access-key",
  AWS_SECRET_ACCESS_KEY: "secret-key",
} as const;

const bucket: SecretSpec = {
  name: bucketSecret,
  purpose: "The bucket with the backups, and the key to it where pods have no identity of their own",
  rotation: 1,
  // The deployment makes it of the cluster's facts.
  existing: true,
  keys: Object.fromEntries(Object.values(variables).map((key) => [key, { kind: "plain", value: "" }])),
};

const environment: Readonly<Record<string, EnvironmentValue>> = Object.fromEntries(
  Object.entries(variables).map(([variable, key]) => [variable, { secret: bucketSecret, key }]),
);

/** The bucket, and where pods of EKS get the rights of their ServiceAccount. */
const toTheBucket: readonly Egress[] = [
  { kind: "cidr", cidr: "0.0.0.0/0", ports: [443] },
  { kind: "cidr", cidr: "169.254.170.23/32", ports: [80] },
];

function job(platform: Platform, { image, settings }: DrillArgs) {
  const mounts: Mount[] = [
    { kind: "config", config: "restore-drill-plan", path: "/plan" },
    { kind: "scratch", name: "scratch", path: "/scratch", size: scratchSize(platform), onVolume: true },
    { kind: "scratch", name: "tmp", path: "/tmp", size: "64Mi" },
  ];
  return {
    component: "recovery",
    container: { image, env: environment, mounts },
    resources: settings.sizes.restoreDrill.job,
    retries: 0,
    priorityClass: "low-priority",
    runAs,
    architectures: ["amd64", "arm64"],
  } as const satisfies Partial<JobSpec>;
}

function drill(platform: Platform, args: DrillArgs): JobSpec {
  const common = job(platform, args);
  const { backups, suspended } = args;
  return {
    ...common,
    name: drillJobs.drill,
    container: { ...common.container, args: ["drill", "/plan/plan.json", "--scratch", "/scratch"] },
    schedule: { cron: backups.verification, timeZone: "Etc/UTC", concurrency: "Forbid", suspended },
    // A drill that takes twice as long as a recovery may has said what it had to say.
    deadlineSeconds: 2 * backups.timeObjectiveHours * hour,
    identity: {
      name: drillJobs.drill,
      rules: [
        { apiGroups: [""], resources: ["configmaps"], names: [reportObject.name], verbs: ["get", "patch"] },
        { apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: ["list", "delete"] },
      ],
    },
    egress: [...toTheBucket, { kind: "api-server" }],
  };
}

function record(platform: Platform, args: DrillArgs): JobSpec {
  const common = job(platform, args);
  const passwords = storeBackupsOf(platform).flatMap((backup): Mount[] =>
    backup.kind === "postgresql"
      ? [
          {
            kind: "secret",
            secret: recorderSecret(platform, backup),
            path: passwordFolder(storeLabel(platform, backup)),
          },
        ]
      : [],
  );
  return {
    ...common,
    name: drillJobs.record,
    container: {
      ...common.container,
      args: ["record", "/plan/plan.json", "--scratch", "/scratch"],
      mounts: [...common.container.mounts, ...passwords],
    },
    schedule: { cron: recordSchedule, timeZone: "Etc/UTC", concurrency: "Forbid", suspended: args.suspended },
    deadlineSeconds: hour,
    identity: { name: drillJobs.record },
    egress: toTheBucket,
  };
}

function metrics({ image, settings }: DrillArgs): WorkloadSpec {
  const http = { name: "http", port: metricsPort } as const;
  const probe = { path: "/health", port: http.name, periodSeconds: 10 };
  return {
    name: "restore-drill-metrics",
    component: "recovery",
    container: {
      image,
      args: ["serve", `/report/${reportObject.key}`, "--port", String(http.port)],
      ports: [http],
      probes: { liveness: probe, readiness: probe },
      mounts: [{ kind: "config", config: reportObject.name, path: "/report" }],
    },
    size: settings.sizes.restoreDrill.metrics,
    strategy: "rolling",
    identity: { name: "restore-drill-metrics" },
    services: [
      {
        name: "restore-drill-metrics",
        port: http.port,
        targetPort: http.name,
        exposure: { type: "ClusterIP" },
      },
    ],
    callers: [{ kind: "monitoring", port: http.name }],
    monitor: { port: http.name, path: "/metrics", intervalSeconds: 60 },
    priorityClass: "low-priority",
    runAs,
    architectures: ["amd64", "arm64"],
    spread: settings.environment === "production" ? "required" : "preferred",
  };
}

/** Room for the largest store, with a quarter for its log: one after the other is restored. */
function scratchSize({ applications }: Platform): string {
  const sizes = applications.flatMap(({ data = [] }) =>
    data.flatMap((spec) => ("size" in spec && "storage" in spec.size ? [amountOf(spec.size.storage)] : [])),
  );
  return `${Math.ceil((Math.max(8 * gibibyte, ...sizes) * 1.25) / gibibyte)}Gi`;
}
