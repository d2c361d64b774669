/** Storage classes of an OKE cluster: block volumes for one node, file systems for many. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { InsideOptions } from "../cloud/inside-options.ts";
import type { OkeContext } from "./context.ts";
import type { OkeFileStorage } from "./file-storage.ts";

const fileDriver = "fss.csi.oraclecloud.com";

export interface OkeStorageClassesArgs {
  readonly context: OkeContext;
  readonly names: { readonly readWriteOnce: string; readonly readWriteMany: string };
  /** OCID of the key that encrypts volumes and file systems. */
  readonly key: pulumi.Input<string>;
  readonly files: OkeFileStorage;
  /** Addresses of the nodes, which mount file systems. */
  readonly nodeRange: string;
}

/** Both classes encrypt with the Vault's key. The parameters are those of OCI's CSI drivers. */
export class OkeStorageClasses extends pulumi.ComponentResource {
  constructor(name: string, args: OkeStorageClassesArgs, opts: InsideOptions) {
    super("quint:cluster:OkeStorageClasses", name, {}, opts);
    const { context, names, key, files } = args;
    const child = { parent: this, deletedWith: opts.deletedWith };
    const labels = { "app.kubernetes.io/managed-by": "quint" };
    const tags = { "oci.oraclecloud.com/initial-freeform-tags-override": JSON.stringify(context.tags) };
    new k8s.storage.v1.StorageClass(
      `${name}-block`,
      {
        metadata: { name: names.readWriteOnce, labels },
        provisioner: "blockvolume.csi.oraclecloud.com",
        parameters: {
          ...tags,
          "kms-key-id": key,
          // With this way of attaching, data are encrypted between node and volume, too.
          "attachment-type": "paravirtualized",
        },
        allowVolumeExpansion: true,
        reclaimPolicy: "Delete",
        // A block volume is in one zone: that of the pod.
        volumeBindingMode: "WaitForFirstConsumer",
      },
      child,
    );
    // A new file system is root's. With this the kubelet gives it to the pod's group, as it does block volumes; its
    // own choice leaves volumes alone that many nodes mount.
    new k8s.storage.v1.CSIDriverPatch(
      `${name}-files-driver`,
      {
        // The object is OKE's; this one field of it becomes ours.
        metadata: { name: fileDriver, annotations: { "pulumi.com/patchForce": "true" } },
        spec: { fsGroupPolicy: "File" },
      },
      child,
    );
    new k8s.storage.v1.StorageClass(
      `${name}-files`,
      {
        metadata: { name: names.readWriteMany, labels },
        provisioner: fileDriver,
        parameters: {
          ...tags,
          availabilityDomain: files.zone,
          mountTargetOcid: files.mountTarget,
          compartmentOcid: context.compartment,
          kmsKeyOcid: key,
          exportOptions: JSON.stringify([
            {
              source: args.nodeRange,
              access: "READ_WRITE",
              // The kubelet is root when it gives a volume to the pod's group.
              identitySquash: "NONE",
              requirePrivilegedSourcePort: true,
            },
          ]),
        },
        reclaimPolicy: "Delete",
        volumeBindingMode: "Immediate",
      },
      child,
    );
    this.registerOutputs();
  }
}
