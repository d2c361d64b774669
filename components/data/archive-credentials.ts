/** Rights of a database, or of the jobs that back a store up and load it back, in the bucket that comes with the cluster. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import {
  restoreJobOf,
  storeJobsOf,
  type DumpedSpec,
  type PostgresqlSpec,
} from "../../platforms/model/index.ts";
import { ownerLabels } from "../labels.ts";
import { derivedKeysAnnotation } from "../secrets/generated-secret.ts";
import { archiveOf } from "./archive.ts";
import type { DataServiceArgs } from "./definition.ts";

/** Name of the Secret with the key pair of a store. */
export function archiveSecret(service: string): string {
  return `${service}-archive`;
}

/** Those of the pods' ServiceAccount, or a key pair in a Secret; nothing where the store is the application's. */
export function archiveCredentials(
  name: string,
  { facts, namespace, owner, services, spec }: DataServiceArgs<PostgresqlSpec | DumpedSpec>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const jobs = storeJobsOf(spec);
  if (jobs.length === 0 && spec.kind !== "postgresql") return [];
  const archive = archiveOf(spec, services, facts);
  if (archive?.in !== "cluster-store") return [];
  const { credentials } = archive.store;
  if (credentials.how === "workload-identity") {
    // The operator names a database's account after the cluster.
    const accounts = spec.kind === "postgresql" ? [spec.name] : jobs.map((job) => job.name);
    const reader = restoreJobOf(spec)?.name;
    return accounts.flatMap((account, index) => {
      const of = { namespace: namespace.spec.name, name: account };
      const child = index === 0 ? `${name}-archive` : `${name}-${account}-archive`;
      const rights = account === reader ? { writes: [] } : "all";
      return facts.workloadIdentity.grantObjectStore?.(child, of, rights, opts) ?? [];
    });
  }
  return [
    new k8s.core.v1.Secret(
      `${name}-archive`,
      {
        metadata: {
          name: archiveSecret(spec.name),
          namespace: namespace.namespaceName,
          labels: { ...ownerLabels(owner) },
          annotations: {
            "quint.dev/purpose": `archive of ${spec.name} in the cluster's object store`,
            [derivedKeysAnnotation]: "access-key secret-key",
          },
        },
        type: "Opaque",
        data: {
          "access-key": credentials.accessKeyId.apply(base64),
          "secret-key": credentials.secretAccessKey.apply(base64),
        },
      },
      opts,
    ),
  ];
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
