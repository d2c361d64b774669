/** Where a store's backups go: the bucket that comes with the cluster, else, of a database, one of the application's store. */
import {
  dataPorts,
  objectStoreConnection,
  serviceOf,
  type DataServiceSpec,
  type DumpedSpec,
  type Egress,
  type PostgresqlSpec,
} from "../../platforms/model/index.ts";
import type { ObjectStore } from "../cluster/cloud/facts.ts";
import type { ClusterFacts } from "../cluster/contract.ts";

export type Archive = { readonly egress: readonly Egress[] } & (
  | { readonly in: "cluster-store"; readonly store: ObjectStore }
  | {
      readonly in: "application-store";
      readonly bucket: string;
      readonly connection: ReturnType<typeof objectStoreConnection>;
    }
);

/** Where pods of EKS get the rights of their ServiceAccount. */
const podIdentityAgent: Egress = { kind: "cidr", cidr: "169.254.170.23/32", ports: [80] };

/** The way to a bucket of a cloud, and to whoever gives out the rights in it. */
export function egressToBucket(
  { workloadIdentity }: Pick<ClusterFacts, "workloadIdentity">,
  byIdentity: boolean,
): readonly Egress[] {
  return [
    { kind: "cidr", cidr: "0.0.0.0/0", ports: [443, ...workloadIdentity.tokenPorts] },
    ...(byIdentity && workloadIdentity.kind === "eks-pod-identity" ? [podIdentityAgent] : []),
  ];
}

/**
 * The archive of a database or another store, or nothing where there is no bucket or its data may be lost.
 *
 * @throws where the store that it names is not there, or does not let it in.
 */
export function archiveOf(
  spec: PostgresqlSpec | DumpedSpec,
  services: readonly DataServiceSpec[],
  facts: Pick<ClusterFacts, "objectStore" | "workloadIdentity">,
): Archive | undefined {
  if (spec.kind === "postgresql" && spec.throwAway === true) return undefined;
  const { objectStore, workloadIdentity } = facts;
  if (objectStore !== undefined) {
    return {
      in: "cluster-store",
      store: objectStore,
      egress: egressToBucket({ workloadIdentity }, objectStore.credentials.how === "workload-identity"),
    };
  }
  if (spec.kind !== "postgresql" || spec.archive === undefined) return undefined;
  const { store: storeName, bucket, user } = spec.archive;
  const store = serviceOf(services, "object-store", storeName, spec.name);
  const writes = store.users.find(({ name }) => name === user)?.access[bucket] === "write";
  if (!writes) {
    throw new Error(
      `PostgreSQL "${spec.name}" archives to the bucket "${bucket}" of "${storeName}" as "${user}", who may not write ` +
        `there; give \`users\` of "${storeName}" the access { "${bucket}": "write" }`,
    );
  }
  const called = store.callers.some((caller) => caller.kind === "workload" && caller.workload === spec.name);
  if (!called) {
    throw new Error(
      `PostgreSQL "${spec.name}" archives to "${storeName}", which does not name it as a caller; add ` +
        `{ kind: "workload", workload: "${spec.name}", port: "s3" } to its \`callers\` (port ${dataPorts["object-store"].s3})`,
    );
  }
  return { in: "application-store", bucket, connection: objectStoreConnection(store, user), egress: [] };
}
