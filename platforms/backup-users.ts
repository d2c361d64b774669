/** Whoever backs a store up is a caller like any other, and has a user of its own where the store has users. */
import { backupJobOf, mirrorUser, type DataServiceSpec, type Platform } from "./model/index.ts";

/** The platform with its backup jobs as callers and users of their stores. */
export function withBackupUsers(platform: Platform): Platform {
  return {
    ...platform,
    applications: platform.applications.map((application) =>
      application.data === undefined ? application : { ...application, data: application.data.map(open) },
    ),
  };
}

function open(service: DataServiceSpec): DataServiceSpec {
  const job = backupJobOf(service);
  if (job === undefined) return service;
  const callers = [...service.callers, { kind: "workload", workload: job.name, port: job.port } as const];
  switch (service.kind) {
    case "kafka": {
      const consumes = (service.backup?.archive ?? []).map((topic) => ({ topic, group: job.name }));
      const user = { name: job.name, produces: [], consumes, observes: true };
      return { ...service, callers, users: [...service.users, user] };
    }
    case "object-store": {
      const access = Object.fromEntries(
        (service.mirror?.buckets ?? []).map((bucket) => [bucket, "read" as const]),
      );
      return { ...service, callers, users: [...service.users, { name: mirrorUser, access }] };
    }
    default:
      return { ...service, callers };
  }
}
