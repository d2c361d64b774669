/** Shapes of OCI machines that pools may have. */
import type { Architecture } from "./cluster-machines.ts";
import type { GrowingPool, PoolProblem } from "./cluster-pools.ts";

interface Shape {
  readonly architecture: Architecture;
  /** CPUs, as Kubernetes counts them, of one OCPU: an x86 core has two threads, an A1 core one; an A2 OCPU is two cores. */
  readonly cpusPerOcpu: 1 | 2;
}

const ampereA1: Shape = { architecture: "arm64", cpusPerOcpu: 1 };
const ampereA2: Shape = { architecture: "arm64", cpusPerOcpu: 2 };
const x86: Shape = { architecture: "amd64", cpusPerOcpu: 2 };

/** Flexible shapes: OCPUs and memory are chosen. (OCI documentation, "Compute Shapes".) */
export const shapes: Readonly<Record<string, Shape>> = {
  "VM.Standard.A1.Flex": ampereA1,
  "VM.Standard.A2.Flex": ampereA2,
  "VM.Standard.E4.Flex": x86,
  "VM.Standard.E5.Flex": x86,
  "VM.Standard.E6.Flex": x86,
  "VM.Standard3.Flex": x86,
};

/** Fewest and most GiB of memory per OCPU of a flexible shape. */
const memoryPerOcpu = { min: 1, max: 64 };

/** OKE makes no boot volume smaller than this, in GiB. */
const smallestBootVolume = 50;

/**
 * OCPUs of a pool's nodes.
 *
 * @throws Error for shapes that the settings refuse.
 */
export function ocpusOf(pool: Pick<GrowingPool, "instanceType" | "cpu" | "name">): number {
  const shape = shapes[pool.instanceType];
  if (shape === undefined) {
    throw new Error(`pool "${pool.name}" has the unknown shape ${pool.instanceType}`);
  }
  return pool.cpu / shape.cpusPerOcpu;
}

/** What OCI would refuse, or build differently from what the pool says. */
export function shapeProblems(pool: GrowingPool): PoolProblem[] {
  const shape = shapes[pool.instanceType];
  if (shape === undefined) {
    return [
      {
        path: ["instanceType"],
        reason: "is no shape that Quint knows",
        remedy: `one of ${Object.keys(shapes).join(", ")}`,
      },
    ];
  }
  return [
    ...architectureProblems(pool, shape),
    ...sizeProblems(pool, shape),
    ...zoneProblems(pool),
    ...(pool.diskGiB < smallestBootVolume
      ? [
          {
            path: ["diskGiB"],
            reason: `is less than the smallest boot volume, ${smallestBootVolume} GiB`,
            remedy: `at least \`diskGiB: ${smallestBootVolume}\``,
          },
        ]
      : []),
  ];
}

function architectureProblems({ architecture, instanceType }: GrowingPool, shape: Shape): PoolProblem[] {
  return architecture === shape.architecture
    ? []
    : [
        {
          path: ["architecture"],
          reason: `does not fit its shape: ${instanceType} has ${shape.architecture} processors`,
          remedy: `\`architecture: ${shape.architecture}\`, or another shape`,
        },
      ];
}

function sizeProblems({ cpu, memoryGiB, instanceType }: GrowingPool, { cpusPerOcpu }: Shape): PoolProblem[] {
  const ocpus = cpu / cpusPerOcpu;
  if (!Number.isInteger(ocpus) || ocpus < 1) {
    const below = Math.max(cpusPerOcpu, Math.floor(ocpus) * cpusPerOcpu);
    return [
      {
        path: ["cpu"],
        reason: `is ${ocpus} OCPUs of ${instanceType}, which comes in whole OCPUs of ${cpusPerOcpu} CPU${cpusPerOcpu === 1 ? "" : "s"}`,
        remedy: `\`cpu: ${below}\` or \`cpu: ${below + cpusPerOcpu}\``,
      },
    ];
  }
  const [least, most] = [ocpus * memoryPerOcpu.min, ocpus * memoryPerOcpu.max];
  return memoryGiB < least || memoryGiB > most || !Number.isInteger(memoryGiB)
    ? [
        {
          path: ["memoryGiB"],
          reason: `is not a whole number from ${least} to ${most}, which is what ${instanceType} has with ${ocpus} OCPUs`,
          remedy: `\`memoryGiB: ${Math.min(Math.max(Math.round(memoryGiB), least), most)}\``,
        },
      ]
    : [];
}

function zoneProblems({ zones }: GrowingPool): PoolProblem[] {
  return zones.flatMap((zone, index) =>
    /^[A-Z0-9-]+-AD-[123]$/.test(zone)
      ? []
      : [
          {
            path: ["zones", index],
            reason: "is not an availability domain",
            remedy:
              "its name without the tenancy's prefix, e.g. `EU-FRANKFURT-1-AD-1`: what nodes carry as zone",
          },
        ],
  );
}
