/** What the jobs beside a store have in common: the bucket for backups, the way to it, and what they are made of. */
import type * as pulumi from "@pulumi/pulumi";
import type { DumpedSpec, Egress, JobSpec, StoreJob } from "../../platforms/model/index.ts";
import { archiveOf } from "../data/archive.ts";
import { archiveSecret } from "../data/archive-credentials.ts";
import type { DataServiceArgs } from "../data/definition.ts";
import { Job } from "../workload/job.ts";
import type { Remote } from "./remote.ts";

export interface StoreJobArgs {
  readonly service: DataServiceArgs;
  /** Rights in the bucket, where they are made. */
  readonly grants: readonly pulumi.Resource[];
}

/** The bucket for backups as a store's job reaches it. */
export interface StoreBucket extends Remote {
  readonly bucket: string;
  readonly egress: readonly Egress[];
}

/** Nothing where the cluster has no bucket. */
export function bucketOf(
  spec: DumpedSpec,
  { services, facts }: Pick<DataServiceArgs, "services" | "facts">,
): StoreBucket | undefined {
  const archive = archiveOf(spec, services, facts);
  if (archive?.in !== "cluster-store") return undefined;
  const { bucket, region, endpoint, credentials } = archive.store;
  const secret = archiveSecret(spec.name);
  const keys = { accessKey: { secret, key: "access-key" }, secretKey: { secret, key: "secret-key" } };
  const byKey = credentials.how === "access-key";
  return { bucket, region, endpoint, egress: archive.egress, ...(byKey ? { keys } : {}) };
}

/** What its kind, its owner and its store settle. */
export function describedJob({ name }: StoreJob, { egress }: StoreBucket) {
  return {
    name,
    component: "backup",
    identity: { name },
    egress,
  } as const satisfies Partial<JobSpec>;
}

/** @param secrets of the store, that the job reads beside the bucket's. */
export function storeJob(
  name: string,
  { service, grants }: StoreJobArgs,
  {
    spec,
    bucket,
    secrets,
  }: { readonly spec: JobSpec; readonly bucket: StoreBucket; readonly secrets: readonly string[] },
  opts: pulumi.ComponentResourceOptions,
): Job {
  const { owner, namespace, facts, edges } = service;
  const { rotation } = service.spec;
  const read = new Map([
    ...secrets.map((secret) => [secret, { rotation }] as const),
    ...(bucket.keys === undefined ? [] : [[bucket.keys.accessKey.secret, { rotation: 1 }] as const]),
  ]);
  return new Job(
    name,
    { owner, namespace, facts, edges, spec, claims: new Map(), configs: new Map(), secrets: read },
    { ...opts, dependsOn: [...grants] },
  );
}
