/**
 * The job that loads a store's dump or mirror back: a CronJob beside the store that never runs by itself, and is run by
 * `./quint restore`, which adds the point in time. What it runs is services/recovery, as a caller and user of the store.
 */
import type * as pulumi from "@pulumi/pulumi";
import {
  amountOf,
  backupFolder,
  dataPorts,
  dumpFiles,
  kafkaConnection,
  mirrorFolders,
  neo4jUser,
  objectStoreConnection,
  restoreJobOf,
  restoreUser,
  valkeyHost,
  type DumpedSpec,
  type EnvironmentValue,
  type Mount,
  type Resources,
} from "../../platforms/model/index.ts";
import type { Job } from "../workload/job.ts";
import { bucketOf, describedJob, storeJob, type StoreBucket, type StoreJobArgs } from "./store-job.ts";

/** User of the image. */
const runAs = { user: 1000, group: 1000 } as const;
/** As long as `./quint restore` waits. */
const deadlineSeconds = 8 * 3_600;
/** A CronJob has to have a schedule; this one is suspended. */
const never = { cron: "0 0 1 1 *", timeZone: "Etc/UTC", concurrency: "Forbid", suspended: true } as const;
const mebibyte = 1024 ** 2;
const scratch = "/scratch";

/** How a kind of store is loaded. */
interface Target {
  /** What the plan says of the store beside its name, kind and folder (services/recovery/load-plan.ts). */
  readonly plan: Readonly<Record<string, unknown>>;
  /** Credentials of the store. */
  readonly env: Readonly<Record<string, EnvironmentValue>>;
  readonly secrets: readonly string[];
  readonly mounts?: readonly Mount[];
  /** Room for the dump, packed and unpacked; left out: it is copied without. */
  readonly scratch?: string;
  readonly memory?: string;
}

/** Nothing where the store has no loader, or the cluster no bucket. */
export function storeRestore(
  name: string,
  args: StoreJobArgs,
  opts: pulumi.ComponentResourceOptions,
): Job | undefined {
  const { spec, namespace } = args.service;
  const job = restoreJobOf(spec);
  const bucket = job && bucketOf(job.spec, args.service);
  if (job === undefined || bucket === undefined) return undefined;
  const target = targetOf(job.spec, job.name);
  const { kind } = spec;
  const folder = backupFolder(kind, namespace.spec.name, spec.name);
  const plan = { version: 1, kind, name: spec.name, folder, bucket: placeOf(bucket), ...target.plan };
  return storeJob(
    name,
    args,
    {
      spec: {
        ...describedJob(job, bucket),
        container: {
          image: job.image,
          args: ["load", "--scratch", scratch],
          env: { PLAN: JSON.stringify(plan), ...keysOf(bucket), ...target.env },
          mounts: [
            { kind: "scratch", name: "tmp", path: "/tmp", size: "64Mi" },
            { kind: "scratch", name: "scratch", path: scratch, size: target.scratch ?? "64Mi" },
            ...(target.mounts ?? []),
          ],
        },
        resources: resourcesOf(target),
        schedule: never,
        // It says why it refuses; what was interrupted is run again by the command.
        retries: 0,
        deadlineSeconds,
        priorityClass: "high-priority",
        runAs,
        architectures: ["amd64", "arm64"],
      },
      bucket,
      secrets: target.secrets,
    },
    opts,
  );
}

const placeOf = ({ bucket, region, endpoint }: StoreBucket) => ({
  name: bucket,
  region,
  ...(endpoint === undefined ? {} : { endpoint }),
});

function keysOf({ keys }: StoreBucket): Record<string, EnvironmentValue> {
  return keys === undefined
    ? {}
    : { AWS_ACCESS_KEY_ID: keys.accessKey, AWS_SECRET_ACCESS_KEY: keys.secretKey };
}

/** Node.js with what it holds at a time; of a graph, where each node went. */
function resourcesOf({ memory = "1Gi" }: Target): Resources {
  return { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "1", memory } };
}

function targetOf(spec: DumpedSpec, user: string): Target {
  switch (spec.kind) {
    case "object-store": {
      const { endpoint, region, accessKey, secretKey } = objectStoreConnection(spec, restoreUser);
      return {
        plan: { ...mirrorFolders, endpoint, region, buckets: spec.mirror?.buckets ?? [] },
        env: { STORE_ACCESS_KEY: accessKey, STORE_SECRET_KEY: secretKey },
        secrets: [accessKey.secret],
      };
    }
    case "valkey":
      return {
        plan: { host: valkeyHost(spec), port: dataPorts.valkey.valkey, file: dumpFiles.valkey },
        env: { STORE_PASSWORD: { secret: spec.name, key: "password" } },
        secrets: [spec.name],
        scratch: "8Gi",
        // A server of its own loads the dump: as much as the store may hold, and Node.js.
        memory: `${Math.ceil(amountOf(spec.size.resources.limits.memory) / mebibyte) + 256}Mi`,
      };
    case "neo4j":
      return {
        plan: { url: `http://${spec.name}:${dataPorts.neo4j.http}`, user: neo4jUser, file: dumpFiles.neo4j },
        env: { STORE_PASSWORD: { secret: spec.name, key: "password" } },
        secrets: [spec.name],
        scratch: "20Gi",
      };
    case "kafka": {
      const { bootstrap, password, authority } = kafkaConnection(spec, user);
      const folder = "/etc/kafka-authority";
      return {
        plan: {
          bootstrap,
          user,
          authorityFile: `${folder}/${authority.key}`,
          file: dumpFiles.kafka,
          topics: spec.backup?.archive ?? [],
        },
        env: { STORE_PASSWORD: password },
        secrets: [password.secret, authority.secret],
        mounts: [{ kind: "secret", secret: authority.secret, path: folder }],
        scratch: "20Gi",
      };
    }
  }
}
