/** What waiting comes to: a pure function over the objects decides, `wait.ts` shows it every change. */
import type { ApiResource } from "../discovery.ts";
import type { KubeObject } from "../object.ts";

export type Decision =
  /** The object is what it should be. */
  | { readonly state: "ready"; readonly message: string }
  /** Ready if nothing that `key` stands for changes for so long. */
  | { readonly state: "settling"; readonly seconds: number; readonly key: string; readonly message: string }
  /** Not yet. `reasons` say what is missing, for the case that the time runs out. */
  | { readonly state: "waiting"; readonly message: string; readonly reasons: readonly string[] }
  /** It will not become so by waiting. */
  | { readonly state: "failed"; readonly message: string; readonly reasons: readonly string[] };

/** Kinds of objects that decisions look at beside the object itself. */
export type Related = "pods" | "replicaSets" | "claims" | "endpoints" | "services" | "storageClasses";

/** Where the related objects are. */
export const relatedResources = {
  pods: { base: "/api/v1", plural: "pods", namespaced: true },
  replicaSets: { base: "/apis/apps/v1", plural: "replicasets", namespaced: true },
  claims: { base: "/api/v1", plural: "persistentvolumeclaims", namespaced: true },
  endpoints: { base: "/api/v1", plural: "endpoints", namespaced: true },
  services: { base: "/api/v1", plural: "services", namespaced: true },
  storageClasses: { base: "/apis/storage.k8s.io/v1", plural: "storageclasses", namespaced: false },
} as const satisfies Record<Related, ApiResource>;

/** The objects at one moment. */
export interface View {
  readonly object: KubeObject;
  /** All related objects in the namespace; kinds that the awaiter does not name are empty. */
  related(kind: Related): readonly KubeObject[];
}

/** How a kind is awaited. */
export interface Awaiter {
  readonly timeoutSeconds: number;
  readonly related: readonly Related[];
  /** Whether a refresh judges the object as well, and records that it is not ready. */
  readonly onRefresh: boolean;
  decide(view: View): Decision;
}

export const ready = (message: string): Decision => ({ state: "ready", message });

export const waiting = (message: string, reasons: readonly string[] = [message]): Decision => ({
  state: "waiting",
  message,
  reasons,
});

export const failed = (message: string, reasons: readonly string[] = [message]): Decision => ({
  state: "failed",
  message,
  reasons,
});
