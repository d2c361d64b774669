/** What a container sees in its file system, as volumes and mounts. */
import type { Mount } from "../../platforms/model/index.ts";

/** Volumes are named after what they hold: two of one name would be one volume, and a container sees the wrong files. */
export function refuseAmbiguousVolumes(workload: string, mounts: readonly Mount[]): void {
  const volumes = new Map<string, string>();
  for (const mount of mounts) {
    const { volume } = volumeMount(mount);
    const content = JSON.stringify(volume);
    if ((volumes.get(volume.name) ?? content) !== content) {
      throw new Error(
        `workload "${workload}" mounts two different volumes under the name "${volume.name}"; rename one of them`,
      );
    }
    volumes.set(volume.name, content);
  }
}

export function isReadOnly(mount: Mount): boolean {
  switch (mount.kind) {
    case "claim":
      return mount.readOnly;
    case "config":
    case "secret":
      return true;
    case "scratch":
      return false;
  }
}

/** A mount with its volume, as PodBuilder takes it. */
export function volumeMount(mount: Mount) {
  switch (mount.kind) {
    case "claim":
      return {
        volume: {
          name: mount.claim,
          persistentVolumeClaim: { claimName: mount.claim, ...(mount.readOnly ? { readOnly: true } : {}) },
        },
        destPath: mount.path,
      };
    case "config":
      return { volume: { name: mount.config, configMap: { name: mount.config } }, destPath: mount.path };
    case "secret":
      // 0440: the process reads it through its group (fsGroup), nobody else does.
      return {
        volume: { name: mount.secret, secret: { secretName: mount.secret, defaultMode: 0o440 } },
        destPath: mount.path,
      };
    case "scratch":
      return { volume: { name: mount.name, ...scratch(mount) }, destPath: mount.path };
  }
}

/** Of the cluster's default storage class: nothing on it has to last. */
function scratch({ size, onVolume = false }: Extract<Mount, { kind: "scratch" }>) {
  if (!onVolume) return { emptyDir: { sizeLimit: size } };
  const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: size } } };
  return { ephemeral: { volumeClaimTemplate: { spec } } };
}
