/** How users reach a platform, and whether the cluster can offer that. */
import type { Finding } from "../issues.ts";
import { check, type Check } from "./check.ts";

const gateway = "`expose: gateway`";

const plainHttpInDevOnly = check(
  "`expose: direct` is for dev.",
  ["environment", "platforms"],
  ({ environment, platforms: { cancer } }): Finding[] =>
    cancer?.expose === "direct" && environment !== "dev"
      ? [
          {
            path: ["platforms", "cancer", "expose"],
            reason: `opens plain HTTP ports to the world, which only dev may do; this stack is ${environment}`,
            remedy: `${gateway}: the ingress gateway, with TLS`,
          },
        ]
      : [],
);

const loadBalancerForDirect = check(
  "`expose: direct` needs a cluster with a load balancer.",
  ["cluster", "platforms"],
  ({ cluster, platforms: { cancer } }): Finding[] =>
    cancer?.expose === "direct" && cluster.type === "existing" && !cluster.loadBalancer
      ? [
          {
            path: ["platforms", "cancer", "expose"],
            reason: "needs a load balancer, and `quint:cluster.loadBalancer` says that the cluster has none",
            remedy: `${gateway}, or \`loadBalancer: true\` once the cluster has one`,
          },
        ]
      : [],
);

export const exposureChecks: readonly Check[] = [plainHttpInDevOnly, loadBalancerForDirect];
