/** What the mesh must be told about a workload that is reached from outside it. */
import { PeerAuthentication } from "@kubernetes-models/istio/security.istio.io/v1/PeerAuthentication";
import type { WorkloadSpec } from "../../platforms/model/index.ts";
import type { Labels } from "../labels.ts";
import { portNumber } from "./network.ts";

/**
 * Opens the ports that the world calls directly, and only those, to callers without a mesh certificate; everything
 * else stays STRICT. Nothing where no such port is declared.
 */
export function portsOutsideTheMesh(
  spec: WorkloadSpec,
  metadata: { readonly name: string; readonly namespace: string; readonly labels: Labels },
  selector: Labels,
): PeerAuthentication | undefined {
  const open = spec.callers.flatMap((caller) =>
    caller.kind === "world" ? [portNumber(spec, caller.port)] : [],
  );
  if (open.length === 0) {
    return undefined;
  }
  return new PeerAuthentication({
    metadata: { ...metadata, labels: { ...metadata.labels } },
    spec: {
      selector: { matchLabels: { ...selector } },
      mtls: { mode: "STRICT" },
      portLevelMtls: Object.fromEntries(open.map((port) => [String(port), { mode: "PERMISSIVE" }])),
    },
  });
}
