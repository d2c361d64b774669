/** Who a platform's pods are in the mesh. */
import { servicesIn, storeJobsOf, type Platform } from "../../platforms/model/index.ts";
import type { ClusterFacts } from "../cluster/contract.ts";
import { podsOfData, podsOutsideMesh } from "../data/index.ts";
import type { MeshAccounts } from "../workload/authorization.ts";
import type { Account } from "../workload/network.ts";

/** The identities of workloads, jobs and data services; none for those without sidecars. */
export function meshAccountsOf(described: Platform, facts: ClusterFacts): MeshAccounts {
  const { name: platform, namespaces, applications } = described;
  const injected = new Set(namespaces.filter((namespace) => namespace.injected).map(({ name }) => name));
  const accounts = new Map<string, readonly Account[]>();
  const add = (namespace: string, caller: string, account: string | undefined) => {
    const key = `${namespace}/${caller}`;
    const known = accounts.get(key) ?? [];
    const inMesh = account !== undefined && injected.has(namespace);
    accounts.set(key, inMesh ? [...known, { namespace, name: account }] : known);
  };
  for (const { namespace, workloads, jobs = [], data = [] } of applications) {
    const services = servicesIn(described, namespace);
    for (const { name, identity } of [...workloads, ...jobs]) add(namespace, name, identity.name);
    for (const spec of data) {
      for (const { name } of storeJobsOf(spec)) add(namespace, name, name);
      for (const pods of podsOfData(spec, { platform, services, facts })) {
        // Charts and placeholders name an account after its pods.
        for (const caller of new Set([spec.name, pods.name])) {
          add(namespace, caller, podsOutsideMesh(spec.kind, pods) ? undefined : pods.name);
        }
      }
    }
  }
  return accounts;
}
