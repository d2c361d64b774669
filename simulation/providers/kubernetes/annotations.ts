/** The annotations with which a program steers the provider. */
import { type KubeObject, setMetadata, text, at } from "./object.ts";
import { isMap, isUnknown } from "../plugin/values.ts";

const annotation = {
  /** Set by the provider: the name was not in the program. */
  autonamed: "pulumi.com/autonamed",
  skipAwait: "pulumi.com/skipAwait",
  waitFor: "pulumi.com/waitFor",
  timeoutSeconds: "pulumi.com/timeoutSeconds",
  replaceUnready: "pulumi.com/replaceUnready",
  deletionPropagationPolicy: "pulumi.com/deletionPropagationPolicy",
  patchForce: "pulumi.com/patchForce",
  patchFieldManager: "pulumi.com/patchFieldManager",
} as const;

export type Annotation = keyof typeof annotation;

/** The annotation's value; empty where it is not set (or not known yet). */
export function annotationOf(object: KubeObject, name: Annotation): string {
  return text(object, "metadata", "annotations", annotation[name]);
}

/** Whether the annotation says exactly `true`. */
export function isAnnotated(object: KubeObject, name: Annotation): boolean {
  return annotationOf(object, name) === "true";
}

/** Marks a name as the provider's own, unless the annotations are not known yet. */
export function markAutonamed(object: KubeObject): void {
  const annotations = at(object, "metadata", "annotations");
  if (isUnknown(annotations)) return;
  setMetadata(object, "annotations", {
    ...(isMap(annotations) ? annotations : {}),
    [annotation.autonamed]: "true",
  });
}

/**
 * How long to wait, in milliseconds: the resource option `customTimeouts`, else the annotation, else the kind's own
 * default.
 */
export function timeoutOf(inputs: KubeObject, customSeconds: number, defaultSeconds: number): number {
  if (customSeconds > 0) return customSeconds * 1000;
  const annotated = annotationOf(inputs, "timeoutSeconds");
  return (/^[1-9]\d*$/.test(annotated) ? Number(annotated) : defaultSeconds) * 1000;
}
