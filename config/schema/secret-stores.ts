/** Stores outside the cluster that External Secrets reads (`foundation.secretStores`). */
import { z } from "zod";
import { awsRegion } from "./cluster-eks.ts";
import { dnsLabel } from "./names.ts";
import { ociRegion } from "./oci-regions.ts";

const storeName = dnsLabel.describe("Name of the ClusterSecretStore.").meta({ examples: ["vault"] });

export const secretStore = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z
          .literal("cluster")
          .describe("The vault that comes with a cluster which Quint makes (`oke`, `eks`)."),
        name: storeName,
      })
      .describe("The cluster's own vault."),
    z
      .strictObject({
        kind: z.literal("aws").describe("AWS Secrets Manager, with the identity of the pods (Pod Identity)."),
        name: storeName,
        region: awsRegion.describe("AWS region."),
        role: z
          .string()
          .startsWith("arn:", "is not an ARN")
          .optional()
          .describe("Role to take on, where it is another account's.")
          .meta({ examples: ["arn:aws:iam::123456789012:role/quint-secrets"] }),
      })
      .describe("AWS Secrets Manager."),
    z
      .strictObject({
        kind: z.literal("oci").describe("OCI Vault, with the identity of the pods or the nodes."),
        name: storeName,
        region: ociRegion.describe("OCI region."),
        vault: z
          .string()
          .startsWith("ocid1.vault.", "is not the OCID of a vault")
          .describe("OCID of the vault.")
          .meta({ examples: ["ocid1.vault.oc1.eu-frankfurt-1.example"] }),
        principal: z
          .enum(["Workload", "InstancePrincipal"])
          .default("Workload")
          .describe("Whose identity reads: the pods' or the nodes'."),
      })
      .describe("OCI Vault."),
    z
      .strictObject({
        kind: z.literal("vault").describe("HashiCorp Vault, by Kubernetes authentication."),
        name: storeName,
        server: z
          .url({ protocol: /^https$/, error: "is not an https address" })
          .describe("Address of Vault.")
          .meta({ examples: ["https://vault.example.com"] }),
        path: z.string().min(1).default("secret").describe("Mount of the key-value engine (version 2)."),
        role: z
          .string()
          .min(1)
          .describe("Role of Vault's Kubernetes authentication.")
          .meta({ examples: ["quint"] }),
        mount: z.string().min(1).default("kubernetes").describe("Mount of that authentication."),
      })
      .describe("HashiCorp Vault."),
  ])
  .describe("A store that secrets come from.");
