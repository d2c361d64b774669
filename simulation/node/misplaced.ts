/**
 * Pods that were made under another plan: their controllers make them anew where they belong. A policy only sees
 * pods that are being made, and pods are also made while the real node is not there, or with other images.
 */
import type { ApiClient, ApiObject } from "../api/client.ts";
import { sidecarName } from "../objects/sidecar-injection.ts";
import { realNodeLabel } from "./addresses.ts";

interface PodSpec {
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly containers: readonly { readonly image: string }[];
  readonly initContainers?: readonly { readonly name: string; readonly image: string }[];
}

/**
 * Pods that could run for real and are simulated, or were sent to the real node and cannot run there.
 * @param references images that can run; none where there is no real node.
 */
export function misplacedPods(pods: readonly ApiObject[], references: readonly string[]): ApiObject[] {
  return pods.filter((pod) => isReplaceable(pod) && isSentToRealNode(pod) !== canRun(pod, references));
}

/** A pod that its controller replaces. A DaemonSet decides by itself which nodes it is on. */
function isReplaceable({ metadata, status }: ApiObject): boolean {
  const { phase } = (status ?? {}) as { phase?: string };
  const { ownerReferences = [], deletionTimestamp } = metadata as {
    ownerReferences?: readonly { kind: string; controller?: boolean }[];
    deletionTimestamp?: string;
  };
  const controller = ownerReferences.find((owner) => owner.controller)?.kind;
  const hasEnded = phase === "Succeeded" || phase === "Failed";
  return (
    controller !== undefined && controller !== "DaemonSet" && deletionTimestamp === undefined && !hasEnded
  );
}

const isSentToRealNode = ({ spec }: ApiObject): boolean =>
  (spec as PodSpec).nodeSelector?.[realNodeLabel] === "real";

/** The mesh's sidecar does not count: it is added only to pods that are simulated. */
function canRun({ spec }: ApiObject, references: readonly string[]): boolean {
  const { containers, initContainers = [] } = spec as PodSpec;
  return [...containers, ...initContainers.filter(({ name }) => name !== sidecarName)].every(({ image }) =>
    references.includes(image),
  );
}

/**
 * Deletes them, and has every DaemonSet looked at by the policies of now.
 * @returns how many pods are made anew.
 */
export async function replaceMisplacedPods(
  client: ApiClient,
  references: readonly string[],
): Promise<number> {
  const [pods, daemonSets] = await Promise.all([
    client.list("/api/v1/pods"),
    client.list("/apis/apps/v1/daemonsets"),
  ]);
  const misplaced = misplacedPods(pods, references);
  // A pod whose node is gone has nobody left who would end it in order.
  const query = references.length === 0 ? "?gracePeriodSeconds=0" : "";
  await Promise.all([
    ...misplaced.map((pod) => client.remove(`${pathOf("/api/v1", "pods", pod)}${query}`)),
    // A change of nothing: admission sees it, and the object stays as it is where no policy changes it.
    ...daemonSets.map((one) => client.mergePatch(pathOf("/apis/apps/v1", "daemonsets", one), {})),
  ]);
  return misplaced.length;
}

const pathOf = (group: string, plural: string, { metadata }: ApiObject): string =>
  `${group}/namespaces/${metadata.namespace ?? ""}/${plural}/${metadata.name}`;
