/** The job that backs a store up into the bucket for backups: a dump by the store's own tools, or a mirror of buckets. */
import type * as pulumi from "@pulumi/pulumi";
import { foundationCharts } from "../../config/catalog/charts.ts";
import { serviceCharts } from "../../config/catalog/charts/services.ts";
import { images } from "../../config/catalog/images.ts";
import { mirroredImage } from "../../config/catalog/mirror.ts";
import {
  backupFolder,
  backupJobOf,
  dataPorts,
  kafkaConnection,
  mirrorUser,
  objectStoreConnection,
  type DumpedSpec,
  type EnvironmentValue,
  type JobSpec,
  type JobStep,
  type KafkaSpec,
  type ObjectStoreSpec,
} from "../../platforms/model/index.ts";
import type { DataServiceArgs } from "../data/definition.ts";
import type { Job } from "../workload/job.ts";
import { backupResources, rcloneEnvironment, remoteEnvironment } from "./remote.ts";
import { dumpFolder, dumpKafka, dumpNeo4j, dumpValkey, mirrorBuckets, uploadDump } from "./scripts.ts";
import { bucketOf, describedJob, storeJob, type StoreJobArgs } from "./store-job.ts";

/** Nobody's user and group: what the job reads and writes is its scratch folder. */
const nobody = { user: 65_534, group: 65_534 } as const;

/** The next run of an hourly one must find it ended. */
const deadlineSeconds = 3_300;
/** A first mirror copies everything. */
const mirrorDeadlineSeconds = 4 * 3_600;

/** What a kind of store runs, beside the upload. */
interface Backup {
  readonly steps: readonly JobStep[];
  readonly script: string;
  readonly env: Readonly<Record<string, EnvironmentValue>>;
  /** Secrets that steps and script read, of the store's rotation. */
  readonly secrets: readonly string[];
  /** Room for what is dumped, as it is and compressed. */
  readonly scratch: string;
  readonly deadlineSeconds: number;
}

/** Nothing where the store has no such backup, or the cluster no bucket. */
export function storeBackup(
  name: string,
  args: StoreJobArgs,
  opts: pulumi.ComponentResourceOptions,
): Job | undefined {
  const { spec, namespace, mirrors } = args.service;
  const job = backupJobOf(spec);
  const bucket = job && bucketOf(job.spec, args.service);
  if (job === undefined || bucket === undefined) return undefined;
  const backup = backupOf(job.spec, args.service);
  const described: JobSpec = {
    ...describedJob(job, bucket),
    before: backup.steps,
    container: {
      image: mirroredImage(images.rclone.reference, mirrors),
      command: ["/bin/sh", "-c", backup.script],
      env: {
        ...rcloneEnvironment,
        ...remoteEnvironment("backup", bucket),
        TARGET: `backup:${bucket.bucket}/${backupFolder(spec.kind, namespace.spec.name, spec.name)}`,
        STORE: spec.name,
        KIND: spec.kind,
        RETENTION_DAYS: String(job.backup.retentionDays),
        ...backup.env,
      },
      mounts: [tmp, { kind: "scratch", name: "dump", path: dumpFolder, size: backup.scratch }],
    },
    resources: backupResources,
    schedule: { cron: job.backup.schedule, timeZone: "Etc/UTC", concurrency: "Forbid" },
    retries: 2,
    deadlineSeconds: backup.deadlineSeconds,
    priorityClass: "medium-priority",
    runAs: nobody,
    architectures: images.rclone.architectures,
  };
  return storeJob(name, args, { spec: described, bucket, secrets: backup.secrets }, opts);
}

const tmp = { kind: "scratch", name: "tmp", path: "/tmp", size: "128Mi" } as const;

function backupOf(spec: DumpedSpec, { mirrors }: Pick<DataServiceArgs, "mirrors">): Backup {
  const dump = (
    script: string,
    image: string,
    env: Readonly<Record<string, EnvironmentValue>>,
    more: Pick<Backup, "secrets" | "scratch"> & { readonly mounts?: JobStep["mounts"] },
  ): Backup => ({
    steps: [
      {
        name: "dump",
        image: mirroredImage(image, mirrors),
        command: ["/bin/sh", "-c", script],
        env,
        mounts: [
          tmp,
          { kind: "scratch", name: "dump", path: dumpFolder, size: more.scratch },
          ...(more.mounts ?? []),
        ],
      },
    ],
    script: uploadDump,
    env: {},
    secrets: more.secrets,
    scratch: more.scratch,
    deadlineSeconds,
  });
  switch (spec.kind) {
    case "valkey":
      return dump(
        dumpValkey,
        serviceCharts.valkey.images.valkey.reference,
        {
          STORE_HOST: spec.name,
          STORE_PORT: String(dataPorts.valkey.valkey),
          // The client's own name for it.
          REDISCLI_AUTH: { secret: spec.name, key: "password" },
        },
        { secrets: [spec.name], scratch: "8Gi" },
      );
    case "neo4j":
      return dump(
        dumpNeo4j,
        // It has curl, which takes a password by standard input.
        serviceCharts.seaweedfs.images.seaweedfs.reference,
        {
          STORE_URL: `http://${spec.name}:${String(dataPorts.neo4j.http)}`,
          STORE_PASSWORD: { secret: spec.name, key: "password" },
        },
        { secrets: [spec.name], scratch: "20Gi" },
      );
    case "kafka":
      return kafkaBackup(spec, dump);
    case "object-store":
      return mirrorOf(spec);
  }
}

type Dump = (
  script: string,
  image: string,
  env: Readonly<Record<string, EnvironmentValue>>,
  more: Pick<Backup, "secrets" | "scratch"> & { readonly mounts?: JobStep["mounts"] },
) => Backup;

function kafkaBackup(spec: KafkaSpec, dump: Dump): Backup {
  const user = `${spec.name}-backup`;
  const { bootstrap, password, authority } = kafkaConnection(spec, user);
  return dump(
    dumpKafka,
    foundationCharts["strimzi-kafka-operator"].images.kafka.reference,
    {
      BOOTSTRAP: bootstrap,
      STORE_USER: user,
      STORE_PASSWORD: password,
      TOPICS: (spec.backup?.archive ?? []).join(" "),
      KAFKA_HEAP_OPTS: "-Xmx256m",
      LOG_DIR: "/tmp",
    },
    {
      secrets: [password.secret, authority.secret],
      scratch: spec.backup?.archive === undefined ? "256Mi" : "20Gi",
      mounts: [{ kind: "secret", secret: authority.secret, path: "/etc/kafka-authority" }],
    },
  );
}

function mirrorOf(spec: ObjectStoreSpec): Backup {
  const { endpoint, accessKey, secretKey } = objectStoreConnection(spec, mirrorUser);
  return {
    steps: [],
    script: mirrorBuckets,
    env: {
      // The store knows no regions, and wants one in signatures.
      ...remoteEnvironment("store", { region: "us-east-1", endpoint, keys: { accessKey, secretKey } }),
      BUCKETS: (spec.mirror?.buckets ?? []).join(" "),
    },
    secrets: [accessKey.secret],
    scratch: "128Mi",
    deadlineSeconds: mirrorDeadlineSeconds,
  };
}
