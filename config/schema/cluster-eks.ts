/** What Quint makes on AWS: a cluster, and a bucket away from another cluster's cloud. */
import { z } from "zod";
import { kubernetesVersion } from "./kubernetes-version.ts";
import { madeStorageClasses } from "./cluster-machines.ts";
import { apiAccess, backups, clusterNetwork } from "./cluster-network.ts";
import { typeProblems } from "./cluster-eks-types.ts";
import { growingPool, pools } from "./cluster-pools.ts";
import type { Frozen } from "./frozen.ts";
import { labelValue } from "./names.ts";

export const awsRegion = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "is not a region of AWS such as `eu-central-1`")
  .meta({ examples: ["eu-central-1"] });

const account = z
  .string()
  .regex(/^\d{12}$/, "is not an account number of 12 digits")
  .describe(
    "Number of the AWS account, in quotes. Credentials come from the environment; those of another account are refused.",
  )
  .meta({ examples: ["123456789012"] });

/** Version of an add-on as AWS names it. They go with a Kubernetes version: `aws eks describe-addon-versions`. */
function addOnVersion(addOn: string, example: string) {
  return z
    .string()
    .regex(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/, "is not a version of an EKS add-on such as `v1.20.4-eksbuild.1`")
    .describe(`Version of the add-on \`${addOn}\`.`)
    .meta({ examples: [example] });
}

const addOns = z
  .strictObject({
    vpcCni: addOnVersion("vpc-cni", "v1.20.4-eksbuild.1"),
    coredns: addOnVersion("coredns", "v1.12.4-eksbuild.1"),
    kubeProxy: addOnVersion("kube-proxy", "v1.34.0-eksbuild.4"),
    podIdentityAgent: addOnVersion("eks-pod-identity-agent", "v1.3.9-eksbuild.3"),
    ebsCsiDriver: addOnVersion("aws-ebs-csi-driver", "v1.50.1-eksbuild.1"),
    efsCsiDriver: addOnVersion("aws-efs-csi-driver", "v2.1.13-eksbuild.1"),
  })
  .describe(
    "Versions of the add-ons that every EKS cluster has. Nothing is defaulted: they go with `kubernetesVersion` (`aws eks describe-addon-versions --kubernetes-version 1.34`).",
  );

/** Names of the storage classes that an EKS cluster has. */
export const eksStorageClasses = { readWriteOnce: "gp3-kms", readWriteMany: "efs" } as const;

export const eks = z
  .strictObject({
    type: z.literal("eks").describe("Make a cluster on AWS (EKS)."),
    region: awsRegion.describe("Region of the cluster."),
    account,
    zones: z
      .array(labelValue.regex(/^[a-z0-9-]+-\d[a-f]$/, "is not an availability zone such as `eu-central-1a`"))
      .min(2)
      .max(6)
      .describe("Availability zones of the network: three, unless the region has fewer.")
      .meta({ examples: [["eu-central-1a", "eu-central-1b", "eu-central-1c"]] }),
    kubernetesVersion: kubernetesVersion(
      /^1\.\d{2}$/,
      "is not a minor version of Kubernetes such as `1.34` (in quotes)",
    )
      .describe(
        "Version of control plane and nodes, in quotes. AWS chooses the patch. Raise it by one at a time.",
      )
      .meta({ examples: ["1.34"] }),
    addOns,
    administrators: z
      .array(
        z
          .string()
          .regex(/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/, "is not the ARN of a role or user")
          .meta({ examples: ["arn:aws:iam::123456789012:role/your-deployer"] }),
      )
      .min(1)
      .max(20)
      .describe(
        "Roles and users that administer the cluster. The one that runs Quint must be among them: the creator gets no rights by itself.",
      )
      .meta({ examples: [["arn:aws:iam::123456789012:role/your-deployer"]] }),
    network: clusterNetwork("VPC", "An eighth is for each zone's nodes and pods.", "172.20.0.0/16"),
    api: apiAccess,
    logRetentionDays: z
      .literal([7, 14, 30, 60, 90, 180, 365])
      .default(90)
      .describe("Days for which CloudWatch keeps the control plane's logs (API, audit, authenticator, ...)."),
    backups,
    nodePools: pools(growingPool, typeProblems)
      .describe("The cluster's node pools: managed node groups on Amazon Linux 2023.")
      .meta({
        examples: [
          [
            {
              name: "general-arm64",
              architecture: "arm64",
              count: 3,
              cpu: 4,
              memoryGiB: 16,
              instanceType: "m7g.xlarge",
              zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
            },
          ],
        ],
      }),
    storageClasses: madeStorageClasses(eksStorageClasses, "encrypted gp3 volumes", "EFS"),
  })
  .check((context) => {
    const { region: home, zones, nodePools } = context.value;
    const report = (path: PropertyKey[], message: string, remedy: string): void => {
      context.issues.push({ code: "custom", input: context.value, path, message, params: { remedy } });
    };
    for (const [index, zone] of zones.entries()) {
      if (zone.slice(0, -1) !== home) {
        report(["zones", index], `is not a zone of ${home}`, `a zone of the region, e.g. \`${home}a\``);
      } else if (zones.indexOf(zone) !== index) {
        report(["zones", index], "stands before it already", "another zone, or leave the entry out");
      }
    }
    for (const [pool, { name, zones: poolZones }] of nodePools.entries()) {
      for (const [index, zone] of poolZones.entries()) {
        if (zones.includes(zone)) continue;
        report(
          ["nodePools", pool, "zones", index],
          `of pool \`${name}\` is not among the cluster's zones`,
          `one of ${zones.join(", ")}, or add it to \`cluster.zones\``,
        );
      }
    }
  })
  .describe("A cluster on EKS, with its network, keys, machines, file system and bucket for backups.");

/** A bucket in another cloud or region than the cluster's, for copies of its backups. */
export const offsiteBucket = z
  .strictObject({
    region: awsRegion.describe("Region of the bucket: far from the cluster."),
    account,
    retentionDays: z
      .int()
      .min(1)
      .max(3650)
      .default(90)
      .describe(
        "Days for which the bucket keeps a copy, and then for as long what was overwritten; what is still among the backups is copied anew.",
      ),
    lockDays: z
      .int()
      .min(1)
      .max(3650)
      .default(30)
      .describe(
        "Days for which S3's object lock lets nobody delete or overwrite a version, but an administrator who says so (governance).",
      ),
    keep: z.boolean().default(true).describe("Whether the bucket stays when the stack is destroyed."),
  })
  .refine(({ lockDays, retentionDays }) => lockDays <= retentionDays, {
    message: "is longer than what is locked is kept",
    path: ["lockDays"],
    params: { remedy: "at most `retentionDays`" },
  })
  .describe("A bucket on AWS S3 for copies of the backups, away from the cluster's own cloud or region.")
  .meta({ examples: [{ region: "eu-west-1", account: "123456789012" }] });

export type EksSettings = Frozen<z.infer<typeof eks>>;
export type OffsiteBucketSettings = Frozen<z.infer<typeof offsiteBucket>>;
