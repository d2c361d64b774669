/** The repository's own stacks, recorded once a process: goldens, invariants and component tests read them. */
import { namespaceExemptions } from "../../config/catalog/namespaces.ts";
import {
  environments,
  openStack,
  type Environment,
  type Settings,
  type StackOverrides,
} from "../../config/index.ts";
import { kubernetesObjects, type RenderedObjects } from "../../automation/render/objects.ts";
import { recordStack } from "../../automation/render/index.ts";
import type { Recording } from "../../automation/render/record.ts";
import type { Context } from "../../policy/index.ts";
import { root } from "./stack-files.ts";

export { root } from "./stack-files.ts";

/** The stacks of the repository: one an environment. */
export const stacks: readonly Environment[] = environments;

/** The cluster that a stack file names, or simulated nodes, where placeholders stand for what charts and operators make. */
export type Where = "own" | "simulated";
export const everywhere: readonly Where[] = ["own", "simulated"];

const recordings = new Map<string, Promise<Recording>>();

/** Everything of a stack in one recording, whoever delivers it. */
export function recordingOf(stack: string, where: Where = "own"): Promise<Recording> {
  return recorded(stack, { delivery: "direct", ...(where === "simulated" ? { cluster: where } : {}) });
}

/** What `up` registers: not what Argo CD syncs. */
export function deployedRecordingOf(stack: string): Promise<Recording> {
  return recorded(stack, {});
}

function recorded(stack: string, overrides: StackOverrides): Promise<Recording> {
  const key = JSON.stringify([stack, overrides]);
  const known = recordings.get(key) ?? recordStack({ root, stack, overrides });
  recordings.set(key, known);
  return known;
}

export async function objectsOf(stack: string, where: Where = "own"): Promise<RenderedObjects> {
  return kubernetesObjects((await recordingOf(stack, where)).registrations);
}

export function settingsOf(stack: string): Settings {
  return openStack({ root, stack }).settings;
}

/** What the rules need to know beside the objects. */
export async function contextOf(stack: string, where: Where = "own"): Promise<Context> {
  const { requiredSecrets } = await objectsOf(stack, where);
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
