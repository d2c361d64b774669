/** PostgreSQL by CloudNativePG: databases with an owner each, standbys, TLS, and an archive where there is a store. */
import { Cluster } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster";
import { Database } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Database";
import { ScheduledBackup } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/ScheduledBackup";
import { images } from "../../config/catalog/images.ts";
import { mirroredImage } from "../../config/catalog/mirror.ts";
import {
  databaseSecret,
  dataPorts,
  objectName,
  operatorLabel,
  type BackupSpec,
  type PostgresqlSpec,
} from "../../platforms/model/index.ts";
import { customResource } from "../custom-resource.ts";
import { quantities } from "../quantities.ts";
import { spreadConstraints } from "../workload/spread.ts";
import { archiveOf, type Archive } from "./archive.ts";
import { Barman, barmanPlugin, recoveryOf } from "./barman.ts";
import { companions } from "./companions.ts";
import { DataService, type DataServiceOptions } from "./data-service.ts";
import type { DataServiceArgs, PodsOf } from "./definition.ts";
import { operator, peers, serviceOn } from "./pods.ts";

const { postgresql: port, metrics } = dataPorts.postgresql;
/** Where the instance manager answers the operator and its peers. */
const managerPort = 8000;

const labelsOf = ({ name }: PostgresqlSpec) => ({ [operatorLabel.postgresql]: name });

export const postgresqlPods: PodsOf<PostgresqlSpec> = (spec, { facts, services }) => {
  const archive = archiveOf(spec, services, facts);
  return [
    {
      name: spec.name,
      kind: "StatefulSet",
      labels: labelsOf(spec),
      containers: [
        { name: "postgres", resources: spec.size.resources },
        ...(archive === undefined
          ? []
          : [{ name: "plugin-barman-cloud", resources: companions.barmanSidecar }]),
      ],
      replicas: spec.size.replicas,
      storage: storageOf(spec),
      services: ["rw", "ro", "r"].map((way) => serviceOn(`${spec.name}-${way}`, { postgres: port })),
      ports: { postgresql: [port], metrics: [metrics] },
      peers: [peers(spec.name, port, managerPort), operator("cloudnative-pg", port, managerPort)],
      // The instance manager keeps its state in the Cluster object.
      egress: [{ kind: "api-server" }, ...(archive?.egress ?? [])],
      metrics: { port: metrics },
      copying:
        archive === undefined || spec.backup === undefined
          ? { how: "quiet", container: "postgres", before: ["psql", "--command", "CHECKPOINT"] }
          : // The archive restores to any minute; a copy of the files beside it would restore to one of them, at best.
            { how: "not", claims: labelsOf(spec) },
    },
  ];
};

/** Databases, their owners, backups, and the servers that hold them. */
export class Postgresql extends DataService<PostgresqlSpec> {
  constructor(name: string, args: DataServiceArgs<PostgresqlSpec>, opts?: DataServiceOptions) {
    const { spec, facts, services } = args;
    super(name, args, postgresqlPods(spec, { platform: args.owner.platform, services, facts }), opts);
    const archive = archiveOf(spec, services, facts);
    const barman =
      archive &&
      new Barman(
        `${name}-archive`,
        { archive, service: args, grants: this.grants, metadata: this.metadata() },
        { parent: this },
      );
    const cluster = this.cluster(archive, barman);
    const [, ...further] = spec.databases;
    for (const database of further) {
      customResource(
        `${name}-${database}`,
        new Database({
          metadata: this.metadata(objectName(spec.name, database)),
          spec: {
            cluster: { name: spec.name },
            name: database,
            owner: database,
            // What is forgotten here is still there.
            databaseReclaimPolicy: "retain",
          },
        }),
        this.after(cluster),
      );
    }
    if (archive !== undefined && spec.backup !== undefined) this.baseBackups(spec.backup, cluster);
    this.registerOutputs();
  }

