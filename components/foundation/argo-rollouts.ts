/** Argo Rollouts: canaries by Istio's routes, blue-green by Services; the dashboard stays off. */
import { podValues, requiredPod, type AddOnDefinition } from "./definition.ts";

export const argoRollouts: AddOnDefinition = {
  values: (context) => {
    const controller = requiredPod(context, "argo-rollouts/controller");
    return {
      "argo-rollouts": {
        installCRDs: true,
        keepCRDs: true,
        dashboard: { enabled: false },
        controller: {
          ...podValues(controller),
          replicas: controller.replicas,
          metrics: { enabled: true },
        },
        // Rights for the mesh alone: the chart would give the controller those of ten traffic routers.
        providerRBAC: {
          enabled: true,
          providers: {
            istio: true,
            gatewayAPI: false,
            smi: false,
            ambassador: false,
            awsLoadBalancerController: false,
            awsAppMesh: false,
            traefik: false,
            apisix: false,
            contour: false,
            glooPlatform: false,
          },
        },
      },
    };
  },
};
