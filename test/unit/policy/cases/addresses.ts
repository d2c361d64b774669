/** Cases of the rules on addresses outside of the cluster. */
import { setting, type Cases } from "./case.ts";

const service = "api-service";
const named = `Service cancer-mlops/${service}`;

export const addressesCases: Cases = {
  "outside-addresses": [
    ...(["NodePort", "LoadBalancer"] as const).map((type) => ({
      when: `a Service is a ${type}`,
      change: setting("Service", service, "spec.type", type),
      says: [`${named} is a ${type} past the gateway: make it a ClusterIP with a route`],
    })),
    {
      when: "a Service of dev is a NodePort",
      environment: "dev",
      change: setting("Service", service, "spec.type", "NodePort"),
      says: [],
    },
    {
      when: "a Service takes an address, in dev, too",
      environment: "dev",
      change: setting("Service", service, "spec.externalIPs", ["192.0.2.1"]),
      says: [`${named} takes addresses of others (externalIPs)`],
    },
  ],
};
