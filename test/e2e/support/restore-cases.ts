/** Restores that the drill of cancer in production must not get from Velero: its own, with one thing wrong. */
import { put, type Draft } from "../../support/objects.ts";

export const drillNamespace = "cancer-restore-drill";
export const drillLabel = "quint.dev/restore-drill";

export interface RestoreCase {
  /** `a restore ...` */
  readonly what: string;
  readonly change: (restore: Draft) => void;
  /** What would be right, as the refusal says it. */
  readonly says: string;
}

export const restoreCases: readonly RestoreCase[] = [
  {
    what: "over what is there",
    change: (restore) => {
      put(restore, "spec.existingResourcePolicy", "update");
    },
    says: "leave what is there (existingResourcePolicy: none)",
  },
  {
    what: "where the copy was made",
    change: (restore) => {
      put(restore, "spec.namespaceMapping", undefined);
    },
    says: `map each namespace to ${drillNamespace}`,
  },
  {
    what: "into a namespace of others",
    change: (restore) => {
      put(restore, "spec.namespaceMapping", { "cancer-mlops": "clinical-mlops-production" });
    },
    says: `map each namespace to ${drillNamespace}`,
  },
  ...[["*"], ["cancer-*"], ["clinical-mlops-production"], []].map((from) => ({
    what: `from ${JSON.stringify(from)}`,
    change: (restore: Draft) => {
      put(restore, "spec.includedNamespaces", from);
      put(restore, "spec.namespaceMapping", Object.fromEntries(from.map((one) => [one, drillNamespace])));
    },
    says: "name includedNamespaces, of cancer-mlops",
  })),
  {
    what: "of every namespace, as no list says",
    change: (restore) => {
      put(restore, "spec.includedNamespaces", undefined);
    },
    says: "name includedNamespaces, of cancer-mlops",
  },
  ...[["persistentvolumeclaims", "secrets"], ["*"], []].map((kinds) => ({
    what: `of the kinds ${JSON.stringify(kinds)}`,
    change: (restore: Draft) => {
      put(restore, "spec.includedResources", kinds);
    },
    says: "name includedResources, of persistentvolumeclaims, persistentvolumes",
  })),
  ...Object.entries({
    includeClusterResources: true,
    hooks: { resources: [{ name: "run", postHooks: [{ exec: { command: ["id"] } }] }] },
    resourceModifier: { kind: "configmap", name: "any" },
    scheduleName: "health-data-daily",
  }).map(([field, value]) => ({
    what: `with ${field}`,
    change: (restore: Draft) => {
      put(restore, `spec.${field}`, value);
    },
    says: "no hooks, no resources of the cluster",
  })),
  {
    what: "as somebody else's",
    change: (restore) => {
      put(restore, "metadata.labels", {});
    },
    says: `label the Restore ${drillLabel}: ${drillNamespace}`,
  },
];
