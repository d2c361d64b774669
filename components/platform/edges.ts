/** The calls between a platform's workloads, from the side of the one who calls. */
import type { Platform } from "../../platforms/model/index.ts";
import { portNumber, type Callee } from "../workload/network.ts";

/** `namespace/workload` -> what it calls, from the callers that the called ones declare. */
export function calleesOf(platform: Platform): ReadonlyMap<string, readonly Callee[]> {
  const callees = new Map<string, Callee[]>();
  for (const application of platform.applications) {
    for (const workload of application.workloads) {
      for (const caller of workload.callers) {
        if (caller.kind !== "workload") {
          continue;
        }
        const key = `${caller.namespace ?? application.namespace}/${caller.workload}`;
        const callee = {
          workload: workload.name,
          namespace: application.namespace,
          port: portNumber(workload, caller.port),
        };
        callees.set(key, [...(callees.get(key) ?? []), callee]);
      }
    }
  }
  refuseUnknownCallers(platform, callees);
  return callees;
}

function refuseUnknownCallers(platform: Platform, callees: ReadonlyMap<string, readonly Callee[]>): void {
  const known = new Set(
    platform.applications.flatMap((application) =>
      application.workloads.map((workload) => `${application.namespace}/${workload.name}`),
    ),
  );
  for (const [caller, called] of callees) {
    if (!known.has(caller)) {
      const names = called.map((callee) => callee.workload).join(", ");
      throw new Error(
        `platform "${platform.name}": ${names} names the caller "${caller}", which is not one of its workloads ` +
          `(${[...known].sort().join(", ")})`,
      );
    }
  }
}
