/** What the catalog says of a chart: where it comes from, what it runs, and which of its values carry an image. */
import type { Architecture } from "../schema/cluster.ts";

/** How the custom resource definitions of a chart reach a cluster. */
export type CrdDelivery =
  /** It has none. */
  | { readonly kind: "none" }
  /** Templates of the chart, upgraded with it; the value that switches them. */
  | { readonly kind: "templates"; readonly value: string }
  /** The folder `crds/`, which Helm installs once and never upgrades. */
  | { readonly kind: "folder" }
  /** Another chart of the catalog. */
  | { readonly kind: "chart"; readonly chart: string };

/** The value keys of a chart that together name one image. Paths are those of `helm --set`. */
export interface ImageKeys {
  /** Registry alone, e.g. `quay.io`. */
  readonly registry?: string;
  /** Repository: without the registry where `registry` names it, else with it. */
  readonly repository?: string;
  /** Registry and folders, without the last part, e.g. `docker.io/istio`. */
  readonly hub?: string;
  /** Folders between registry and the last part, e.g. `strimzi`. */
  readonly folder?: string;
  /** Last part of the repository, e.g. `pilot`. */
  readonly name?: string;
  readonly tag?: string;
  /** The whole reference in one value. */
  readonly reference?: string;
}

export interface ChartImage {
  /** Registry, repository and release tag, as the chart's publisher serves it. */
  readonly reference: string;
  readonly architectures: readonly Architecture[];
  /** Where the chart takes it from. Empty: a component writes the whole reference, or another image's keys cover it. */
  readonly keys: readonly ImageKeys[];
}

export type PodKind = "Deployment" | "StatefulSet" | "DaemonSet";

export type FoundationPriority = "system-node-critical" | "system-cluster-critical" | "critical-priority";

export interface PodService {
  readonly name: string;
  readonly type?: "LoadBalancer";
  readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort: number }[];
}

/** One object that makes pods, as the chart renders it with our values (or as its operator makes it). */
export interface PodPin {
  readonly kind: PodKind;
  readonly name: string;
  /** Where it is not the chart's namespace. */
  readonly namespace?: string;
  /** Labels that its pods have, and no other pods of the namespace. They never change. */
  readonly labels: Readonly<Record<string, string>>;
  /** Container -> image of the chart. */
  readonly containers: Readonly<Record<string, string>>;
  readonly priority: FoundationPriority;
  /** Services that others call it by. */
  readonly services?: readonly PodService[];
}

export interface ChartPin {
  /** A Helm repository (`https://…`) or a path of an OCI registry (`oci://…`). */
  readonly repository: string;
  readonly chart: string;
  readonly version: string;
  /** Version of what it installs. */
  readonly appVersion: string;
  readonly namespace: string;
  /** Name of the Helm release; it is a part of many objects' names. */
  readonly release: string;
  readonly crds: CrdDelivery;
  readonly images: Readonly<Record<string, ChartImage>>;
  /** Values that take the mirror's address by itself, for what the images' own keys do not reach. */
  readonly mirrorKeys?: readonly string[];
  readonly pods: Readonly<Record<string, PodPin>>;
  readonly homepage: string;
  /** Who keeps it, and what to watch: shown by `quint images`, read before an upgrade. */
  readonly maintenance: string;
}

export const both = ["amd64", "arm64"] as const satisfies readonly Architecture[];

/** An image that is published for both architectures. */
export function image<const Keys extends readonly ImageKeys[]>(reference: string, ...keys: Keys) {
  return { reference, architectures: both, keys } as const;
}
