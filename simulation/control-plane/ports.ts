/** Finds free ports on 127.0.0.1. */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { SimulationError } from "../problem.ts";
import type { Ports } from "./launch.ts";

/**
 * Ports are taken from here: below Linux' range for outgoing connections (32768 and up), which may otherwise take
 * a port in the second in which a killed API server restarts, and below NodePorts (30000 and up).
 */
export const portRange = { first: 20_000, last: 29_999 } as const;

/** Whether nobody listens on a port of 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/**
 * A port that nobody listens on.
 * @param taken ports that are spoken for.
 * @throws SimulationError when the range has none.
 */
export async function freePort(taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(portRange.first, portRange.last + 1);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new SimulationError(
    `No free port on 127.0.0.1 between ${portRange.first} and ${portRange.last} after 200 tries. Stop what listens there.`,
  );
}

/** A port whose server was killed this moment is free a little later. */
async function becomesFree(port: number): Promise<boolean> {
  for (let attempt = 0; attempt < 10; attempt++) {
    if (await isFree(port)) return true;
    await sleep(100);
  }
  return false;
}

/**
 * Ports for a cluster: those it had before if they are still free, so that its kubeconfig stays good; else others.
 * @throws SimulationError when the range has no free ports.
 */
export async function choosePorts(before?: Omit<Ports, "prometheus"> & Partial<Ports>): Promise<Ports> {
  const taken = new Set<number>();
  const choose = async (wanted: number | undefined): Promise<number> => {
    const port = wanted !== undefined && (await becomesFree(wanted)) ? wanted : await freePort(taken);
    taken.add(port);
    return port;
  };
  return {
    apiServer: await choose(before?.apiServer),
    etcdClient: await choose(before?.etcdClient),
    etcdPeer: await choose(before?.etcdPeer),
    // Whoever plays Prometheus may still listen there: the number is its, too.
    prometheus: before?.prometheus ?? (await choose(undefined)),
  };
}
