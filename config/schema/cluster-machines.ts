/** The machines and storage classes of a cluster, whoever makes it. */
import { z } from "zod";
import type { Frozen } from "./frozen.ts";
import { dnsLabel, dnsSubdomain, labelKey, labelText, labelValue } from "./names.ts";

export const architectures = ["amd64", "arm64"] as const;
export type Architecture = (typeof architectures)[number];

const taint = z
  .strictObject({
    key: labelKey.describe("Key of the taint."),
    value: labelValue.optional().describe("Value of the taint, where it has one."),
    effect: z
      .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
      .describe("What happens to pods that do not tolerate the taint."),
  })
  .describe("A taint of the pool's nodes.");

/** The second of two entries with the same identity, as an issue at its place. */
function repeated<Item>(identity: (item: Item) => string, issue: string, field?: string) {
  return (context: z.core.ParsePayload<Item[]>): void => {
    const identities = context.value.map(identity);
    for (const [index, item] of identities.entries()) {
      if (identities.indexOf(item) === index) continue;
      context.issues.push({
        code: "custom",
        input: context.value,
        path: field === undefined ? [index] : [index, field],
        message: issue,
        params: { remedy: "another one, or leave the entry out" },
      });
    }
  };
}

export const nodePool = z
  .strictObject({
    // Nodes are called after the pool with a number behind it, and a node's name is also a label value (63 characters).
    name: dnsLabel
      .max(50)
      .describe("Name of the pool; its nodes are called `<pool>-<n>`.")
      .meta({ examples: ["general-arm64"] }),
    architecture: z
      .enum(architectures)
      .describe("Processor architecture of the nodes.")
      .meta({ examples: ["arm64"] }),
    count: z
      .int()
      .min(1)
      .max(200)
      .describe("Number of nodes, spread over the zones in turn.")
      .meta({ examples: [3] }),
    cpu: z
      .number()
      .min(0.5)
      .max(256)
      .describe("CPUs of a node, as Kubernetes counts them (vCPU).")
      .meta({ examples: [4] }),
    memoryGiB: z
      .number()
      .min(1)
      .max(4096)
      .describe("Memory of a node, in GiB.")
      .meta({ examples: [16] }),
    diskGiB: z.number().min(20).max(16384).default(100).describe("Boot volume of a node, in GiB."),
    instanceType: labelValue
      .describe("Shape or instance type; becomes the node's instance-type label.")
      .meta({ examples: ["VM.Standard.A1.Flex"] }),
    zones: z
      .array(labelValue)
      .min(1)
      .max(8)
      .check(repeated((zone) => zone, "names a zone that stands before it already"))
      .describe("Zones (availability domains) that the nodes are spread over.")
      .meta({ examples: [["a", "b", "c"]] }),
    labels: z
      .record(labelKey, labelText.describe("Value of the label."))
      .default({})
      .describe("Further labels of the nodes, e.g. `workload-type: compute`.")
      .meta({ examples: [{ "workload-type": "compute" }] }),
    taints: z
      .array(taint)
      .max(20)
      .check(
        repeated(({ key, effect }) => `${key} ${effect}`, "repeats the key and effect of a taint before it"),
      )
      .default([])
      .describe("Taints of the nodes. The platforms' pods tolerate none."),
    maxPods: z.int().min(10).max(250).default(110).describe("Pods that a node takes at most."),
  })
  .describe("A group of equal nodes.");

export type NodePool = Frozen<z.infer<typeof nodePool>>;

const snapshots = dnsSubdomain
  .optional()
  .describe(
    'VolumeSnapshotClass for volumes of `readWriteOnce`, labelled `velero.io/csi-volumesnapshot-class: "true"`, with its controller: yours to make. Velero then takes snapshots and moves their data into the bucket. Left out: it copies the files.',
  )
  .meta({ examples: ["csi-snapshots"] });

export const storageClasses = z
  .strictObject({
    readWriteOnce: dnsSubdomain
      .describe("Class for volumes that one node mounts at a time.")
      .meta({ examples: ["standard"] }),
    readWriteMany: dnsSubdomain
      .optional()
      .describe("Class for volumes that many nodes mount at once. Leave it out where the cluster has none.")
      .meta({ examples: ["shared"] }),
    snapshots,
  })
  .describe("Storage classes to use, by access mode.")
  .meta({ examples: [{ readWriteOnce: "standard", readWriteMany: "shared" }] });

/** Names of classes, by access mode. */
export interface ClassNames {
  readonly readWriteOnce: string;
  readonly readWriteMany: string;
}

/** Storage classes that Quint makes with a cluster: what for, and under which names unless the settings say others. */
export function madeStorageClasses(names: ClassNames, once: string, many: string) {
  return z
    .strictObject({
      readWriteOnce: dnsSubdomain
        .default(names.readWriteOnce)
        .describe(`Name of the class that Quint makes for ${once}.`),
      readWriteMany: dnsSubdomain
        .default(names.readWriteMany)
        .describe(`Name of the class that Quint makes for ${many}.`),
      snapshots,
    })
    .prefault({})
    .describe("Storage classes to make.")
    .meta({ examples: [names] });
}

/** What a cluster says of itself that Quint does not make on a cloud. */
export const machines = {
  nodePools: z
    .array(nodePool)
    .min(1)
    .max(20)
    .check(repeated((pool) => pool.name, "is the name of a pool before it", "name"))
    .describe("The cluster's node pools. A simulated cluster makes nodes of these shapes."),
  storageClasses,
};
