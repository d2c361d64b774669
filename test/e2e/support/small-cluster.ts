/** A small simulated cluster: its shape, what runs on it, and waiting for it. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { SimulatedClusterSpec } from "../../../simulation/index.ts";
import { nodePool } from "../../support/node-pool.ts";

export interface Anything {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Record<string, string>;
  };
  readonly spec?: Record<string, unknown>;
  readonly status?: Record<string, unknown>;
}

export const spec: SimulatedClusterSpec = {
  stack: "e2e",
  nodePools: [
    nodePool({ count: 3, memoryGiB: 16 }),
    nodePool({
      name: "gpu",
      architecture: "amd64",
      count: 1,
      memoryGiB: 16,
      labels: { "workload-type": "compute" },
      taints: [{ key: "dedicated", value: "gpu", effect: "NoSchedule" }],
    }),
  ],
  storageClasses: { readWriteOnce: "block", readWriteMany: "shared" },
  sidecar: {
    image: "docker.io/istio/proxyv2:1.29.0",
    requests: { cpu: "10m", memory: "64Mi" },
    limits: { cpu: "200m", memory: "128Mi" },
  },
};

const restricted = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  runAsUser: 1000,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};
export const container = { name: "app", image: "registry.example/app:1", securityContext: restricted };

/**
 * Asks again until the answer is not `undefined` or `false`; fails with what is awaited. The default is many times
 * what anything here takes: a busy machine is no failure.
 */
export async function eventually<T>(
  awaited: string,
  ask: () => Promise<T | undefined | false>,
  seconds = 300,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) assert.fail(`not within ${seconds} s: ${awaited} (${String(last)})`);
    await sleep(100);
  }
}
