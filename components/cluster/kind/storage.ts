/** Volumes of a kind cluster: kind's own provisioner makes them, told where each class has its folders. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { InsideOptions } from "../cloud/inside-options.ts";
import { sharedMount } from "./configuration.ts";

export interface KindStorageArgs {
  readonly names: { readonly readWriteOnce: string; readonly readWriteMany: string };
}

/** Adds a class of shared volumes: folders of the one that all workers mount. */
export class KindStorage extends pulumi.ComponentResource {
  constructor(name: string, { names }: KindStorageArgs, opts: InsideOptions) {
    super("quint:cluster:KindStorage", name, {}, opts);
    const child = { parent: this, deletedWith: opts.deletedWith };
    // (rancher/local-path-provisioner, "Configuration": with classes, the map at the top must be empty.)
    const configuration = {
      nodePathMap: [],
      storageClassConfigs: {
        [names.readWriteOnce]: {
          nodePathMap: [
            { node: "DEFAULT_PATH_FOR_NON_LISTED_NODES", paths: ["/var/local-path-provisioner"] },
          ],
        },
        [names.readWriteMany]: { sharedFileSystemPath: sharedMount },
      },
    };
    new k8s.core.v1.ConfigMapPatch(
      `${name}-configuration`,
      {
        metadata: {
          name: "local-path-config",
          namespace: "local-path-storage",
          // The object is kind's; this one key of it becomes ours.
          annotations: { "pulumi.com/patchForce": "true" },
        },
        data: { "config.json": JSON.stringify(configuration, undefined, 2) },
      },
      child,
    );
    new k8s.storage.v1.StorageClass(
      `${name}-shared`,
      {
        metadata: { name: names.readWriteMany, labels: { "app.kubernetes.io/managed-by": "quint" } },
        provisioner: "rancher.io/local-path",
        reclaimPolicy: "Delete",
        volumeBindingMode: "Immediate",
      },
      child,
    );
    this.registerOutputs();
  }
}
