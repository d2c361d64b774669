/** Charts' hooks: Jobs that run for seconds around an install or an upgrade, and are not among the pods that an add-on declares. */
import * as k8s from "@pulumi/kubernetes";
import { apiServerEgress, type ApiServerFacts } from "../cluster/api-server.ts";
import { ownerLabels } from "../labels.ts";
import type { Namespace } from "../namespace/namespace.ts";

/** On every pod that a Job makes (Kubernetes 1.27 and newer). */
const jobName = "batch.kubernetes.io/job-name";

/**
 * Lets hooks out to the API server. Default deny would let them wait until the release fails: cert-manager's checks that
 * its webhook answers, Velero's brings its kinds up to date. The namespace waits for it, and so does every release.
 */
export function allowHooks(name: string, namespace: Namespace, facts: ApiServerFacts): void {
  new k8s.networking.v1.NetworkPolicy(
    `${name}-allow-hooks`,
    {
      metadata: {
        name: "allow-hooks",
        namespace: namespace.namespaceName,
        labels: ownerLabels({ platform: "foundation" }),
      },
      spec: {
        podSelector: { matchExpressions: [{ key: jobName, operator: "Exists" }] },
        policyTypes: ["Egress"],
        egress: [apiServerEgress(facts)],
      },
    },
    // A child of the namespace: whoever depends on that depends on it.
    { parent: namespace },
  );
}
