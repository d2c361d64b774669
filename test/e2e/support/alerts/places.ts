/** Where the platforms' alerts are about, from the seeds' own names of namespaces and stores. */
import type { Place } from "./case.ts";

export type Delivered = "staging" | "production";

const namespacesOf = (environment: Delivered): Readonly<Record<string, readonly string[]>> => ({
  cancer: ["cancer-mlops"],
  "clinical-trials": [`clinical-mlops-${environment}`],
  "code-review": [
    "platform-v2-stable",
    "platform-v1-exp",
    "platform-v3-quarantine",
    "platform-infrastructure",
  ],
  "health-data": [`health-platform-${environment}`],
  "chest-xray": [`${environment}-blue`, `${environment}-green`],
  login: ["login"],
  foundation: ["platform-monitoring", "argocd", "istio-ingress", "velero"],
});

/** Namespaces of a platform's stores. */
const storeNamespaces = (environment: Delivered): Readonly<Record<string, readonly string[]>> => ({
  ...namespacesOf(environment),
  "code-review": ["platform-infrastructure"],
});

/** Every place that an alert of an owner is about. */
export function placesOf(environment: Delivered, owner: string, store: string | undefined): Place[] {
  const table = store === undefined ? namespacesOf(environment) : storeNamespaces(environment);
  return (table[owner] ?? []).map((namespace) => ({ owner, namespace, store: store ?? "" }));
}
