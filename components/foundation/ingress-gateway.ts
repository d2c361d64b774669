/** The ingress gateway: Envoy replicas behind one load balancer, or behind node ports where the cluster has none. */
import * as pulumi from "@pulumi/pulumi";
import type { Values } from "../../config/catalog/mirror.ts";
import { requiredPod, podValues, type AddOnContext, type AddOnDefinition } from "./definition.ts";

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
};

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
