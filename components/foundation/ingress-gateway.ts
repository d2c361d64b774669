/** The ingress gateway: Envoy replicas behind one load balancer, or behind node ports where the cluster has none. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Values } from "../../config/catalog/mirror.ts";
import { chartPodsLabel } from "../labels.ts";
import { gatewayNamespace, inNamespace } from "../workload/network.ts";
import { challengeClass, challengePods, provesByHttp } from "./certificates.ts";
import {
  foundationLabels,
  requiredPod,
  podValues,
  type AddOnContext,
  type AddOnDefinition,
  type AddOnScope,
} from "./definition.ts";

export const ingressGateway: AddOnDefinition = {
  values: (context) => {
    const gateway = requiredPod(context, "istio-gateway/gateway");
    const { maxReplicas } = gateway;
    const { loadBalancers } = context.facts;
    return {
      "istio-gateway": {
        ...podValues(gateway),
        ...(maxReplicas === undefined ? { replicaCount: gateway.replicas } : {}),
        autoscaling: {
          enabled: maxReplicas !== undefined,
          ...(maxReplicas === undefined ? {} : { minReplicas: gateway.replicas, maxReplicas }),
        },
        service: service(context),
        // Allow lists see the client: by the packets' source, or by what the load balancer says of it.
        ...(loadBalancers.proxyProtocol
          ? { podAnnotations: { "proxy.istio.io/config": '{"gatewayTopology":{"proxyProtocol":{}}}' } }
          : {}),
        securityContext: {
          runAsNonRoot: true,
          seccompProfile: { type: "RuntimeDefault" },
          // Ports below 1024 without a capability.
          sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }],
        },
      },
    };
  },
  cloudValues: ({ facts }) => ({
    "istio-gateway": pulumi
      .output(facts.loadBalancers.annotations)
      .apply((annotations): object => ({ service: { annotations } })),
  }),
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
            from: [inNamespace(gatewayNamespace)],
            ports: [{ port: challengePods.port, protocol: "TCP" }],
          },
        ],
        egress: [],
      },
    },
    opts,
  );
}

function service({ facts, spec }: AddOnContext): Values {
  const { loadBalancers, loadBalancer } = facts;
  const { nodePorts } = loadBalancers;
  const ports = spec.releases.flatMap(({ pods }) => pods).flatMap(({ services }) => services)[0]?.ports ?? [];
  const nodePortOf: Readonly<Record<number, number | undefined>> = {
    80: nodePorts?.http,
    443: nodePorts?.https,
  };
  return {
    type: loadBalancer ? "LoadBalancer" : "NodePort",
    externalTrafficPolicy: loadBalancers.externalTrafficPolicy,
    ...(loadBalancers.class === undefined ? {} : { loadBalancerClass: loadBalancers.class }),
    ...(nodePorts === undefined
      ? {}
      : {
          ports: ports.map(({ name, port, targetPort }) => {
            const nodePort = nodePortOf[port];
            return {
              name,
              port,
              targetPort,
              protocol: "TCP",
              ...(nodePort === undefined ? {} : { nodePort }),
            };
          }),
        }),
  };
}
