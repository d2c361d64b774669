/** The ingress gateway: Envoy replicas behind one load balancer. */
import { requiredPod, podValues, type AddOnDefinition } from "./definition.ts";

export const ingressGateway: AddOnDefinition = {
  values: (context) => {
    const gateway = requiredPod(context, "istio-gateway/gateway");
    const { maxReplicas } = gateway;
    return {
      "istio-gateway": {
        ...podValues(gateway),
        ...(maxReplicas === undefined ? { replicaCount: gateway.replicas } : {}),
        autoscaling: {
          enabled: maxReplicas !== undefined,
          ...(maxReplicas === undefined ? {} : { minReplicas: gateway.replicas, maxReplicas }),
        },
        service: {
          type: context.facts.loadBalancer ? "LoadBalancer" : "NodePort",
          // Allow lists of client addresses see the client, not the node that took the connection.
          externalTrafficPolicy: "Local",
        },
        securityContext: {
          runAsNonRoot: true,
          seccompProfile: { type: "RuntimeDefault" },
          // Ports below 1024 without a capability.
          sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }],
        },
      },
    };
  },
};
