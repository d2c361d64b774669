/** The engine's steps, as people know the objects they are about. */
import type { StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { textAt } from "./property.ts";
import { isProvider, nameOf } from "./urn.ts";

/** Whether a step concerns something that exists outside the engine: not a component, a provider or the stack. */
export function isObject(metadata: StepEventMetadata): boolean {
  return stateOf(metadata)?.custom === true && !isProvider(metadata.type);
}

/** How an object is called in its cluster: `namespace/name`. What is in no cluster is called as the program does. */
export function displayName(metadata: StepEventMetadata): string {
  const inputs: unknown = stateOf(metadata)?.inputs;
  const name = textAt(inputs, "metadata.name");
  const namespace = textAt(inputs, "metadata.namespace");
  if (name === undefined) return nameOf(metadata.urn);
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/**
 * Unit of delivery of each object, by URN: `platform/application`, from its labels. An object without labels (a
 * generated password) belongs to that of its siblings; what no platform owns is the foundation
 * or, where its maker is above it, the cluster.
 */
export function groupsOf(steps: readonly StepEventMetadata[]): ReadonlyMap<string, string> {
  const objects = steps.filter(isObject);
  const byParent = new Map<string, string>();
  for (const metadata of objects) {
    const group = labelledGroup(metadata);
    if (group !== undefined) byParent.set(stateOf(metadata)?.parent ?? "", group);
  }
  return new Map(
    objects.map((metadata) => {
      const group = labelledGroup(metadata) ?? byParent.get(stateOf(metadata)?.parent ?? "");
      return [metadata.urn, group ?? (metadata.urn.includes("::quint:cluster:") ? "cluster" : "foundation")];
    }),
  );
}

function labelledGroup(metadata: StepEventMetadata): string | undefined {
  const inputs: unknown = stateOf(metadata)?.inputs;
  const platform = textAt(inputs, 'metadata.labels["app.kubernetes.io/part-of"]');
  const application = textAt(inputs, 'metadata.labels["quint.dev/application"]');
  return application === undefined ? platform : `${platform ?? ""}/${application}`;
}

/** What the object becomes, or was. */
function stateOf(metadata: StepEventMetadata): StepEventMetadata["new"] {
  return metadata.new ?? metadata.old;
}
