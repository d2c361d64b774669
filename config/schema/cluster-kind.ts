/** A cluster of containers on this machine. */
import { z } from "zod";
import { nodePool } from "./cluster-machines.ts";
import { pools } from "./cluster-pools.ts";
import type { Frozen } from "./frozen.ts";
import { dnsSubdomain, imageReference } from "./names.ts";

/** Names of the storage classes that a kind cluster has: `standard` is kind's own. */
export const kindStorageClasses = { readWriteOnce: "standard", readWriteMany: "shared" } as const;

const hostPort = z.int().min(1).max(65535);

export const kind = z
  .strictObject({
    type: z.literal("kind").describe("Make a cluster of containers on this machine (kind). Dev only."),
    nodeImage: imageReference
      .optional()
      .describe(
        "Image of the nodes: it decides the version of Kubernetes. Left out: that of the pinned kind.",
      )
      .meta({ examples: ["kindest/node:v1.36.1"] }),
    ports: z
      .strictObject({
        http: hostPort.default(8080).describe("Port of this machine that leads to the gateway's port 80."),
        https: hostPort.default(8443).describe("Port of this machine that leads to the gateway's port 443."),
      })
      .refine(({ http, https }) => http !== https, {
        message: "is the port of `http` already",
        path: ["https"],
        params: { remedy: "another port, e.g. `https: 8443`" },
      })
      .prefault({})
      .describe("Ports of this machine, on its loopback address, that lead to the gateway.")
      .meta({ examples: [{ http: 8080, https: 8443 }] }),
    nodePools: pools(nodePool, ({ count }) =>
      count > 16
        ? [
            {
              path: ["count"],
              reason: "is more than one machine carries as containers",
              remedy: "at most `count: 16`",
            },
          ]
        : [],
    )
      .describe(
        "Workers: one container a node, labelled with its pool's zones in turn. Processors are this machine's, so all pools have its architecture; CPUs and memory are what the checks count with, and no limit.",
      )
      .meta({
        examples: [
          [
            {
              name: "general",
              architecture: "amd64",
              count: 3,
              cpu: 4,
              memoryGiB: 8,
              instanceType: "container",
              zones: ["a", "b", "c"],
            },
          ],
        ],
      }),
    storageClasses: z
      .strictObject({
        readWriteOnce: z
          .literal(kindStorageClasses.readWriteOnce)
          .default(kindStorageClasses.readWriteOnce)
          .describe("Class for volumes of one node: kind's own."),
        readWriteMany: dnsSubdomain
          .default(kindStorageClasses.readWriteMany)
          .describe(
            "Name of the class that Quint makes for volumes that all nodes share: a folder of this machine.",
          ),
      })
      .prefault({})
      .describe("Storage classes to use and to make.")
      .meta({ examples: [kindStorageClasses] }),
  })
  .check((context) => {
    const [first, ...others] = context.value.nodePools;
    for (const [index, { architecture, name }] of others.entries()) {
      if (architecture === first?.architecture) continue;
      context.issues.push({
        code: "custom",
        input: context.value,
        path: ["nodePools", index + 1, "architecture"],
        message: `of pool \`${name}\` differs from that of \`${first?.name ?? ""}\`, and all containers run on this machine's processors`,
        params: {
          remedy: `\`architecture: ${first?.architecture ?? "amd64"}\`; to try both, use \`type: simulated\``,
        },
      });
    }
  })
  .describe("A cluster of containers on this machine, with workers in labelled zones.");

export type KindSettings = Frozen<z.infer<typeof kind>>;
