/** Who may talk to a meshed workload, by identity: an AuthorizationPolicy made from the declared callers alone. */
import { AuthorizationPolicy } from "@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy";
import type { Caller, WorkloadSpec } from "../../platforms/model/index.ts";
import type { Labels } from "../labels.ts";
import { gatewayAccount, monitoringAccount, portNumber, type Account } from "./network.ts";

export interface AuthorizationArgs {
  readonly spec: WorkloadSpec;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels: Labels };
  readonly selector: Labels;
  /** The identities of the platform's workloads and jobs. */
  readonly accounts: MeshAccounts;
}

/** `namespace/workload` -> its identity in the mesh; nothing for one whose pods are outside of it. */
export type MeshAccounts = ReadonlyMap<string, Account | undefined>;

/**
 * The policy of a workload; without callers it lets nobody in. The kubelet's probes reach the sidecar's agent and the
 * monitoring the sidecar's own ports (15020, 15090), which the mesh does not capture: no rule is needed for either.
 *
 * @throws where a caller has no identity: STRICT mutual TLS would refuse it anyway.
 */
export function authorizationPolicy(args: AuthorizationArgs): AuthorizationPolicy {
  const { spec, metadata, selector } = args;
  const byPort = new Map<number, Caller[]>();
  for (const caller of spec.callers) {
    const port = portNumber(spec, caller.port);
    byPort.set(port, [...(byPort.get(port) ?? []), caller]);
  }
  const rules = [...byPort].map(([port, callers]) => {
    const to = [{ operation: { ports: [String(port)] } }];
    // The world has no identity; who may reach the port at all is up to the NetworkPolicy.
    return callers.some(({ kind }) => kind === "world")
      ? { to }
      : { from: [{ source: { principals: principalsOf(args, callers) } }], to };
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
  const accounts = callers.flatMap((caller) => accountOf(args, caller) ?? []);
  return [...new Set(accounts.map(({ namespace, name }) => `cluster.local/ns/${namespace}/sa/${name}`))];
}

function accountOf({ accounts, metadata, spec }: AuthorizationArgs, caller: Caller): Account | undefined {
  switch (caller.kind) {
    case "gateway":
      return gatewayAccount;
    case "monitoring":
      return monitoringAccount;
    case "world":
      return undefined;
    case "workload": {
      const key = `${caller.namespace ?? metadata.namespace}/${caller.workload}`;
      const account = accounts.get(key);
      if (account === undefined) {
        throw new Error(
          `workload "${spec.name}" takes connections of the mesh alone, and its caller "${key}" is outside of the ` +
            "mesh; have the caller's namespace injected, or take this one out of the mesh",
        );
      }
      return account;
    }
  }
}
