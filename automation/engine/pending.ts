/** Operations that a killed run left in the state: begun, and never confirmed. */
import { writeFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { kindOf, nameOf, typeOf } from "./urn.ts";

/** An operation that was begun. */
export interface PendingOperation {
  /** `creating`, `updating`, `deleting` ... */
  readonly type: string;
  readonly resource: ExportedResource;
}

/** A stack's state as the engine exports it, secrets encrypted; only what is looked at. */
export interface ExportedState {
  readonly deployment?: {
    readonly resources?: readonly ExportedResource[];
    readonly pending_operations?: readonly PendingOperation[];
  };
}

export interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  /** Whether it exists outside the engine. */
  readonly custom?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** URNs of what it depends on, and which of its properties do. */
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
}

/** An object as the Kubernetes API addresses it. */
export interface ObjectAddress {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
}

/** What became of the operations that were begun. */
export interface Settled {
  readonly state: ExportedState;
  /** Objects that exist and are taken into the state, as `Deployment api`. */
  readonly adopted: readonly string[];
  /** Creations that came to nothing. */
  readonly dropped: readonly string[];
  /** Creations in a cloud, of which only that cloud knows what came. They stay pending. */
  readonly unseen: readonly string[];
}

export function pendingIn(state: ExportedState): readonly PendingOperation[] {
  return state.deployment?.pending_operations ?? [];
}

/**
 * Settles pending operations: a creation whose object exists is taken into the state, where the next refresh reads
 * what it became; every other operation is dropped. (The engine's own `refresh --import-pending-creates` only strikes
 * the operation from its list, and the next `up` then fails because the object is already there.)
 */
export async function settlePending(
  state: ExportedState,
  exists: (address: ObjectAddress) => Promise<boolean>,
): Promise<Settled> {
  const known = new Set((state.deployment?.resources ?? []).map((resource) => resource.urn));
  const adopted: ExportedResource[] = [];
  const dropped: string[] = [];
  const unseen: PendingOperation[] = [];
  for (const operation of pendingIn(state)) {
    const { type, resource } = operation;
    if (type !== "creating") continue;
    if (/^(aws|oci):/.test(resource.type)) {
      unseen.push(operation);
      continue;
    }
    const address = addressOf(resource);
    if (address !== undefined && !known.has(resource.urn) && (await exists(address))) {
      const id = address.namespace === undefined ? address.name : `${address.namespace}/${address.name}`;
      adopted.push({ ...resource, custom: true, id, outputs: resource.inputs ?? {} });
    } else {
      dropped.push(labelOf(resource));
    }
  }
  const resources = [...(state.deployment?.resources ?? []), ...adopted];
  return {
    state: { ...state, deployment: { ...state.deployment, resources, pending_operations: unseen } },
    adopted: adopted.map(labelOf),
    dropped,
    unseen: unseen.map(({ resource }) => labelOf(resource)),
  };
}

/** As people call it: kind and name. */
export function labelOf(resource: ExportedResource): string {
  const address = addressOf(resource);
  const name =
    address === undefined
      ? nameOf(resource.urn)
      : [address.namespace, address.name].filter(Boolean).join("/");
  return `${kindOf(typeOf(resource.urn))} ${name}`;
}

/** Where the object is, or would be; `undefined` for what is no Kubernetes object. */
export function addressOf(resource: ExportedResource): ObjectAddress | undefined {
  if (!resource.type.startsWith("kubernetes:")) return undefined;
  const inputs = resource.inputs ?? {};
  const metadata = inputs.metadata as { name?: unknown; namespace?: unknown } | undefined;
  const [apiVersion, kind] = [inputs.apiVersion, inputs.kind];
  if (typeof apiVersion !== "string" || typeof kind !== "string" || typeof metadata?.name !== "string")
    return undefined;
  return {
    apiVersion,
    kind,
    name: metadata.name,
    namespace: typeof metadata.namespace === "string" ? metadata.namespace : undefined,
  };
}

/** The state without some resources, and without what others say of them. Nothing that stays may be a child of one. */
export function withoutResources(state: ExportedState, urns: ReadonlySet<string>): ExportedState {
  const kept = (others: unknown): unknown =>
    Array.isArray(others) ? others.filter((urn) => typeof urn !== "string" || !urns.has(urn)) : others;
  const resources = (state.deployment?.resources ?? [])
    .filter(({ urn }) => !urns.has(urn))
    .map(({ dependencies, propertyDependencies, ...rest }): ExportedResource => ({
      ...rest,
      ...(dependencies === undefined ? {} : { dependencies: kept(dependencies) as readonly string[] }),
      ...(propertyDependencies === undefined
        ? {}
        : {
            propertyDependencies: Object.fromEntries(
              Object.entries(propertyDependencies).map(([key, of]) => [key, kept(of) as readonly string[]]),
            ),
          }),
    }));
  return { ...state, deployment: { ...state.deployment, resources } };
}

type RunEngine = (args: string[]) => Promise<{ readonly stdout: string }>;

/** The stack's state with secrets as they are, encrypted: the SDK's own export decrypts them. */
export async function exportState(run: RunEngine, stack: string): Promise<ExportedState> {
  return JSON.parse((await run(["stack", "export", "--stack", stack])).stdout) as ExportedState;
}

/** Puts a state in place of the stack's, by way of a file that is readable by its owner only and removed. */
export async function importState(
  run: RunEngine,
  stack: string,
  state: ExportedState,
  folder: string,
): Promise<void> {
  const file = join(folder, "import.json");
  writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
  try {
    await run(["stack", "import", "--stack", stack, "--file", file]);
  } finally {
    rmSync(file, { force: true });
  }
}
