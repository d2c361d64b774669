/** The one thing that a real node puts on the machine: a link (veth pair) between the machine and the node. */
import { createHash } from "node:crypto";
import { networkInterfaces } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../images/run.ts";
import { SimulationError } from "../problem.ts";

export interface NodeLink {
  /** Name of the machine's end. */
  readonly name: string;
  /** Address of the machine's end: the node reaches the API server there. */
  readonly machine: string;
  /** Address of the node's end: NodePorts, the kubelet and DNS answer there. */
  readonly node: string;
}

/** Name of the node's end. */
export const uplink = "uplink";

/**
 * Links are /30 networks of 198.19.0.0/16: a half of the range set apart for tests between networks (RFC 2544), so
 * that nothing real is hidden by them; the other half is that of the simulated load balancers.
 */
const slots = 1 << 14;

/** Addresses in use on this machine, by interface. */
export type AddressesInUse = () => ReadonlyMap<string, readonly string[]>;

/**
 * Name and addresses of the link of the node whose folder this is: the same at every start, and another for every
 * clone and stack.
 * @throws SimulationError when all addresses are taken.
 */
export function linkOf(nodeFolder: string, inUse: AddressesInUse = machineAddresses): NodeLink {
  const digest = createHash("sha256").update(nodeFolder).digest();
  const name = `quint-${digest.toString("hex").slice(0, 8)}`;
  const taken = new Set([...inUse()].filter(([owner]) => owner !== name).flatMap(([, all]) => all));
  const first = digest.readUInt16BE(4) % slots;
  for (let attempt = 0; attempt < slots; attempt++) {
    const slot = (first + attempt) % slots;
    const address = (host: number): string => `198.19.${slot >> 6}.${((slot & 63) << 2) + host}`;
    const link = { name, machine: address(1), node: address(2) };
    if (!taken.has(link.machine) && !taken.has(link.node)) return link;
  }
  throw new SimulationError("Every address of 198.19.0.0/16 is in use on this machine: free some.");
}

function machineAddresses(): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(networkInterfaces()).map(([name, all]) => [name, (all ?? []).map((one) => one.address)]),
  );
}

/** Makes the link, its far end in the network namespace of a process. */
export async function attachLink(link: NodeLink, pid: number): Promise<void> {
  await detachLink(link);
  const add = ["link", "add", link.name, "type", "veth", "peer", "name", uplink, "netns", String(pid)];
  for (let attempt = 1; ; attempt++) {
    try {
      await run("ip", add);
      break;
    } catch (error) {
      // The kernel takes a dead node's network down in its own time: 0.1 s, more on a busy machine.
      if (attempt === 50) throw error;
      await sleep(100);
    }
  }
  await run("ip", ["address", "add", `${link.machine}/30`, "dev", link.name]);
  await run("ip", ["link", "set", link.name, "up"]);
}

/** Removes the link; one that is not there is fine. */
export async function detachLink(link: Pick<NodeLink, "name">): Promise<void> {
  if (link.name in networkInterfaces() || (await exists(link.name))) {
    await run("ip", ["link", "delete", link.name]).catch(() => undefined);
  }
}

async function exists(name: string): Promise<boolean> {
  return run("ip", ["link", "show", name]).then(
    () => true,
    () => false,
  );
}
