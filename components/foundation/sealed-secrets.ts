/** Sealed Secrets: encrypted for this cluster alone, so that a repository may hold them. */
import { requiredPod, resourcesOf, restrictedContainer, type AddOnDefinition } from "./definition.ts";

export const sealedSecrets: AddOnDefinition = {
  values: (context) => {
    const controller = requiredPod(context, "sealed-secrets/controller");
    return {
      "sealed-secrets": {
        fullnameOverride: controller.name,
        resources: resourcesOf(controller),
        priorityClassName: controller.priority,
        containerSecurityContext: {
          enabled: true,
          allowPrivilegeEscalation: false,
          seccompProfile: restrictedContainer.seccompProfile,
        },
      },
    };
  },
};
