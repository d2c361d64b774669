/** ServiceAccounts of add-ons that act in the cloud. The add-on's chart and its rights have to agree on them. */
import type { IdentityPurpose, ServiceAccountName } from "./facts.ts";

/** Names as the charts themselves choose them, so that no value has to be set for them to agree. */
export const serviceAccounts = {
  "cluster-autoscaler": { namespace: "kube-system", name: "cluster-autoscaler" },
  "external-secrets": { namespace: "external-secrets", name: "external-secrets" },
  "load-balancer-controller": { namespace: "kube-system", name: "aws-load-balancer-controller" },
  velero: { namespace: "velero", name: "velero-server" },
} as const satisfies Record<IdentityPurpose, ServiceAccountName>;
