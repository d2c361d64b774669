/** Which rules the API server asks by itself, and why it cannot ask the others: CEL sees one object and the request. */

export interface Said {
  /** What CEL says of the rule; left out: nothing of it. */
  readonly says?: string;
  /** What it cannot say, and why; left out: it says everything. */
  readonly cannot?: string;
}

const others = "that is about other objects, which CEL does not see";

/** By the name of the rule. */
export const inCel: Readonly<Record<string, Said>> = {
  "restricted-pods": {
    says: "a read-only root file system",
    cannot: "the rest is pod security's, which the namespace's label `restricted` turns on",
  },
  "requests-and-limits": { says: "all" },
  probes: { says: "all" },
  "priority-class": { says: "all" },
  spread: { says: "all" },
  "pinned-images": { says: "all, for templates; of pods, that none runs `latest` outside dev" },
  "secrets-by-name": { says: "all" },
  "pod-references": { cannot: `what a pod refers to: ${others}` },
  services: { cannot: `the pods that a Service selects: ${others}` },
  routes: { cannot: `the Service that a route leads to: ${others}` },
  "policy-selectors": { cannot: `the pods that are selected: ${others}` },
  "disruption-budgets": {
    says: "no budget that blocks every drain by itself (0, 0 %, 100 %)",
    cannot: `whether a number is as many as there are replicas, and that there is one budget: ${others}`,
  },
  autoscalers: {
    cannot: `the workload that is scaled: ${others}. Room to move is left alone: at night it is how replicas are held`,
  },
  "guarded-namespaces": { cannot: `quota, limit range and policies of a namespace: ${others}` },
  "policy-for-each-workload": { cannot: `the policy of a workload: ${others}` },
  "exempt-namespaces": { says: "all, of namespaces that are Quint's" },
  "quota-is-enough": {
    cannot: `the sum of a namespace's pods: ${others}; the quota itself refuses what is more`,
  },
  "own-identity": {
    says: "a ServiceAccount that is not the default",
    cannot: `whether it is shared, and whether a role is bound to it: ${others}`,
  },
  "least-privilege": { says: "all, of roles that are Quint's: operators' and charts' have their own" },
  labelled: {
    says: "that a namespace keeps the label",
    cannot: "an object without the label is another's: an operator's, a chart's, the cluster's",
  },
  "strict-mesh": { says: "all" },
  "in-the-mesh": { says: "all" },
  "hosts-have-tls": { cannot: `the certificate of a host, and its redirect: ${others}` },
  "one-route-a-host": { cannot: `other routes of a host: ${others}` },
  "outside-addresses": { says: "all; in dev, the Services that the stack opens, by name" },
  "mesh-authorization": { cannot: `the policy of a workload, and ports that are open: ${others}` },
  "service-traffic": { cannot: `the Service of a DestinationRule: ${others}` },
  rollouts: { cannot: `what a Rollout names: ${others}` },
};
