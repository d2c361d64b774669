/** The jobs of an object store: one makes its buckets, one lets old objects expire. */
import * as pulumi from "@pulumi/pulumi";
import { serviceCharts } from "../../config/catalog/charts/services.ts";
import { mirroredImage } from "../../config/catalog/mirror.ts";
import {
  objectStoreEndpoint,
  storeAdministrator,
  type Bucket,
  type JobSpec,
  type ObjectStoreSpec,
} from "../../platforms/model/index.ts";
import { selectorLabels } from "../labels.ts";
import { Job } from "../workload/job.ts";
import type { Callee, Edges } from "../workload/network.ts";
import { companions } from "./companions.ts";
import type { DataServiceArgs } from "./definition.ts";
import type { DataPeer } from "./pods.ts";

const setUpName = ({ name }: ObjectStoreSpec) => `${name}-buckets`;
const lifecycleName = ({ name }: ObjectStoreSpec) => `${name}-lifecycle`;
const expires = ({ buckets }: ObjectStoreSpec) => buckets.some(({ expireDays }) => expireDays !== undefined);

/** The jobs' pods, as callers of the store. */
export function bucketPeers(
  spec: ObjectStoreSpec,
  platform: string,
  ports: readonly number[],
): readonly DataPeer[] {
  return [setUpName(spec), ...(expires(spec) ? [lifecycleName(spec)] : [])].map((job) => ({
    from: { labels: selectorLabels(platform, job) },
    ports,
  }));
}

export interface BucketsArgs {
  readonly service: DataServiceArgs<ObjectStoreSpec>;
  /** What answers the jobs. */
  readonly called: readonly Callee[];
  /** `host:port` of masters, filers and the S3 door's gRPC. */
  readonly addresses: { readonly master: string; readonly filer: string; readonly s3: string };
}

export class Buckets extends pulumi.ComponentResource {
  constructor(name: string, args: BucketsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:data:Buckets", name, {}, opts);
    const { spec } = args.service;
    this.job(`${name}-set-up`, setUp(args), args);
    if (expires(spec)) this.job(`${name}-lifecycle`, lifecycle(args), args);
    this.registerOutputs();
  }

  private job(name: string, spec: JobSpec, { service, called }: BucketsArgs): void {
    const { owner, namespace, facts } = service;
    const edges: Edges = {
      pods: new Map(),
      callees: new Map([[`${namespace.spec.name}/${spec.name}`, called]]),
    };
    const rotated = { rotation: service.spec.rotation };
    new Job(
      name,
      {
        owner,
        namespace,
        facts,
        edges,
        spec,
        claims: new Map(),
        configs: new Map(),
        secrets: new Map([[administrator(service.spec), rotated]]),
      },
      { parent: this },
    );
  }
}

function administrator({ name }: ObjectStoreSpec): string {
  return `${name}-${storeAdministrator}`;
}

/** What both jobs have in common: the store's own image, which has curl and the store's shell. */
function job({ service }: BucketsArgs, name: string, script: string) {
  const { spec, mirrors } = service;
  const image = serviceCharts.seaweedfs.images.seaweedfs;
  return {
    name,
    component: "object-store",
    container: {
      image: mirroredImage(image.reference, mirrors),
      command: ["/bin/sh", "-euc", script],
      mounts: [{ kind: "scratch", name: "tmp", path: "/tmp", size: "64Mi" }],
    },
    identity: { name },
    priorityClass: spec.priorityClass,
    runAs: { user: 1000, group: 1000 },
    architectures: image.architectures,
  } as const satisfies Partial<JobSpec>;
}

function setUp(args: BucketsArgs): JobSpec {
  const { spec } = args.service;
  const secret = administrator(spec);
  const described = job(args, setUpName(spec), setUpScript(spec));
  return {
    ...described,
    container: {
      ...described.container,
      env: { ACCESS_KEY: { secret, key: "access-key" }, SECRET_KEY: { secret, key: "secret-key" } },
    },
    resources: companions.bucketSetUp,
    awaited: true,
    retries: 5,
    deadlineSeconds: 600,
  };
}

/** The keys go in by standard input: arguments can be read by every process of the node. */
function setUpScript(spec: ObjectStoreSpec): string {
  const at = (bucket: string, query = "") => `"${objectStoreEndpoint(spec)}/${bucket}${query}"`;
  const put = (bucket: string, query: string, body: string) =>
    `s3 --request PUT --data '${body}' ${at(bucket, query)}`;
  return [
    "s3() {",
    `  printf 'user = "%s:%s"\\n' "$ACCESS_KEY" "$SECRET_KEY" | curl --config - --silent --show-error --fail-with-body \\`,
    '    --retry 20 --retry-delay 3 --retry-connrefused --aws-sigv4 aws:amz:us-east-1:s3 "$@"',
    "}",
    ...spec.buckets.flatMap((bucket) => [
      `s3 --head --output /dev/null ${at(bucket.name)} 2>/dev/null || s3 --request PUT ${at(bucket.name)}`,
      ...(bucket.versioned ? [put(bucket.name, "?versioning=", versioning)] : []),
      bucket.expireDays === undefined
        ? `s3 --request DELETE ${at(bucket.name, "?lifecycle=")}`
        : put(bucket.name, "?lifecycle=", lifecycleRule(bucket, bucket.expireDays)),
    ]),
  ].join("\n");
}

const versioning = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";

/** Old versions where the bucket keeps versions, else the objects themselves. */
function lifecycleRule({ versioned }: Bucket, days: number): string {
  const expiration = versioned
    ? `<NoncurrentVersionExpiration><NoncurrentDays>${days}</NoncurrentDays></NoncurrentVersionExpiration>`
    : `<Expiration><Days>${days}</Days></Expiration>`;
  return (
    "<LifecycleConfiguration><Rule><ID>expire</ID><Status>Enabled</Status><Filter><Prefix></Prefix></Filter>" +
    `${expiration}</Rule></LifecycleConfiguration>`
  );
}

/** A store without its admin server carries out no rule by itself: once a day its shell does. */
function lifecycle(args: BucketsArgs): JobSpec {
  const { spec } = args.service;
  const { master, filer, s3 } = args.addresses;
  return {
    ...job(
      args,
      lifecycleName(spec),
      // Sixteen shards are all there are.
      `echo 's3.lifecycle.run-shard -shards 0-15 -events 0 -s3 ${s3}' | weed shell -master=${master} -filer=${filer}`,
    ),
    resources: companions.bucketLifecycle,
    schedule: { cron: "23 3 * * *", timeZone: "Etc/UTC", concurrency: "Forbid" },
    retries: 1,
    deadlineSeconds: 7200,
  };
}
