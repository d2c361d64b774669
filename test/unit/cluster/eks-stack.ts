/** EKS clusters for tests: settings as a stack would have them, and what AWS would add. It is asked nothing. */
import { eks, offsiteBucket, type EksSettings } from "../../../config/schema/cluster-eks.ts";
import type { ControllerPins, EksCluster } from "../../../components/cluster/eks/index.ts";
import type { OffsiteBucket } from "../../../components/cluster/offsite-bucket/index.ts";
import { productionPools } from "./production-pools.ts";
import { record, type Computed, type Recorded, type RecorderOptions } from "./recorder.ts";

export const zones = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];

/** Production's shape: private, both architectures, one pool that grows. */
export const eksSettings = {
  type: "eks",
  region: "eu-central-1",
  account: "123456789012",
  zones,
  kubernetesVersion: "1.36",
  addOns: {
    vpcCni: "v1.22.0-eksbuild.1",
    coredns: "v1.14.0-eksbuild.1",
    kubeProxy: "v1.36.0-eksbuild.2",
    podIdentityAgent: "v1.4.0-eksbuild.1",
    ebsCsiDriver: "v1.60.0-eksbuild.1",
    efsCsiDriver: "v3.0.0-eksbuild.1",
  },
  administrators: ["arn:aws:iam::123456789012:role/deployer"],
  api: { access: "private", allowedCidrs: ["10.200.0.0/24"] },
  nodePools: productionPools(
    zones,
    { instanceType: "m7g.xlarge", memoryGiB: 16 },
    { instanceType: "r7i.2xlarge", memoryGiB: 64 },
  ),
};

export function parsedEks(changes: object = {}): EksSettings {
  return eks.parse({ ...eksSettings, ...changes });
}

export const controllerPins: ControllerPins = {
  loadBalancer: {
    source: {
      chart: "aws-load-balancer-controller",
      repository: "https://charts.example.com/eks",
      version: "3.5.0",
    },
    images: { image: { repository: "public.ecr.aws/eks/aws-load-balancer-controller", tag: "v3.5.0" } },
  },
  autoscaler: {
    source: {
      chart: "cluster-autoscaler",
      repository: "https://charts.example.com/autoscaler",
      version: "9.59.0",
    },
    images: { image: { repository: "registry.k8s.io/autoscaling/cluster-autoscaler", tag: "v1.36.1" } },
  },
};

const arn = (service: string) => (name: string) => ({ arn: `arn:aws:${service}:::${name}` });

export const awsComputed: Computed = {
  "aws:kms/key:Key": (name) => ({ arn: `arn:aws:kms:::key/${name}`, keyId: name }),
  "aws:iam/role:Role": arn("iam"),
  "aws:efs/fileSystem:FileSystem": arn("elasticfilesystem"),
  "aws:iam/accessKey:AccessKey": () => ({ secret: "the-secret-key" }),
  "aws:ec2/launchTemplate:LaunchTemplate": () => ({ latestVersion: 7 }),
  "aws:eks/cluster:Cluster": () => ({
    endpoint: "https://0123456789ABCDEF.gr7.eu-central-1.eks.amazonaws.com",
    certificateAuthority: { data: "Q0E=" },
    vpcConfig: { clusterSecurityGroupId: "sg-cluster" },
  }),
};

/** Records the cluster of a stack called `production`. */
export function recordEks(
  changes: object = {},
  options: RecorderOptions = {},
): Promise<Recorded<EksCluster>> {
  return record(
    async () => {
      const { EksCluster: Eks } = await import("../../../components/cluster/eks/index.ts");
      return new Eks("cluster", {
        stack: "production",
        settings: parsedEks(changes),
        controllers: controllerPins,
      });
    },
    { computed: awsComputed, ...options },
  );
}

export function recordOffsite(
  changes: object = {},
  options: RecorderOptions = {},
): Promise<Recorded<OffsiteBucket>> {
  return record(
    async () => {
      const { OffsiteBucket: Offsite } = await import("../../../components/cluster/offsite-bucket/index.ts");
      const settings = offsiteBucket.parse({ region: "eu-west-1", account: "123456789012", ...changes });
      return new Offsite("offsite", { stack: "production", settings });
    },
    { computed: awsComputed, ...options },
  );
}
