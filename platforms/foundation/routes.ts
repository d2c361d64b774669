/** The ways to the foundation's own tools, for people. */
import type { AddOnName, FoundationHosts, FoundationRoute } from "../model/foundation.ts";

/** Routes of the tools that a stack has. */
export function routesOfFoundation(
  hosts: FoundationHosts,
  has: (addOn: AddOnName) => boolean,
): readonly FoundationRoute[] {
  const routes: readonly FoundationRoute[] = [
    {
      addOn: "argo-cd",
      namespace: "argocd",
      spec: {
        name: "argocd",
        host: hosts.argoCd,
        // An hour: the page follows applications and logs in one request that does not end.
        rules: [{ prefix: "/", service: "argocd-server", port: 443, tls: true, timeoutSeconds: 3600 }],
      },
    },
    {
      addOn: "prometheus",
      namespace: "platform-monitoring",
      spec: {
        name: "grafana",
        host: hosts.grafana,
        // Queries over weeks take a minute.
        rules: [{ prefix: "/", service: "grafana", port: 80, timeoutSeconds: 300 }],
      },
    },
    {
      addOn: "prometheus",
      namespace: "platform-monitoring",
      spec: {
        name: "prometheus",
        host: hosts.prometheus,
        rules: [
          { prefix: "/", service: "kube-prometheus-stack-prometheus", port: 9090, timeoutSeconds: 120 },
        ],
        // It has no users of its own.
        access: { login: true },
      },
    },
  ];
  return has("ingress-gateway") ? routes.filter(({ addOn }) => has(addOn)) : [];
}
