/** What `down` leaves in place on request. Kept objects stay in the state, so that the next `up` finds them there. */
import { labels } from "../cluster/access.ts";
import type { ExportedResource } from "../engine/pending.ts";
import { textAt } from "../engine/property.ts";
import { kindOf, typeOf } from "../engine/urn.ts";

export interface Keep {
  /** Volumes, the Secrets that open them, and the namespaces of both. */
  readonly keepData: boolean;
  /** Namespaces, empty. */
  readonly keepNamespaces: boolean;
}

/**
 * URNs to keep. The engine keeps what they depend on by itself: generated passwords, parents, providers.
 */
export function keptUrns(resources: readonly ExportedResource[], keep: Keep): string[] {
  const data = keep.keepData ? resources.filter(isData) : [];
  const inhabited = new Set(data.map((resource) => textAt(resource.inputs, "metadata.namespace")));
  const namespaces = resources.filter(
    (resource) =>
      isKubernetes(resource, "Namespace") &&
      (keep.keepNamespaces || inhabited.has(textAt(resource.inputs, "metadata.name"))),
  );
  return [...data, ...namespaces].map(({ urn }) => urn);
}

/** What is kept, in words; `left` is what the state has after the deletion. */
export function keptWords(left: readonly ExportedResource[], { keepData, keepNamespaces }: Keep): string {
  const words = [
    ...(keepData ? ["volumes", "their passwords"] : []),
    ...(keepData || keepNamespaces ? ["namespaces"] : []),
  ];
  const asked = new Set(["PersistentVolumeClaim", "Secret", "Namespace"]);
  const kinds = left
    .filter(({ custom, type }) => custom === true && type.startsWith("kubernetes:"))
    .map(({ urn }) => kindOf(typeOf(urn)))
    .filter((kind) => !asked.has(kind));
  // Sorted: the state's order is that of what the cluster answered first.
  const others = [...new Set(kinds)]
    .sort()
    .map((kind) => `${kinds.filter((other) => other === kind).length} ${kind}`);
  const because = others.length === 0 ? "" : `, and what they depend on (${others.join(", ")})`;
  return `${words.join(", ").replace(/, (?=[^,]*$)/, " and ")}${because}`;
}

function isData(resource: ExportedResource): boolean {
  if (isKubernetes(resource, "PersistentVolumeClaim")) {
    return textAt(resource.inputs, `metadata.labels["${labels.footprint}"]`) === undefined;
  }
  return (
    isKubernetes(resource, "Secret") &&
    // Credentials of a registry open no data.
    textAt(resource.inputs, "type") !== "kubernetes.io/dockerconfigjson" &&
    textAt(resource.inputs, `metadata.annotations["${labels.purpose}"]`) !== undefined
  );
}

function isKubernetes({ urn, type }: ExportedResource, kind: string): boolean {
  return type.startsWith("kubernetes:core/v1:") && kindOf(typeOf(urn)) === kind;
}
