/** What most charts of data services take in the same form. */
import type { Values } from "../../config/catalog/mirror.ts";

/** What `restricted` pod security wants of a pod, as a user of the image. */
export function restrictedPod(user: number, group: number) {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: group,
    fsGroup: group,
    seccompProfile: { type: "RuntimeDefault" },
  } as const satisfies Values;
}

/** What it wants of each container. Root file systems stay writable where an image writes beside its volumes. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
} as const satisfies Values;
