/** Databases that begin with a point in time, as the stack's settings say, and backups that would keep no promise. */
import { Cron } from "croner";
import { SettingsError, type Problem, type Settings } from "../config/index.ts";
import { suggestion } from "../config/nearest.ts";
import { keyOf } from "../config/values.ts";
import type { BackupSpec, DataServiceSpec, Platform, PostgresqlSpec, RecoverySpec } from "./model/index.ts";

type Points = Readonly<Record<string, { readonly at: string; readonly from?: string | undefined }>>;

/** Points in time that the settings name for a platform's servers. */
function pointsOf({ name }: Pick<Platform, "name">, { platforms }: Pick<Settings, "platforms">): Points {
  const own = platforms[name as keyof typeof platforms];
  return own !== undefined && "recoverFrom" in own ? own.recoverFrom : {};
}

/** The platform with those of its databases that begin with a point in time. */
export function withRecovery(platform: Platform, settings: Pick<Settings, "platforms">): Platform {
  const points = pointsOf(platform, settings);
  if (Object.keys(points).length === 0) return platform;
  const recovered = (service: DataServiceSpec): DataServiceSpec => {
    const point = service.kind === "postgresql" ? points[service.name] : undefined;
    if (point === undefined || service.kind !== "postgresql") return service;
    const { at, from } = point;
    const recoverFrom: RecoverySpec = { at, ...(from === undefined ? {} : { from }) };
    return { ...service, recoverFrom };
  };
  return {
    ...platform,
    applications: platform.applications.map((application) =>
      application.data === undefined
        ? application
        : { ...application, data: application.data.map(recovered) },
    ),
  };
}

/**
 * Refuses what could not be restored.
 *
 * @throws SettingsError for a point in time of a server that is not there or has no archive.
 * @throws Error for a page that declares what cannot be: a mistake of its author, not of the stack's.
 */
export function refuseWrongBackups(platforms: readonly Platform[], settings: Settings): void {
  for (const platform of platforms) refuseWrongPage(platform);
  const problems = platforms.flatMap((platform) => wrongPoints(platform, settings));
  if (problems.length > 0) throw new SettingsError(problems, `the databases of ${settings.stack}`);
}

function wrongPoints(platform: Platform, settings: Settings): Problem[] {
  const servers = platform.applications.flatMap(({ data = [] }) =>
    data.filter((service): service is PostgresqlSpec => service.kind === "postgresql"),
  );
  return Object.entries(pointsOf(platform, settings)).flatMap(([name, { at }]): Problem[] => {
    const key = keyOf(["platforms", platform.name, "recoverFrom", name]);
    const server = servers.find((one) => one.name === name);
    if (server === undefined) {
      const names = [...new Set(servers.map((one) => one.name))];
      return [
        {
          key,
          value: name,
          reason: `is not a PostgreSQL server of platform ${platform.name}`,
          remedy: suggestion(name, names),
        },
      ];
    }
    if (isArchived(server, settings)) return [];
    return [
      {
        key,
        value: at,
        reason: `asks for a point in time, and ${name} has no archive: a cluster of type \`${settings.cluster.type}\` brings no object store`,
        remedy: "leave it out, or use a cluster with an object store (`oke`, `eks`)",
      },
    ];
  });
}

/** Clusters whose maker brings a bucket, or where no server runs whose archive could be missed. */
export const bringsBucket: ReadonlySet<string> = new Set(["oke", "eks", "simulated", "embedded"]);

/** Elsewhere a server archives to the store that its page names. */
function isArchived({ archive, backup }: PostgresqlSpec, { cluster }: Pick<Settings, "cluster">): boolean {
  return backup !== undefined && (archive !== undefined || bringsBucket.has(cluster.type));
}

/** @throws Error that names platform, what is wrong, and what to write. */
function refuseWrongPage(platform: Platform): void {
  const { applications, backups, namespaces } = platform;
  const refuse = (what: string, remedy: string): never => {
    throw new Error(`platform "${platform.name}": ${what}; ${remedy}`);
  };
  const outlives = (what: string, { schedule, retentionDays }: BackupSpec): void => {
    const hours = longestPause(schedule);
    if (hours === undefined) refuse(`${what} has the schedule "${schedule}"`, "write a five-field cron, UTC");
    else if (retentionDays * 24 <= hours)
      refuse(
        `${what} keeps its copies for ${retentionDays} days and makes one every ${hours} hours at the least`,
        "raise `retentionDays`, or make them more often: between two there would be none",
      );
  };
  const declared = new Set(namespaces.map(({ name }) => name));
  for (const schedule of backups?.schedules ?? []) {
    outlives(`the backup "${schedule.name}"`, schedule);
    const foreign = schedule.namespaces.find((namespace) => !declared.has(namespace));
    if (foreign !== undefined)
      refuse(
        `the backup "${schedule.name}" copies "${foreign}"`,
        `name its own: ${[...declared].join(", ")}`,
      );
  }
  const verification = backups?.verification;
  if (verification !== undefined && longestPause(verification) === undefined)
    refuse(`its verification has the schedule "${verification}"`, "write a five-field cron, UTC");
  for (const { workload, namespace } of backups?.quiesce ?? []) {
    const runs = applications.some(
      (application) =>
        application.namespace === namespace && application.workloads.some(({ name }) => name === workload),
    );
    if (!runs) refuse(`its backups quiet "${namespace}/${workload}"`, "name one of its workloads");
  }
  for (const service of applications.flatMap(({ data = [] }) => data)) {
    const backup =
      service.kind === "object-store" ? service.mirror : "backup" in service ? service.backup : undefined;
    if (backup !== undefined) outlives(`${service.kind} "${service.name}"`, backup);
    if (service.kind === "object-store") {
      const missing = service.mirror?.buckets.find(
        (name) => !service.buckets.some((one) => one.name === name),
      );
      if (missing !== undefined) refuse(`"${service.name}" mirrors the bucket "${missing}"`, "declare it");
    }
    if (service.kind === "kafka") {
      const missing = service.backup?.archive?.find(
        (name) => !service.topics.some((one) => one.name === name),
      );
      if (missing !== undefined) refuse(`"${service.name}" archives the topic "${missing}"`, "declare it");
    }
  }
}

/** Runs of a schedule that are looked at: a year of a monthly one, two days of an hourly one. */
const runs = 50;

const pauses = new Map<string, number | undefined>();

/** Hours between two runs, at the most; nothing where the text is no five-field cron. */
export function longestPause(schedule: string): number | undefined {
  // A stack asks for the same few schedules again and again.
  if (!pauses.has(schedule)) pauses.set(schedule, pauseOf(schedule));
  return pauses.get(schedule);
}

function pauseOf(schedule: string): number | undefined {
  if (schedule.trim().split(/\s+/).length !== 5) return undefined;
  try {
    const times = new Cron(schedule, { timezone: "Etc/UTC" }).nextRuns(
      runs,
      new Date("2026-01-01T00:00:00Z"),
    );
    const between = times.slice(1).map((time, index) => time.getTime() - (times[index]?.getTime() ?? 0));
    return between.length === 0 ? undefined : Math.max(...between) / 3_600_000;
  } catch {
    return undefined;
  }
}
