/** Who may talk to meshed pods, by identity: an AuthorizationPolicy made from the declared callers alone. */
import { AuthorizationPolicy } from "@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy";
import type { Caller } from "../../platforms/model/index.ts";
import type { Labels } from "../labels.ts";
import { gatewayAccount, monitoringAccount, type Account } from "./network.ts";

export interface AuthorizationArgs {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels: Labels };
  readonly selector: Labels;
  readonly admitted: readonly Admitted[];
  /** The identities of the platform's pods. */
  readonly accounts: MeshAccounts;
}

/** A caller, and the ports that it is let in at. */
export interface Admitted {
  readonly caller: Caller;
  readonly ports: readonly number[];
}

/** `namespace/name` -> the identities of its pods in the mesh; none for one whose pods are outside of it. */
export type MeshAccounts = ReadonlyMap<string, readonly Account[]>;

/**
 * The policy of a workload; without callers it lets nobody in. The kubelet's probes reach the sidecar's agent and the
 * monitoring the sidecar's own ports (15020, 15090), which the mesh does not capture: no rule is needed for either.
 *
 * @throws where a caller has no identity: STRICT mutual TLS would refuse it anyway.
 */
export function authorizationPolicy(args: AuthorizationArgs): AuthorizationPolicy {
  const { admitted, metadata, selector } = args;
  const byPorts = new Map<string, { readonly ports: string[]; readonly callers: readonly Caller[] }>();
  for (const { caller, ports } of admitted) {
    const key = ports.join(" ");
    const callers = [...(byPorts.get(key)?.callers ?? []), caller];
    byPorts.set(key, { ports: ports.map(String), callers });
  }
  const rules = [...byPorts.values()].flatMap(({ ports, callers }) => {
    const to = [{ operation: { ports } }];
    // The world has no identity; who may reach the port at all is up to the NetworkPolicy.
    if (callers.some(({ kind }) => kind === "world")) return [{ to }];
    const principals = principalsOf(args, callers);
    // An empty list would let everybody in: a namespace may have nobody in the mesh.
    return principals.length === 0 ? [] : [{ from: [{ source: { principals } }], to }];
  });
  return new AuthorizationPolicy({
    metadata: { ...metadata, labels: { ...metadata.labels } },
    spec: {
      selector: { matchLabels: { ...selector } },
      action: "ALLOW",
      ...(rules.length === 0 ? {} : { rules }),
    },
  });
}

function principalsOf(args: AuthorizationArgs, callers: readonly Caller[]): string[] {
  const accounts = callers.flatMap((caller) => accountsOf(args, caller));
  return [...new Set(accounts.map(({ namespace, name }) => `cluster.local/ns/${namespace}/sa/${name}`))];
}

function accountsOf({ accounts, metadata }: AuthorizationArgs, caller: Caller): readonly Account[] {
  switch (caller.kind) {
    case "gateway":
      return [gatewayAccount];
    case "monitoring":
      return [monitoringAccount];
    case "namespace":
      // By name here as well: the mesh knows everybody in the namespace.
      return [...accounts].flatMap(([key, known]) => (key.startsWith(`${caller.namespace}/`) ? known : []));
    case "world":
      return [];
    case "workload": {
      const key = `${caller.namespace ?? metadata.namespace}/${caller.workload}`;
      const known = accounts.get(key) ?? [];
      if (known.length === 0) {
        throw new Error(
          `workload "${metadata.name}" takes connections of the mesh alone, and its caller "${key}" is outside of the ` +
            "mesh; have the caller's namespace injected, or take this one out of the mesh",
        );
      }
      return known;
    }
  }
}
