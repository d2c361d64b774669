/** Who backs a store up, or loads it back, is a caller like any other, and has a user of its own where the store has users. */
import type { Settings } from "../config/index.ts";
import {
  backupJobOf,
  mirrorUser,
  restoreJobOf,
  restoreUser,
  storeJobsOf,
  type DataServiceSpec,
  type KafkaSpec,
  type KafkaUser,
  type ObjectStoreSpec,
  type Platform,
} from "./model/index.ts";
import { bringsBucket } from "./recovery.ts";

/**
 * The platform with the jobs of backups as callers and users of their stores. Dumps and mirrors are loaded back by the
 * image of the restore drill, where the stack has one and the cluster a bucket.
 */
export function withBackupUsers(
  platform: Platform,
  {
    images,
    cluster,
  }: {
    readonly images: Pick<Settings["images"], "recovery">;
    readonly cluster: Pick<Settings["cluster"], "type">;
  },
): Platform {
  const image = bringsBucket.has(cluster.type) ? images.recovery : undefined;
  return {
    ...platform,
    applications: platform.applications.map((application) =>
      application.data === undefined
        ? application
        : { ...application, data: application.data.map((service) => open(withLoader(service, image))) },
    ),
  };
}

function withLoader(service: DataServiceSpec, image: string | undefined): DataServiceSpec {
  if (image === undefined) return service;
  const loader = { image };
  switch (service.kind) {
    case "valkey":
      return service.backup ? { ...service, backup: { ...service.backup, loader } } : service;
    case "neo4j":
      return service.backup ? { ...service, backup: { ...service.backup, loader } } : service;
    case "kafka":
      return service.backup ? { ...service, backup: { ...service.backup, loader } } : service;
    case "object-store":
      return service.mirror ? { ...service, mirror: { ...service.mirror, loader } } : service;
    default:
      return service;
  }
}

function open(service: DataServiceSpec): DataServiceSpec {
  const callers = [
    ...service.callers,
    ...storeJobsOf(service).map(({ name, port }) => ({ kind: "workload", workload: name, port }) as const),
  ];
  switch (service.kind) {
    case "kafka":
      return { ...service, callers, users: [...service.users, ...kafkaUsers(service)] };
    case "object-store":
      return { ...service, callers, users: [...service.users, ...bucketUsers(service)] };
    default:
      return { ...service, callers };
  }
}

/** Who dumps sees what there is; who loads writes archived topics, and says how far their groups have read. */
function kafkaUsers(service: KafkaSpec): readonly KafkaUser[] {
  const archived = service.backup?.archive ?? [];
  const backup = backupJobOf(service);
  const restore = restoreJobOf(service);
  const readers = service.users.flatMap(({ consumes }) => consumes);
  return [
    ...(backup === undefined
      ? []
      : [
          {
            name: backup.name,
            produces: [],
            consumes: archived.map((topic) => ({ topic, group: backup.name })),
            observes: true,
          },
        ]),
    ...(restore === undefined
      ? []
      : [
          {
            name: restore.name,
            produces: archived,
            consumes: [
              // In a group of its own it writes down where it began: an interrupted run goes on from there.
              ...archived.map((topic) => ({ topic, group: restore.name })),
              ...readers.filter(({ topic }) => archived.includes(topic)),
            ],
          },
        ]),
  ];
}

function bucketUsers(service: ObjectStoreSpec): ObjectStoreSpec["users"] {
  const access = <Level>(level: Level) =>
    Object.fromEntries((service.mirror?.buckets ?? []).map((bucket) => [bucket, level]));
  return [
    ...(backupJobOf(service) === undefined ? [] : [{ name: mirrorUser, access: access("read" as const) }]),
    ...(restoreJobOf(service) === undefined ? [] : [{ name: restoreUser, access: access("write" as const) }]),
  ];
}
