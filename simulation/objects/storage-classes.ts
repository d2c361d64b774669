/** The storage classes of the stack, with provisioners that the volume Stages play. */
import type { ApiClient, ApiObject } from "../api/client.ts";
import type { SimulatedClusterSpec } from "../spec.ts";
import { blockProvisioner, sharedProvisioner } from "../stages/volume.ts";

const path = "/apis/storage.k8s.io/v1/storageclasses";
const provisioners: readonly unknown[] = [blockProvisioner, sharedProvisioner];

export function storageClassesOf(names: SimulatedClusterSpec["storageClasses"]): ApiObject[] {
  const block = storageClass(names.readWriteOnce, blockProvisioner, true);
  const shared = names.readWriteMany;
  if (shared === undefined || shared === names.readWriteOnce) {
    // One class for both modes can only be one that many nodes mount.
    return shared === undefined ? [block] : [storageClass(shared, sharedProvisioner, true)];
  }
  return [block, storageClass(shared, sharedProvisioner, false)];
}

function storageClass(name: string, provisioner: string, isDefault: boolean): ApiObject {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name,
      ...(isDefault ? { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } } : {}),
    },
    provisioner,
    reclaimPolicy: "Delete",
    // At once, though clouds wait for the first pod: a claim is then known to bind without one.
    volumeBindingMode: "Immediate",
    allowVolumeExpansion: true,
  };
}

/** Makes the classes and removes those of an earlier spec. A class that changed its provisioner is made anew. */
export async function reconcileStorageClasses(
  client: ApiClient,
  wanted: readonly ApiObject[],
): Promise<void> {
  const provisionerOf = new Map(wanted.map((one) => [one.metadata.name, one.provisioner]));
  for (const there of await client.list(path)) {
    const stale = provisionerOf.get(there.metadata.name) !== there.provisioner;
    if (stale && provisioners.includes(there.provisioner))
      await client.remove(`${path}/${there.metadata.name}`);
  }
  await Promise.all(wanted.map((one) => client.apply(`${path}/${one.metadata.name}`, one)));
}
