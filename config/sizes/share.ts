/** Shorthand of the tables. */
import type { Resources } from "./types.ts";

/** Requests and limits of a container, CPU first: `share("50m", "64Mi", "500m", "256Mi")`. */
export function share(cpu: string, memory: string, cpuLimit: string, memoryLimit: string): Resources {
  return { requests: { cpu, memory }, limits: { cpu: cpuLimit, memory: memoryLimit } };
}
