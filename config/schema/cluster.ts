/** The cluster a stack runs on: who makes it. */
import { z } from "zod";
import { eks, eksStorageClasses } from "./cluster-eks.ts";
import { kind, kindStorageClasses } from "./cluster-kind.ts";
import { machines, type ClassNames } from "./cluster-machines.ts";
import { oke, okeStorageClasses } from "./cluster-oke.ts";
import type { Frozen } from "./frozen.ts";
import { realChoices } from "./real-choice.ts";

export { architectures, type Architecture, type NodePool } from "./cluster-machines.ts";

const existing = z
  .strictObject({
    type: z.literal("existing").describe("Use a cluster that is already there."),
    kubeconfig: z
      .string()
      .min(1)
      .describe("Path of a kubeconfig file, relative to the project's folder.")
      .meta({ examples: ["kubeconfig.yaml"] }),
    context: z
      .string()
      .min(1)
      .describe("Context of the kubeconfig to use. Never defaulted: the current one may be another cluster.")
      .meta({ examples: ["my-cluster"] }),
    enforcesNetworkPolicy: z
      .boolean()
      .describe(
        "Whether the cluster's network enforces NetworkPolicy. Only dev may run on one that does not.",
      ),
    loadBalancer: z
      .boolean()
      .default(true)
      .describe("Whether Services of type LoadBalancer get an address on this cluster."),
    ...machines,
  })
  .describe("A cluster that is already there, named by kubeconfig and context.");

const simulated = z
  .strictObject({
    type: z.literal("simulated").describe("Attach to the simulated cluster of this stack on this machine."),
    ...machines,
  })
  .describe("A real control plane on loopback with simulated nodes; containers do not run.");

const embedded = z
  .strictObject({
    type: z
      .literal("embedded")
      .describe("The simulated cluster of this stack with one real node beside the simulated ones."),
    real: z
      .enum(realChoices)
      .default("all")
      .describe(
        "What runs for real, of the images that this machine can make: nothing (there is no real node then), the sample application and its Prometheus, or every image of the table in `simulation/images/`.",
      ),
    ...machines,
  })
  .describe(
    "A simulated cluster with one real node, on which containers run, where this machine can have one; else simulated.",
  );

const local = z
  .strictObject({
    ...embedded.shape,
    type: z
      .literal("local")
      .describe(
        "What this machine has: `kind` where a Docker engine answers, else `embedded` (which is `simulated` where there can be no real node). What is there already stays: `./quint down` and `./quint cluster stop --delete` make the choice free again.",
      ),
  })
  .describe("The best cluster that this machine can have. `./quint` chooses, and says why.");

/** Every way to get a cluster. `--cluster simulated` turns any of them into `simulated` with the same pools. */
export const cluster = z
  .discriminatedUnion("type", [existing, oke, eks, kind, simulated, embedded, local])
  .describe("The cluster: who makes it and what machines it has.")
  .meta({
    examples: [
      {
        type: "simulated",
        nodePools: [
          {
            name: "general-arm64",
            architecture: "arm64",
            count: 3,
            cpu: 4,
            memoryGiB: 16,
            instanceType: "VM.Standard.A1.Flex",
            zones: ["a", "b", "c"],
          },
        ],
        storageClasses: { readWriteOnce: "standard", readWriteMany: "shared" },
      },
    ],
  });

/** The cluster as a stack file says it. */
export type WrittenCluster = z.infer<typeof cluster>;
/** The cluster as the program gets it: `local` has become what it stands for. */
export type ClusterSettings = Frozen<Exclude<WrittenCluster, { type: "local" }>>;
export type ClusterType = ClusterSettings["type"];

/** Settings of one type of cluster. */
export type ClusterOf<Type extends ClusterType> = Extract<ClusterSettings, { readonly type: Type }>;

/** What stands for `local` where nobody looked at the machine. */
export function settled(written: WrittenCluster): Exclude<WrittenCluster, { type: "local" }> {
  return written.type === "local" ? { ...written, type: "embedded" } : written;
}

/** Storage classes that a cluster of a type has by itself, where its settings name none. */
export const ownStorageClasses: Readonly<Record<string, ClassNames>> = {
  oke: okeStorageClasses,
  eks: eksStorageClasses,
  kind: kindStorageClasses,
} satisfies Partial<Record<ClusterType, object>>;

/** The clusters whose control plane Quint itself runs on this machine. They are there before the engine starts. */
export type SimulatedCluster = ClusterOf<"simulated" | "embedded">;

/** Whether Quint itself runs the control plane, on this machine. */
export function isSimulated(cluster: ClusterSettings): cluster is SimulatedCluster {
  return cluster.type === "simulated" || cluster.type === "embedded";
}

/** Whether a cluster runs on this machine, and may be thrown away. */
export function isLocal(cluster: ClusterSettings): cluster is SimulatedCluster | ClusterOf<"kind"> {
  return isSimulated(cluster) || cluster.type === "kind";
}

/** Whether the cluster is of a cloud, and holds load balancers and disks of that cloud. */
export function isInCloud(cluster: ClusterSettings): cluster is ClusterOf<"oke" | "eks"> {
  return cluster.type === "oke" || cluster.type === "eks";
}

/** Whether the program makes the cluster, so that it is there after the first `up` only. */
export function isMade(cluster: ClusterSettings): cluster is ClusterOf<"oke" | "eks" | "kind"> {
  return isInCloud(cluster) || cluster.type === "kind";
}
