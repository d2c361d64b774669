/** What a provider does, in this project's own types: `service.ts` translates to and from the engine's messages. */
import type { ValueMap } from "./values.ts";

export interface CheckRequest {
  readonly urn: string;
  readonly olds: ValueMap;
  readonly news: ValueMap;
  /** Same seed, same name: the engine sends the preview's seed again for the update. Empty when it has none. */
  readonly randomSeed: Uint8Array;
  readonly autonaming: Autonaming | undefined;
}

/** What the stack's configuration says about names that the program does not give. */
export interface Autonaming {
  readonly mode: "propose" | "enforce" | "disable";
  readonly proposedName: string;
}

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface CheckResult {
  readonly inputs: ValueMap;
  readonly failures: readonly CheckFailure[];
}

export interface DiffRequest {
  readonly id: string;
  readonly urn: string;
  /** The state that the last create, update or read gave back. */
  readonly olds: ValueMap;
  readonly oldInputs: ValueMap;
  readonly news: ValueMap;
  readonly ignoreChanges: readonly string[];
}

export type DiffKind = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

export interface PropertyDiff {
  readonly kind: DiffKind;
  /** True when the path is one of the old inputs' rather than of the old state. */
  readonly inputDiff: boolean;
}

export interface DiffResult {
  readonly changes: boolean;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** The changed top-level properties; only for providers' own configuration, which has no detailed diff. */
  readonly diffs?: readonly string[];
  readonly detailedDiff?: ReadonlyMap<string, PropertyDiff>;
}

export interface ConfigureRequest {
  /** `<package>:config:<key>` to its value; anything but a string arrives as JSON. */
  readonly variables: ReadonlyMap<string, string>;
}

export interface CreateRequest {
  readonly urn: string;
  readonly properties: ValueMap;
  /** From the resource option `customTimeouts`, in seconds; 0 where it is not set. */
  readonly timeoutSeconds: number;
  readonly preview: boolean;
}

export interface CreateResult {
  readonly id: string;
  readonly properties: ValueMap;
}

export interface ReadRequest {
  readonly id: string;
  readonly urn: string;
  /** The last known state; empty for an import. */
  readonly properties: ValueMap;
  readonly inputs: ValueMap;
}

/** An empty id says that the resource is gone. */
export interface ReadResult {
  readonly id: string;
  readonly properties: ValueMap;
  readonly inputs: ValueMap;
}

export interface UpdateRequest {
  readonly id: string;
  readonly urn: string;
  readonly olds: ValueMap;
  readonly oldInputs: ValueMap;
  readonly news: ValueMap;
  readonly timeoutSeconds: number;
  readonly preview: boolean;
  readonly ignoreChanges: readonly string[];
}

export interface DeleteRequest {
  readonly id: string;
  readonly urn: string;
  readonly properties: ValueMap;
  readonly timeoutSeconds: number;
}

export interface Provider {
  /** The version that the engine is told: that of the npm package whose resources this provider manages. */
  readonly version: string;
  checkConfig(request: CheckRequest): Promise<CheckResult>;
  diffConfig(request: DiffRequest): Promise<DiffResult>;
  configure(request: ConfigureRequest): Promise<void>;
  check(request: CheckRequest): Promise<CheckResult>;
  diff(request: DiffRequest): Promise<DiffResult>;
  create(request: CreateRequest): Promise<CreateResult>;
  read(request: ReadRequest): Promise<ReadResult>;
  update(request: UpdateRequest): Promise<ValueMap>;
  delete(request: DeleteRequest): Promise<void>;
  /** Stops everything that waits; the calls under way fail. */
  cancel(): void;
}

/**
 * The object exists, but it did not become what it should: the engine records the state together with the reasons,
 * and tries again on the next update.
 */
export class InitFailed extends Error {
  readonly id: string;
  readonly properties: ValueMap;
  readonly inputs: ValueMap | undefined;
  readonly reasons: readonly string[];

  constructor(
    message: string,
    partial: { id: string; properties: ValueMap; inputs?: ValueMap; reasons: readonly string[] },
  ) {
    super(message);
    this.name = "InitFailed";
    this.id = partial.id;
    this.properties = partial.properties;
    this.inputs = partial.inputs;
    this.reasons = [message, ...partial.reasons];
  }
}
