/** Types of AWS machines that pools may have. The name of a type says what it is. */
import type { Architecture } from "./cluster-machines.ts";
import type { GrowingPool, PoolProblem } from "./cluster-pools.ts";

interface InstanceType {
  readonly architecture: Architecture;
  /** Figures of the type, where its family's are known. */
  readonly size?: { readonly cpu: number; readonly memoryGiB: number };
}

/** GiB of memory per CPU, by the letter of the family: compute, general, memory. */
const memoryPerCpu: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };

/** Burstable machines have two CPUs up to `large`. (AWS documentation, "Instance types".) */
const burstable: Readonly<Record<string, InstanceType["size"]>> = {
  small: { cpu: 2, memoryGiB: 2 },
  medium: { cpu: 2, memoryGiB: 4 },
  large: { cpu: 2, memoryGiB: 8 },
  xlarge: { cpu: 4, memoryGiB: 16 },
  "2xlarge": { cpu: 8, memoryGiB: 32 },
};

/**
 * What a type's name says: `m7g.xlarge` is the 7th generation of the general family, with Graviton processors (the `g`
 * behind the generation), with 4 CPUs.
 */
export function instanceType(name: string): InstanceType | undefined {
  const match = /^([a-z]+)(\d+)([a-z-]*)\.([a-z0-9-]+)$/.exec(name);
  if (match === null) return undefined;
  const [, family = "", , attributes = "", size = ""] = match;
  const architecture = attributes.includes("g") || name.startsWith("a1.") ? "arm64" : "amd64";
  const figures = family === "t" ? burstable[size] : sized(family, size);
  return { architecture, ...(figures === undefined ? {} : { size: figures }) };
}

function sized(family: string, size: string): InstanceType["size"] {
  const perCpu = memoryPerCpu[family];
  const cpu = cpuOf(size);
  return perCpu === undefined || cpu === undefined ? undefined : { cpu, memoryGiB: cpu * perCpu };
}

/** CPUs by size: `medium` 1, `large` 2, `xlarge` 4, `<n>xlarge` 4 n. */
function cpuOf(size: string): number | undefined {
  if (size === "medium") return 1;
  if (size === "large") return 2;
  const times = /^(\d*)xlarge$/.exec(size)?.[1];
  return times === undefined ? undefined : 4 * (times === "" ? 1 : Number(times));
}

/** What AWS would refuse, or build differently from what the pool says. */
export function typeProblems(pool: GrowingPool): PoolProblem[] {
  const type = instanceType(pool.instanceType);
  if (type === undefined) {
    return [
      {
        path: ["instanceType"],
        reason: "is not a type of EC2",
        remedy: "a type such as `m7g.xlarge` (arm64) or `m7i.xlarge` (amd64)",
      },
    ];
  }
  const problems: PoolProblem[] = [];
  if (type.architecture !== pool.architecture) {
    problems.push({
      path: ["architecture"],
      reason: `does not fit its type: ${pool.instanceType} has ${type.architecture} processors`,
      remedy: `\`architecture: ${type.architecture}\`, or another type`,
    });
  }
  for (const field of ["cpu", "memoryGiB"] as const) {
    const actual = type.size?.[field];
    if (actual === undefined || actual === pool[field]) continue;
    problems.push({
      path: [field],
      reason: `is not what ${pool.instanceType} has: ${actual}`,
      remedy: `\`${field}: ${actual}\`, or another type`,
    });
  }
  return problems;
}
