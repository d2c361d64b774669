/**
 * Records what a cluster's maker registers, with what the ordinary recorder leaves out: dependencies as the engine gets
 * them, providers, and options about deletion. The cloud's answers come from a table; any other question is an error.
 */
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import { setMockOptions } from "@pulumi/pulumi/runtime/settings.js";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";

/** A registration. Resources are called `type::name`. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly key: string;
  readonly custom: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What it depends on: by `dependsOn`, by its inputs, by its provider. */
  readonly dependencies: readonly string[];
  /** The component that it belongs to. */
  readonly parent: string | undefined;
  readonly provider: string | undefined;
  readonly deletedWith: string | undefined;
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
}

export type Answers = Readonly<Record<string, (inputs: Readonly<Record<string, unknown>>) => object>>;
/** What a cloud adds to a resource's inputs, by type. */
export type Computed = Readonly<Record<string, (name: string) => object>>;

export interface RecorderOptions {
  readonly answers?: Answers;
  readonly computed?: Computed;
  /**
   * As in the preview of a stack that does not exist yet: neither ids nor what the cloud computes are known.
   */
  readonly firstPreview?: boolean;
  /** Types whose registration takes this long, in milliseconds. */
  readonly slow?: Readonly<Record<string, number>>;
}

export interface Recorded<Result> {
  readonly registered: readonly Registered[];
  readonly result: Result;
}

/** The SDK keeps one program's state in the process, so recordings take turns. */
let turn: Promise<unknown> = Promise.resolve();

/** Runs a program and records it. @throws what the program throws, and where it asks what the table does not answer. */
export function record<Result>(
  program: () => Result | Promise<Result>,
  options: RecorderOptions = {},
): Promise<Recorded<Result>> {
  const mine = turn.then(() => recordNow(program, options));
  turn = mine.catch(() => undefined);
  return mine;
}

class RecordingMonitor extends MockMonitor {
  readonly registered: Registered[] = [];

  override async registerResource(
    request: RegisterResourceRequest,
    callback: (error: Error | null, response?: unknown) => void,
  ): Promise<void> {
    const type = request.getType();
    if (type !== pulumi.runtime.rootPulumiStackTypeName) this.registered.push(registered(request));
    await super.registerResource(request, callback);
  }
}

type Known<Args> = Omit<Args, "inputs"> & { readonly inputs: Record<string, unknown> };
type ResourceArgs = Known<pulumi.runtime.MockResourceArgs>;
type CallArgs = Known<pulumi.runtime.MockCallArgs>;

async function recordNow<Result>(
  program: () => Result | Promise<Result>,
  { answers = {}, computed = {}, firstPreview = false, slow = {} }: RecorderOptions,
): Promise<Recorded<Result>> {
  const mocks: pulumi.runtime.Mocks = {
    newResource: async ({ type, name, inputs, custom }: ResourceArgs) => {
      const delay = slow[type];
      if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, delay));
      const added = firstPreview ? {} : (computed[type]?.(name) ?? {});
      const id = custom === false || firstPreview ? "" : `${name}-id`;
      return { id, state: { ...inputs, ...added } };
    },
    call: ({ token, inputs }: CallArgs) => {
      const answer = answers[token];
      if (answer === undefined) throw new Error(`the program asks ${token}, which the table does not answer`);
      return answer(inputs);
    },
  };
  // For the features that it switches on; the monitor is then replaced by one that sees whole requests.
  await pulumi.runtime.setMocks(mocks, "quint", "test", true);
  const monitor = new RecordingMonitor(mocks);
  setMockOptions(monitor, "quint", "test", true);
  const outcome: { result?: Result } = {};
  await pulumi.runtime.runInPulumiStack(async () => {
    outcome.result = await program();
    return {};
  });
  await pulumi.runtime.disconnect();
  refuseTwins(monitor.registered);
  return { registered: monitor.registered, result: outcome.result as Result };
}

/** The engine refuses two resources of one URN; mocks do not. */
function refuseTwins(registered: readonly Registered[]): void {
  const seen = new Set<string>();
  for (const { key } of registered) {
    if (seen.has(key)) throw new Error(`two resources are called ${key}`);
    seen.add(key);
  }
}

function registered(request: RegisterResourceRequest): Registered {
  const [type, name] = [request.getType(), request.getName()];
  const provider = request.getProvider();
  const object = request.getObject();
  const dependencies = new Set(request.getDependenciesList().map(keyOf));
  if (provider !== "") dependencies.add(keyOf(provider.slice(0, provider.lastIndexOf("::"))));
  return {
    type,
    name,
    key: `${type}::${name}`,
    custom: request.getCustom(),
    inputs:
      object === undefined
        ? {}
        : (plain(pulumi.runtime.deserializeProperties(object, true)) as Record<string, unknown>),
    dependencies: [...dependencies].sort(),
    parent: empty(request.getParent(), keyOf),
    provider: empty(provider, (reference) => keyOf(reference.slice(0, reference.lastIndexOf("::")))),
    deletedWith: empty(request.getDeletedwith(), keyOf),
    retainOnDelete: request.getRetainondelete() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
  };
}

function empty<T>(text: string, otherwise: (text: string) => T): T | undefined {
  return text === "" ? undefined : otherwise(text);
}

/** `type::name` of a URN. */
function keyOf(urn: string): string {
  const [, , , qualified = "", name = ""] = urn.replace(/^urn:pulumi:/, "urn:pulumi::").split("::");
  return `${qualified.slice(qualified.lastIndexOf("$") + 1)}::${name}`;
}

const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Values as they are compared: secrets and unknown values show that they are. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if ("__pulumiUnknown" in value) return "<unknown>";
  if (Object.values(value).includes(secretSignature)) return "<secret>";
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, plain(child)]));
}
