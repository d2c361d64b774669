/** What a run changes, read from the engine's events: one entry for each object, with what changes in it. */
import type { EngineEvent, PropertyDiff, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { displayName, groupsOf, isObject } from "./objects.ts";
import { shortText, valueAt } from "./property.ts";
import { kindOf, typeOf } from "./urn.ts";

export const actions = ["create", "update", "replace", "delete", "import", "forget"] as const;
/** `forget`: leaves the state but not the cluster. */
export type Action = (typeof actions)[number];

/** One property that changes. */
export interface PropertyChange {
  /** Path of the property, e.g. `spec.replicas`. */
  readonly path: string;
  /** Values, where they are plain and short; never of a Secret. */
  readonly before?: string;
  readonly after?: string;
}

export interface Change {
  readonly action: Action;
  readonly urn: string;
  /** Kind of the object, e.g. `Deployment`. */
  readonly kind: string;
  /** `namespace/name`, `name`, or the program's name for what is no Kubernetes object. */
  readonly name: string;
  /** Unit of delivery it belongs to, e.g. `cancer/services`. */
  readonly group: string;
  readonly properties: readonly PropertyChange[];
  /** Properties that force a replacement. */
  readonly because: readonly string[];
}

export interface Plan {
  readonly changes: readonly Change[];
  /** Objects that stay as they are. */
  readonly unchanged: number;
}

/** The engine's operations, as what they mean for the object. Left out: they change nothing. */
const actionOf: Readonly<Record<string, Action>> = {
  create: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  import: "import",
  "import-replacement": "replace",
  discard: "forget",
  "discard-replaced": "replace",
};

/** Reads from the events of a preview what would be done. */
export function planFrom(events: readonly EngineEvent[]): Plan {
  return collect(
    events.flatMap(({ resourcePreEvent }) =>
      resourcePreEvent === undefined ? [] : [resourcePreEvent.metadata],
    ),
  );
}

/** Reads from the events of a refresh what differs in the cluster from what was deployed. */
export function driftFrom(events: readonly EngineEvent[]): Plan {
  // Before it has looked, the engine only says that it will refresh.
  return collect(
    events.flatMap(({ resOutputsEvent }) =>
      resOutputsEvent === undefined ? [] : [resOutputsEvent.metadata],
    ),
  );
}

/** Whether nothing at all would change. */
export function isEmpty(plan: Plan): boolean {
  return plan.changes.length === 0;
}

/** How many changes of each action, for those that occur. */
export function tally(plan: Plan): { action: Action; count: number }[] {
  return actions
    .map((action) => ({ action, count: plan.changes.filter((change) => change.action === action).length }))
    .filter(({ count }) => count > 0);
}

function collect(steps: readonly StepEventMetadata[]): Plan {
  const groups = groupsOf(steps);
  const changes = new Map<string, Change>();
  const unchanged = new Set<string>();
  for (const metadata of steps.filter(isObject)) {
    const action = actionOf[metadata.op];
    if (action === undefined) {
      if (metadata.op === "same" || metadata.op === "refresh") unchanged.add(metadata.urn);
      continue;
    }
    const change = changeOf(action, metadata, groups.get(metadata.urn) ?? "");
    const earlier = changes.get(metadata.urn);
    changes.set(metadata.urn, earlier === undefined ? change : merged(earlier, change));
  }
  const key = (change: Change): string =>
    `${actions.indexOf(change.action)} ${change.group} ${change.kind} ${change.name}`;
  return {
    changes: [...changes.values()].sort((one, other) => key(one).localeCompare(key(other), "en")),
    // A destruction runs the program first, which finds everything as it was.
    unchanged: [...unchanged].filter((urn) => !changes.has(urn)).length,
  };
}

function changeOf(action: Action, metadata: StepEventMetadata, group: string): Change {
  const kind = kindOf(typeOf(metadata.urn));
  return {
    action,
    urn: metadata.urn,
    kind,
    name: displayName(metadata),
    group,
    properties: action === "update" || action === "replace" ? propertiesOf(metadata, kind === "Secret") : [],
    because: metadata.keys ?? [],
  };
}

/** A replacement comes as several steps on one resource. */
function merged(one: Change, other: Change): Change {
  return {
    ...one,
    action: one.action === other.action ? one.action : "replace",
    properties: one.properties.length > 0 ? one.properties : other.properties,
    because: one.because.length > 0 ? one.because : other.because,
  };
}

function propertiesOf(metadata: StepEventMetadata, secret: boolean): PropertyChange[] {
  const detailed: Record<string, PropertyDiff> = metadata.detailedDiff ?? {};
  const paths = Object.keys(detailed).length > 0 ? Object.keys(detailed) : (metadata.diffs ?? []);
  return paths.sort().map((path) => {
    if (secret) return { path };
    const before = shortText(valueAt(metadata.old?.inputs, path));
    const after = shortText(valueAt(metadata.new?.inputs, path));
    return { path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
  });
}
