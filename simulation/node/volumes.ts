/**
 * Folders behind the volumes that pods on the real node mount. Volumes are made and removed by the simulated
 * cluster's volume Stages, with host paths below `/run/quint/volumes`; the kubelet waits (hostPath type
 * `Directory`) until the folder is there.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ApiClient } from "../api/client.ts";

/** Set by whoever made a volume. */
const provisionedBy = "pv.kubernetes.io/provisioned-by";
/** Names of volumes that the Stages make: no other folder is ever removed. */
const volumeName = /^pvc-[0-9a-f-]{36}$/;

/** Makes the folders that are missing, removes those whose volume is gone. */
export async function syncVolumes(client: ApiClient, folder: string): Promise<void> {
  const volumes = (await client.list("/api/v1/persistentvolumes?resourceVersion=0"))
    .filter((volume) => volume.metadata.annotations?.[provisionedBy]?.startsWith("quint.dev/"))
    .map(({ metadata }) => metadata.name);
  for (const name of volumes.filter((one) => volumeName.test(one) && !existsSync(join(folder, one)))) {
    mkdirSync(join(folder, name));
    // The kubelet gives no host path to a pod's group (fsGroup), and every image has its own user: so anyone may write.
    // Nobody but root gets this far: the folder above has mode 0700, and a pod sees only what is mounted into it.
    chmodSync(join(folder, name), 0o777);
  }
  for (const name of readdirSync(folder)) {
    if (volumeName.test(name) && !volumes.includes(name))
      rmSync(join(folder, name), { recursive: true, force: true });
  }
}
