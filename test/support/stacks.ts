/** The repository's own stacks, recorded once a process: goldens, invariants and component tests read them. */
import { namespaceExemptions } from "../../config/catalog/namespaces.ts";
import { environments, openStack, type Environment, type Settings } from "../../config/index.ts";
import { kubernetesObjects, type RenderedObjects } from "../../automation/render/objects.ts";
import { recordStack } from "../../automation/render/index.ts";
import type { Recording } from "../../automation/render/record.ts";
import type { Context } from "../../policy/index.ts";
import { stackFolder } from "./stack-files.ts";

export { root, stackFolder } from "./stack-files.ts";

/** The stacks of the repository: one an environment. */
export const stacks: readonly Environment[] = environments;

const recordings = new Map<string, Promise<Recording>>();

export function recordingOf(stack: string): Promise<Recording> {
  const known = recordings.get(stack) ?? recordStack({ root: stackFolder, stack });
  recordings.set(stack, known);
  return known;
}

export async function objectsOf(stack: string): Promise<RenderedObjects> {
  return kubernetesObjects((await recordingOf(stack)).registrations);
}

export function settingsOf(stack: string): Settings {
  return openStack({ root: stackFolder, stack }).settings;
}

/** What the rules need to know beside the objects. */
export async function contextOf(stack: string): Promise<Context> {
  const { requiredSecrets } = await objectsOf(stack);
  const settings = settingsOf(stack);
  return {
    environment: settings.environment,
    sidecar: settings.sizes.mesh.sidecar,
    nodes: settings.cluster.nodePools.reduce((sum, { count }) => sum + count, 0),
    exemptions: namespaceExemptions,
    secrets: new Map(
      requiredSecrets.map(({ namespace, name, keys }) => [`${namespace}/${name}`, Object.keys(keys)]),
    ),
  };
}
