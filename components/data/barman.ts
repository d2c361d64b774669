/** The archive of a PostgreSQL cluster: where Barman's plugin writes, as whom, and for how long it keeps what it wrote. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { PostgresqlSpec } from "../../platforms/model/index.ts";
import type { ObjectStore } from "../cluster/cloud/facts.ts";
import type { Archive } from "./archive.ts";
import { companions } from "./companions.ts";
import type { DataServiceArgs } from "./definition.ts";

export interface BarmanArgs {
  readonly archive: Archive;
  readonly service: DataServiceArgs<PostgresqlSpec>;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Record<string, string>;
  };
}

/** What a Cluster says of the plugin. */
export function barmanPlugin({ name }: PostgresqlSpec) {
  return {
    name: "barman-cloud.cloudnative-pg.io",
    isWALArchiver: true,
    parameters: { barmanObjectName: name },
  };
}

/** An ObjectStore of the plugin, with the credentials that it needs. */
export class Barman extends pulumi.ComponentResource {
  constructor(name: string, args: BarmanArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:data:Barman", name, {}, opts);
    const { archive, service, metadata } = args;
    const { spec, owner } = service;
    const grants =
      archive.in === "cluster-store"
        ? this.credentials(name, archive.store, args)
        : { s3: keysOf(archive.connection.accessKey, archive.connection.secretKey), after: [] };
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
            destinationPath: `s3://${at.bucket}/postgresql/${owner.platform}`,
            ...(at.endpoint === undefined ? {} : { endpointURL: at.endpoint }),
            s3Credentials: grants.s3,
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
      { parent: this, dependsOn: [service.namespace, ...grants.after] },
    );
    this.registerOutputs();
  }

  /** Rights in the cluster's store: those of the pods' ServiceAccount, or a key pair in a Secret. */
  private credentials(name: string, { credentials }: ObjectStore, { service, metadata }: BarmanArgs) {
    const { facts, namespace, spec } = service;
    if (credentials.how === "workload-identity") {
      const grant = facts.workloadIdentity.grantObjectStore?.(
        name,
        // The operator names the account after the cluster.
        { namespace: namespace.spec.name, name: spec.name },
        { parent: this },
      );
      return { s3: { inheritFromIAMRole: true }, after: grant === undefined ? [] : [grant] };
    }
    const secret = `${spec.name}-archive`;
    const keys = new k8s.core.v1.Secret(
      name,
      {
        metadata: {
          ...metadata,
          name: secret,
          annotations: { "quint.dev/purpose": `archive of ${spec.name} in the cluster's object store` },
        },
        type: "Opaque",
        data: {
          "access-key": credentials.accessKeyId.apply(base64),
          "secret-key": credentials.secretAccessKey.apply(base64),
        },
      },
      { parent: this },
    );
    return {
      s3: keysOf({ secret, key: "access-key" }, { secret, key: "secret-key" }),
      after: [keys],
    };
  }
}

function keysOf(access: { secret: string; key: string }, secret: { secret: string; key: string }) {
  return {
    accessKeyId: { name: access.secret, key: access.key },
    secretAccessKey: { name: secret.secret, key: secret.key },
  };
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
