/** A cluster that Quint makes on Oracle Cloud Infrastructure. */
import { z } from "zod";
import { madeStorageClasses } from "./cluster-machines.ts";
import { apiAccess, backups, clusterNetwork } from "./cluster-network.ts";
import { shapeProblems } from "./cluster-oke-shapes.ts";
import { growingPool, pools } from "./cluster-pools.ts";
import type { Frozen } from "./frozen.ts";
import { kubernetesVersion } from "./kubernetes-version.ts";
import { dnsSubdomain } from "./names.ts";
import { ociRegion } from "./oci-regions.ts";

/** An OCID of one of some types. It is a name, not a secret. */
function ocid(...types: string[]) {
  return z
    .string()
    .max(255)
    .regex(
      new RegExp(`^ocid1\\.(${types.join("|")})\\.[a-z0-9-]+\\.[a-z0-9-]*\\.[a-z0-9.]+$`),
      `is not the OCID of a ${types.join(" or ")}`,
    )
    .meta({ examples: [`ocid1.${types[0] ?? ""}.oc1..your-id`.replace("your-id", "aaaaexample")] });
}

/** Names of the storage classes that an OKE cluster has: OKE's own name for block volumes is taken. */
export const okeStorageClasses = { readWriteOnce: "oci-bv-vault", readWriteMany: "oci-fss" } as const;

export const oke = z
  .strictObject({
    type: z.literal("oke").describe("Make a cluster on Oracle Cloud Infrastructure (OKE)."),
    region: ociRegion.describe("Region of the cluster."),
    homeRegion: ociRegion
      .optional()
      .describe("Home region of the tenancy, where users, groups and policies are made. Left out: `region`."),
    tenancy: ocid("tenancy").describe("OCID of the tenancy. Credentials come from the environment."),
    compartment: ocid("compartment", "tenancy").describe(
      "OCID of the compartment that everything is made in.",
    ),
    objectStorageNamespace: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9_-]{0,98}[a-z0-9])?$/, "is not a namespace of Object Storage")
      .describe(
        "Namespace of the tenancy's Object Storage (`oci os ns get`): part of the address of its S3 API, so that manifests can be rendered without asking the cloud.",
      )
      .meta({ examples: ["your-namespace"] }),
    kubernetesVersion: kubernetesVersion(
      /^1\.\d{2}\.\d{1,2}$/,
      "is not a full version of Kubernetes such as `1.34.1`",
    )
      .describe("Version of control plane and nodes. Raising it replaces the nodes one by one.")
      .meta({ examples: ["1.34.1"] }),
    nodeImageBuild: z
      .string()
      .regex(/^\d{4}\.\d{2}\.\d{2}-\d+$/, "is not a build of a node image such as `2026.05.20-0`")
      .optional()
      .describe(
        "Build of Oracle's node image. Left out: the newest for architecture and version, so that an `up` may replace nodes once Oracle publishes one.",
      )
      .meta({ examples: ["2026.05.20-0"] }),
    network: clusterNetwork(
      "VCN",
      "Half of them are pods': every pod has an address of the VCN.",
      "10.96.0.0/16",
    ),
    api: apiAccess,
    keyProtection: z
      .enum(["HSM", "SOFTWARE"])
      .default("HSM")
      .describe(
        "Where the keys live that encrypt Kubernetes Secrets, volumes, files and backups. Cannot be changed later.",
      ),
    backups,
    registryAccess: z
      .boolean()
      .default(false)
      .describe(
        "Whether to make a user that may only pull images from OCI's registry, and to hand its credentials to namespaces as a pull secret.",
      ),
    dnsZone: dnsSubdomain
      .optional()
      .describe("A public DNS zone to make. Delegate to the name servers that the stack gives out.")
      .meta({ examples: ["production.example.com"] }),
    nodePools: pools(growingPool, shapeProblems)
      .describe("The cluster's node pools, in flexible shapes.")
      .meta({
        examples: [
          [
            {
              name: "general-arm64",
              architecture: "arm64",
              count: 3,
              cpu: 4,
              memoryGiB: 24,
              instanceType: "VM.Standard.A1.Flex",
              zones: ["EU-FRANKFURT-1-AD-1", "EU-FRANKFURT-1-AD-2", "EU-FRANKFURT-1-AD-3"],
            },
          ],
        ],
      }),
    storageClasses: madeStorageClasses(
      okeStorageClasses,
      "block volumes, encrypted with the Vault's key",
      "File Storage",
    ),
  })
  .describe("A cluster on OKE, with its network, keys, machines, file storage and bucket for backups.");

export type OkeSettings = Frozen<z.infer<typeof oke>>;
