/**
 * A storage provisioner. It only makes, grows and removes volumes; binding and releasing is left to the controller
 * manager, which does it as on any cluster.
 */
import { notDeleting, type Stage, stage } from "./stage.ts";

/** Makes volumes that one node mounts at a time, as a cloud's block storage does. */
export const blockProvisioner = "quint.dev/block";
/** Makes volumes that many nodes mount at once, as a file server does. */
export const sharedProvisioner = "quint.dev/shared";

/** Set by the controller manager on a claim that waits for an outside provisioner. */
const provisionerAnnotation = "volume.kubernetes.io/storage-provisioner";

/** The claim's volume. Applying it again is how it grows. The host path is never made: no kubelet mounts it. */
const volume = `
apiVersion: v1
kind: PersistentVolume
metadata:
  name: pvc-{{ .metadata.uid }}
  annotations:
    pv.kubernetes.io/provisioned-by: {{ index .metadata.annotations "${provisionerAnnotation}" | Quote }}
spec:
  accessModes:
  {{ YAML .spec.accessModes 1 }}
  capacity:
    storage: {{ .spec.resources.requests.storage | Quote }}
  persistentVolumeReclaimPolicy: Delete
  storageClassName: {{ .spec.storageClassName | Quote }}
  volumeMode: {{ or .spec.volumeMode "Filesystem" | Quote }}
  claimRef:
    apiVersion: v1
    kind: PersistentVolumeClaim
    namespace: {{ .metadata.namespace | Quote }}
    name: {{ .metadata.name | Quote }}
    uid: {{ .metadata.uid | Quote }}
  hostPath:
    path: /run/quint/volumes/pvc-{{ .metadata.uid }}
    type: Directory
`;

function provisioned(name: string, provisioner: string, also: readonly string[]): Stage {
  return stage(name, {
    kind: "PersistentVolumeClaim",
    when: [
      notDeleting,
      ".spec.volumeName == null",
      `.metadata.annotations["${provisionerAnnotation}"] == "${provisioner}"`,
      ...also,
    ],
    steps: [{ apply: { template: volume } }],
  });
}

export const volumeStages: readonly Stage[] = [
  // A claim for many nodes on block storage stays pending, as it would on the real cluster.
  provisioned("block-volume-made", blockProvisioner, [`.spec.accessModes | index("ReadWriteMany") | not`]),
  provisioned("shared-volume-made", sharedProvisioner, []),
  stage("volume-grown", {
    kind: "PersistentVolumeClaim",
    when: [
      notDeleting,
      `.status.phase == "Bound"`,
      `.metadata.annotations["${provisionerAnnotation}"] | startswith("quint.dev/")`,
      // The API lets a claim's request grow only.
      ".status.capacity.storage != .spec.resources.requests.storage",
    ],
    steps: [
      { apply: { template: volume } },
      {
        patch: {
          subresource: "status",
          root: "status",
          type: "merge",
          template: `capacity:\n  storage: {{ .spec.resources.requests.storage | Quote }}\n`,
        },
      },
    ],
  }),
  stage("volume-removed", {
    kind: "PersistentVolume",
    when: [
      notDeleting,
      `.metadata.annotations["pv.kubernetes.io/provisioned-by"] | startswith("quint.dev/")`,
      `.spec.persistentVolumeReclaimPolicy == "Delete"`,
      `.status.phase == "Released"`,
    ],
    steps: [{ delete: true }],
  }),
];
