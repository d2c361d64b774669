/** Storage classes of an EKS cluster: gp3 volumes for one node, folders of EFS for many. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { InsideOptions } from "../cloud/inside-options.ts";

export interface EksStorageClassesArgs {
  readonly names: { readonly readWriteOnce: string; readonly readWriteMany: string };
  /** ARN of the key that encrypts volumes. */
  readonly keyArn: pulumi.Input<string>;
  readonly fileSystemId: pulumi.Input<string>;
}

/** Both classes encrypt with the cluster's key: volumes each by themselves, the file system as a whole. */
export class EksStorageClasses extends pulumi.ComponentResource {
  constructor(name: string, args: EksStorageClassesArgs, opts: InsideOptions) {
    super("quint:cluster:EksStorageClasses", name, {}, opts);
    const { names } = args;
    const labels = { "app.kubernetes.io/managed-by": "quint" };
    const child = { parent: this, deletedWith: opts.deletedWith };
    new k8s.storage.v1.StorageClass(
      `${name}-block`,
      {
        metadata: { name: names.readWriteOnce, labels },
        provisioner: "ebs.csi.aws.com",
        parameters: {
          type: "gp3",
          encrypted: "true",
          kmsKeyId: args.keyArn,
          "csi.storage.k8s.io/fstype": "ext4",
        },
        allowVolumeExpansion: true,
        reclaimPolicy: "Delete",
        // A volume is in one zone: that of the pod.
        volumeBindingMode: "WaitForFirstConsumer",
      },
      child,
    );
    new k8s.storage.v1.StorageClass(
      `${name}-files`,
      {
        metadata: { name: names.readWriteMany, labels },
        provisioner: "efs.csi.aws.com",
        parameters: {
          // An access point for each claim: its pods see nothing but its folder, and own it whoever they run as.
          provisioningMode: "efs-ap",
          fileSystemId: args.fileSystemId,
          directoryPerms: "700",
          basePath: "/claims",
          subPathPattern: "${.PVC.namespace}/${.PVC.name}",
          ensureUniqueDirectory: "true",
        },
        mountOptions: ["tls"],
        reclaimPolicy: "Delete",
        volumeBindingMode: "Immediate",
      },
      child,
    );
    this.registerOutputs();
  }
}
