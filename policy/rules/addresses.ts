/** Rules on addresses outside of the cluster. */
import { gatewayNamespace, ofKind } from "../object.ts";
import { violationsOf, type Rule } from "../rule.ts";

interface ServiceSpec {
  readonly type?: string;
  readonly externalIPs?: readonly string[];
}

const outsideAddresses: Rule = {
  name: "outside-addresses",
  description:
    "The gateway alone has an address outside of the cluster; in dev, so has what the stack opens directly.",
  check: (objects, { environment }) =>
    ofKind(objects, "Service")
      .filter(({ apiVersion, metadata }) => apiVersion === "v1" && metadata.namespace !== gatewayNamespace)
      .flatMap((service) => {
        const { type, externalIPs } = service.spec as ServiceSpec;
        return violationsOf(service, [
          environment !== "dev" &&
            (type === "NodePort" || type === "LoadBalancer") &&
            `is a ${type} past the gateway: make it a ClusterIP with a route`,
          (externalIPs ?? []).length > 0 && "takes addresses of others (externalIPs)",
        ]);
      }),
};

export const addressRules: readonly Rule[] = [outsideAddresses];
