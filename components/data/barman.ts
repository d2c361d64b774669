/** The archive of a PostgreSQL cluster: where Barman's plugin writes, as whom, and for how long it keeps what it wrote. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { archiveServer, type PostgresqlSpec } from "../../platforms/model/index.ts";
import type { Archive } from "./archive.ts";
import { archiveSecret } from "./archive-credentials.ts";
import { companions } from "./companions.ts";
import type { DataServiceArgs } from "./definition.ts";

export interface BarmanArgs {
  readonly archive: Archive;
  readonly service: DataServiceArgs<PostgresqlSpec>;
  /** Rights in the store, where they are made. */
  readonly grants: readonly pulumi.Resource[];
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Record<string, string>;
  };
}

const plugin = "barman-cloud.cloudnative-pg.io";

/** What a Cluster says of the plugin. */
export function barmanPlugin(spec: PostgresqlSpec) {
  const serverName = archiveServer(spec);
  return {
    name: plugin,
    isWALArchiver: true,
    parameters: { barmanObjectName: spec.name, ...(serverName === spec.name ? {} : { serverName }) },
  };
}

/** What a Cluster says of where it begins: at a point in time, out of an archive that it does not write to. */
export function recoveryOf({ name, recoverFrom }: PostgresqlSpec) {
  if (recoverFrom === undefined) return undefined;
  const source = "archive";
  return {
    recovery: {
      source,
      // PostgreSQL refuses to start where the log ends before its target.
      ...(recoverFrom.latest === true ? {} : { recoveryTarget: { targetTime: recoverFrom.at } }),
    },
    externalClusters: [
      {
        name: source,
        plugin: {
          name: plugin,
          parameters: { barmanObjectName: name, serverName: recoverFrom.from ?? name },
        },
      },
    ],
  };
}

/** An ObjectStore of the plugin. */
export class Barman extends pulumi.ComponentResource {
  constructor(name: string, args: BarmanArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:data:Barman", name, {}, opts);
    const { archive, service, metadata } = args;
    const { spec } = service;
    const at =
      archive.in === "cluster-store"
        ? archive.store
        : {
            bucket: archive.bucket,
            endpoint: archive.connection.endpoint,
            region: archive.connection.region,
          };
    // No model of this kind is published: the API server of the tests checks it.
    new k8s.apiextensions.CustomResource(
      name,
      {
        apiVersion: "barmancloud.cnpg.io/v1",
        kind: "ObjectStore",
        metadata,
        spec: {
          configuration: {
            // By namespace: a platform may have a database of one name in several, and each archive wants a folder of its own.
            destinationPath: `s3://${at.bucket}/postgresql/${metadata.namespace}`,
            ...(at.endpoint === undefined ? {} : { endpointURL: at.endpoint }),
            s3Credentials: credentialsOf(archive, spec),
            wal: { compression: "gzip" },
            data: { compression: "gzip" },
          },
          ...(spec.backup === undefined ? {} : { retentionPolicy: `${spec.backup.retentionDays}d` }),
          instanceSidecarConfiguration: {
            resources: companions.barmanSidecar,
            env: [
              { name: "AWS_DEFAULT_REGION", value: at.region },
              // Stores that are not AWS know nothing of the checksums that newer clients send by default.
              ...(at.endpoint === undefined
                ? []
                : ["AWS_REQUEST_CHECKSUM_CALCULATION", "AWS_RESPONSE_CHECKSUM_VALIDATION"].map(
                    (variable) => ({
                      name: variable,
                      value: "when_required",
                    }),
                  )),
            ],
          },
        },
      },
      { parent: this, dependsOn: [service.namespace, ...args.grants] },
    );
    this.registerOutputs();
  }
}

/** How the database proves itself to the store: as its ServiceAccount, or by a key pair in a Secret. */
function credentialsOf(archive: Archive, { name }: PostgresqlSpec) {
  if (archive.in === "application-store") {
    return keysOf(archive.connection.accessKey, archive.connection.secretKey);
  }
  if (archive.store.credentials.how === "workload-identity") return { inheritFromIAMRole: true };
  const secret = archiveSecret(name);
  return keysOf({ secret, key: "access-key" }, { secret, key: "secret-key" });
}

function keysOf(access: { secret: string; key: string }, secret: { secret: string; key: string }) {
  return {
    accessKeyId: { name: access.secret, key: access.key },
    secretAccessKey: { name: secret.secret, key: secret.key },
  };
}
