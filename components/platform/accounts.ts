/** Who a platform's workloads are in the mesh. */
import type { Platform } from "../../platforms/model/index.ts";
import type { MeshAccounts } from "../workload/authorization.ts";

/** The identities of workloads and jobs; nothing for those in namespaces without sidecars. */
export function meshAccountsOf({ namespaces, applications }: Platform): MeshAccounts {
  const injected = new Set(namespaces.filter((namespace) => namespace.injected).map(({ name }) => name));
  return new Map(
    applications.flatMap(({ namespace, workloads, jobs = [] }) =>
      [...workloads, ...jobs].map(({ name, identity }) => [
        `${namespace}/${name}`,
        injected.has(namespace) ? { namespace, name: identity.name } : undefined,
      ]),
    ),
  );
}
