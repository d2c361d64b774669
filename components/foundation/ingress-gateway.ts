/** The ingress gateway: Envoy replicas behind one load balancer. */
import * as k8s from "@pulumi/kubernetes";
import { chartPodsLabel } from "../labels.ts";
import { gatewayNamespace } from "../workload/network.ts";
import { challengeClass, challengePods, provesByHttp } from "./certificates.ts";
import {
  foundationLabels,
  requiredPod,
  podValues,
  type AddOnDefinition,
  type AddOnScope,
} from "./definition.ts";

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
  after: (scope) => {
    if (provesByHttp(scope.options)) challenges(scope);
  },
};

/**
 * cert-manager answers a challenge with a pod beside the gateway and an Ingress that leads to it: the class by which
 * istiod takes the Ingress for its own, and the way from the gateway to the pod.
 */
function challenges({ name, namespace, opts }: AddOnScope): void {
  const labels = foundationLabels("ingress-gateway");
  new k8s.networking.v1.IngressClass(
    `${name}-${challengeClass}`,
    {
      metadata: { name: challengeClass, labels },
      spec: { controller: "istio.io/ingress-controller" },
    },
    opts,
  );
  new k8s.networking.v1.NetworkPolicy(
    `${name}-challenges`,
    {
      metadata: {
        name: "challenges",
        namespace: namespace(gatewayNamespace),
        labels: { ...labels, [chartPodsLabel]: "cert-manager" },
      },
      spec: {
        podSelector: { matchLabels: { ...challengePods.labels } },
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          {
            from: [
              { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": gatewayNamespace } } },
            ],
            ports: [{ port: challengePods.port, protocol: "TCP" }],
          },
        ],
        egress: [],
      },
    },
    opts,
  );
}
