/** Smoke tests: every server of a platform is asked its health path, where containers really run. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ThroughApi } from "../cluster/service-proxy.ts";
import type { Workload } from "../cluster/workloads.ts";
import { messageOf } from "../exit.ts";
import type { Scope } from "./health.ts";

export interface SmokeTest {
  readonly server: string;
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  readonly path: string;
}

export interface SmokeResult {
  /** Servers that answer wrongly, and how. */
  readonly failed: readonly string[];
  readonly passed: readonly string[];
  readonly notes: readonly string[];
}

/** A server has just become ready: it may hesitate. */
const attempts = 3;
const pause = 1_000;

/** One test for each server that has a Service on the port of its readiness probe. */
export function smokeTests({ platform, namespaces }: Scope): SmokeTest[] {
  return platform.applications
    .filter(({ namespace }) => namespaces.includes(namespace))
    .flatMap(({ namespace, workloads }) =>
      workloads.flatMap(({ name, services, container, size }): SmokeTest[] => {
        const { port, path } = container.probes.readiness;
        const service = services.find(({ targetPort }) => targetPort === port);
        if (service === undefined || size.replicas === 0) return [];
        return [
          { server: `${namespace}/${name}`, namespace, service: service.name, port: service.port, path },
        ];
      }),
    );
}

/** @param running workloads of the platform, of which some may only be simulated. */
export async function runSmokeTests(
  tests: readonly SmokeTest[],
  running: readonly Pick<Workload, "namespace" | "name" | "runs">[],
  ask: ThroughApi,
  wait = pause,
): Promise<SmokeResult> {
  const real = new Set(
    running.filter(({ runs }) => runs).map(({ namespace, name }) => `${namespace}/${name}`),
  );
  const possible = tests.filter(({ server }) => real.has(server));
  const skipped = tests.length - possible.length;
  const outcomes = await Promise.all(possible.map((test) => outcomeOf(test, ask, wait)));
  const failed = outcomes.flatMap(({ wrong }) => wrong ?? []);
  const unreached = outcomes.flatMap(({ unreached: server }) => server ?? []);
  return {
    failed,
    passed: outcomes.flatMap(({ passed }) => passed ?? []),
    notes: [
      ...(skipped === 0
        ? []
        : [`smoke test skipped: containers of ${skipped} of ${tests.length} servers do not really run`]),
      // Readiness probes ask the same path, from the node.
      ...(unreached.length === 0
        ? []
        : [`smoke test skipped: the mesh lets the API server through to none of ${unreached.join(", ")}`]),
    ],
  };
}

interface Outcome {
  readonly passed?: string;
  readonly wrong?: string;
  readonly unreached?: string;
}

async function outcomeOf(
  { server, path, ...address }: SmokeTest,
  ask: ThroughApi,
  wait: number,
): Promise<Outcome> {
  let outcome: Outcome = {};
  for (let attempt = 1; attempt <= attempts; attempt++) {
    try {
      const { status, unreached } = await ask(address, path);
      if (status >= 200 && status < 400) return { passed: server };
      outcome = unreached ? { unreached: server } : { wrong: `${server} answers ${status} at ${path}` };
    } catch (error) {
      outcome = { wrong: `${server} does not answer at ${path}: ${messageOf(error)}` };
    }
    if (attempt < attempts) await sleep(wait);
  }
  return outcome;
}