  private cluster(archive: Archive | undefined, barman: Barman | undefined) {
    const { spec, facts, mirrors } = this.args;
    const [first, ...further] = spec.databases;
    if (first === undefined) {
      throw new Error(`PostgreSQL "${spec.name}" has no database; name at least one in \`databases\``);
    }
    const owner = { database: first, owner: first, secret: { name: databaseSecret(spec, first) } };
    // Where there is no archive, nothing runs that could begin with one.
    const recovered = archive === undefined ? undefined : recoveryOf(spec);
    return customResource(
      this.childName,
      new Cluster({
        metadata: { ...this.metadata(), annotations: this.awaiting("Ready") },
        spec: {
          description: spec.purpose,
          instances: spec.size.replicas,
          imageName: mirroredImage(images.postgresql.reference, mirrors),
          imagePullSecrets: this.pullSecrets().map((name) => ({ name })),
          postgresql: {
            parameters: { ...spec.parameters },
            // Clients speak TLS or not at all; the operator's own rule for passwords follows after this one.
            pg_hba: ["hostnossl all all all reject", ...readersAlone(spec)],
            ...(spec.size.replicas > 1
              ? // A commit waits for one standby while there is one, and goes on without when there is none.
                { synchronous: { method: "any", number: 1, dataDurability: "preferred" } }
              : {}),
          },
          ...(recovered === undefined
            ? { bootstrap: { initdb: { ...owner, dataChecksums: true, encoding: "UTF8" } } }
            : {
                bootstrap: { recovery: { ...recovered.recovery, ...owner } },
                externalClusters: recovered.externalClusters,
              }),
          ...managed(spec, further),
          enableSuperuserAccess: false,
          // The budget is ours: two on one pod block every eviction.
          enablePDB: false,
          storage: { size: storageOf(spec), storageClass: facts.storageClasses.readWriteOnce },
          resources: quantities(spec.size.resources),
          priorityClassName: spec.priorityClass,
          affinity: { enablePodAntiAffinity: true, podAntiAffinityType: "preferred" },
          topologySpreadConstraints: spreadConstraints(spec.spread ?? "required", labelsOf(spec)),
          // A drained primary hands over first; an instance waits for its own volume instead of copying all data anew.
          primaryUpdateStrategy: "unsupervised",
          primaryUpdateMethod: "switchover",
          nodeMaintenanceWindow: { inProgress: false, reusePVC: true },
          inheritedMetadata: { labels: { ...this.podLabels() } },
          ...(archive === undefined ? {} : { plugins: [barmanPlugin(spec)] }),
        },
      }),
      this.after(...(barman === undefined ? [] : [barman])),
    );
  }

  private baseBackups({ schedule }: BackupSpec, cluster: ReturnType<typeof customResource>): void {
    const { spec } = this.args;
    customResource(
      this.childName,
      new ScheduledBackup({
        metadata: this.metadata(),
        spec: {
          cluster: { name: spec.name },
          // The default is still the deprecated way.
          method: "plugin",
          pluginConfiguration: { name: barmanPlugin(spec).name },
          // Its cron begins with seconds.
          schedule: `0 ${schedule}`,
          // The first at once: until then the archive alone restores nothing.
          immediate: true,
          backupOwnerReference: "self",
          target: "prefer-standby",
        },
      }),
      this.after(cluster),
    );
  }
}

/** Owners of the further databases, and the readers. */
function managed(spec: PostgresqlSpec, further: readonly string[]) {
  const role = (name: string) => ({
    name,
    ensure: "present" as const,
    login: true,
    passwordSecret: { name: databaseSecret(spec, name) },
  });
  const roles = [
    ...further.map(role),
    // A role of the server's own: SELECT on everything, and nothing else.
    ...(spec.readers ?? []).map(({ name }) => ({ ...role(name), inRoles: ["pg_read_all_data"] })),
    // Locks tables against writers for the moment in which it takes snapshots: that is what `pg_maintain` lets it do.
    ...(spec.recorder === undefined
      ? []
      : [{ ...role(spec.recorder), inRoles: ["pg_read_all_data", "pg_maintain"] }]),
  ];
  return roles.length === 0 ? {} : { managed: { roles } };
}

/** A reader may read all of a server: only the database of its own lets it in. */
function readersAlone({ readers = [] }: PostgresqlSpec): string[] {
  return readers.flatMap(({ name, database }) => [
    `hostssl "${database}" "${name}" all scram-sha-256`,
    `hostssl all "${name}" all reject`,
  ]);
}

function storageOf({ name, size }: PostgresqlSpec): string {
  if (size.storage === undefined) {
    throw new Error(
      `PostgreSQL "${name}" has no \`size.storage\`: a database without a volume keeps nothing`,
    );
  }
  return size.storage;
}
