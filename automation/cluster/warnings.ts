/** Warnings that Kubernetes gave of a stack's objects, as far as they still stand. */
import type { CoreV1Event } from "@kubernetes/client-node";
import type { Client } from "./access.ts";
import type { WarningStatus } from "./report.ts";

/** Warnings older than this, in milliseconds, are history. */
const recent = 60 * 60 * 1000;

/**
 * Warning events of the last hour in the given namespaces, alike ones as one, newest first. What an object had to wait
 * for before it was well is none: events stay for an hour, whatever became of it.
 */
export async function listWarnings(
  client: Client,
  namespaces: ReadonlySet<string>,
  since = new Date(Date.now() - recent),
): Promise<WarningStatus[]> {
  const { items } = await client.core.listEventForAllNamespaces({ fieldSelector: "type=Warning" });
  const ours = items.filter(({ metadata }) => namespaces.has(metadata.namespace ?? ""));
  const well = await wellByNow(client, new Set(ours.map(({ involvedObject }) => involvedObject.kind ?? "")));
  return aggregate(
    ours.filter(({ involvedObject }) => !well.has(labelOf(involvedObject.kind, involvedObject))),
    since,
  );
}

function labelOf(
  kind = "",
  { namespace = "", name = "" }: Partial<Record<"namespace" | "name", string>> = {},
): string {
  return `${kind} ${namespace}/${name}`;
}

interface Conditions {
  readonly metadata?: { readonly namespace?: string; readonly name?: string };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

interface Kind {
  readonly list: (client: Client) => Promise<{ readonly items: readonly Conditions[] }>;
  readonly isWell: (object: Conditions) => boolean;
}

/** Kinds that wait for others while they come up, and say so aloud. Of what is gone nobody knows that it was well. */
const waiting: Readonly<Record<string, Kind>> = {
  Pod: {
    list: ({ core }) => core.listPodForAllNamespaces(),
    isWell: (pod) => pod.status?.phase === "Succeeded" || has(pod, "Ready"),
  },
  PersistentVolumeClaim: {
    list: ({ core }) => core.listPersistentVolumeClaimForAllNamespaces(),
    isWell: ({ status }) => status?.phase === "Bound",
  },
  HorizontalPodAutoscaler: {
    list: ({ autoscaling }) => autoscaling.listHorizontalPodAutoscalerForAllNamespaces(),
    isWell: (autoscaler) => has(autoscaler, "ScalingActive"),
  },
};

function has({ status }: Conditions, type: string): boolean {
  return (
    status?.conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false
  );
}

/** Objects of the kinds that are well now. */
async function wellByNow(client: Client, kinds: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    Object.entries(waiting).map(async ([kind, { list, isWell }]) => {
      if (!kinds.has(kind)) return [];
      const { items } = await list(client);
      return items.filter(isWell).map(({ metadata }) => labelOf(kind, metadata));
    }),
  );
  return new Set(found.flat());
}

/** Events as warnings: one for each object and reason, with the latest message. */
export function aggregate(events: readonly CoreV1Event[], since: Date): WarningStatus[] {
  const warnings = new Map<string, WarningStatus>();
  for (const event of events) {
    const time: Date | undefined =
      event.series?.lastObservedTime ??
      event.lastTimestamp ??
      event.eventTime ??
      event.metadata.creationTimestamp;
    const last = new Date(time ?? 0);
    if (last < since) continue;
    const { kind = "", name = "", namespace = "" } = event.involvedObject;
    const key = `${namespace} ${kind} ${name} ${event.reason ?? ""}`;
    const earlier = warnings.get(key);
    const newer = earlier === undefined || earlier.last < last.toISOString();
    warnings.set(key, {
      namespace: namespace || (event.metadata.namespace ?? ""),
      object: `${kind} ${name}`,
      reason: event.reason ?? "",
      message: newer ? (event.message ?? "") : earlier.message,
      count: (earlier?.count ?? 0) + (event.series?.count ?? event.count ?? 1),
      last: newer ? last.toISOString() : earlier.last,
    });
  }
  return [...warnings.values()].sort((one, other) => other.last.localeCompare(one.last, "en"));
}
