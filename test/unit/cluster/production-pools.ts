/** Pools of production's shape for tests: both architectures, one that grows. */

/** What a cloud calls its machines, and how much memory they have. */
export interface Machine {
  readonly instanceType: string;
  readonly memoryGiB: number;
}

export function productionPools(zones: readonly string[], arm: Machine, x86: Machine) {
  return [
    {
      name: "general-arm64",
      architecture: "arm64",
      count: 6,
      cpu: 4,
      ...arm,
      zones,
      autoscaling: { min: 3, max: 9 },
    },
    {
      name: "compute-amd64",
      architecture: "amd64",
      count: 3,
      cpu: 8,
      ...x86,
      zones,
      labels: { "workload-type": "compute" },
      taints: [{ key: "workload-type", value: "compute", effect: "PreferNoSchedule" }],
    },
  ];
}
