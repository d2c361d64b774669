/**
 * Runs a Pulumi program without engine, cluster or cloud, and records what it registers. Rendering, goldens and
 * invariants all read these records.
 */
import * as pulumi from "@pulumi/pulumi";
import { unansweredBy } from "./clouds.ts";
import { generated } from "./generated-values.ts";
import { refuseReading, refuseUndefined } from "./refusals.ts";
import { rejectionsDuring } from "./rejections.ts";

/** What a program registered, with the options that the mocks themselves do not show. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  /** Components above it, outermost first, as `type::name`. */
  readonly parents: readonly string[];
  /** Whether a provider manages it; components are not. */
  readonly custom: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly ignoreChanges: readonly string[];
  readonly protect: boolean;
}

export interface Recording {
  readonly registrations: readonly Registration[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface RecordOptions {
  readonly stack: string;
  /** The stack's configuration, by full key. */
  readonly config: Readonly<Record<string, string>>;
  readonly program: () => Promise<Record<string, unknown>>;
  /** Whether errors have stack traces; they have, where nothing is said. */
  readonly traces?: boolean;
}

interface Options {
  readonly parents: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly protect: boolean;
}

/** The SDK keeps one program's state in the process, so recordings take turns. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Runs the program and records it.
 *
 * @throws what the program throws, or a registration of it; where it asks a provider a question or reads an object of a
 * cluster; where a field of an object is undefined; where two resources share type and name.
 */
export function record(options: RecordOptions): Promise<Recording> {
  const mine = turn.then(() =>
    options.traces === false ? untraced(recordNow, options) : recordNow(options),
  );
  turn = mine.catch(() => undefined);
  return mine;
}

/** The SDK keeps a stack trace of each of its promises, four for each field: a quarter of a recording's time. */
async function untraced<Of, Result>(run: (of: Of) => Promise<Result>, of: Of): Promise<Result> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return await run(of);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

async function recordNow({ stack, config, program }: RecordOptions): Promise<Recording> {
  const mocks: MockResource[] = [];
  const optionsOf = new Map<string, Options>();
  const failures: Error[] = [];
  const outputs: Record<string, unknown> = {};
  const rejections = await rejectionsDuring(async () => {
    await pulumi.runtime.setMocks(
      {
        newResource: (args) => {
          const inputs = args.inputs as Record<string, unknown>;
          mocks.push({ type: args.type, name: args.name, inputs, custom: args.custom ?? true });
          return { id: "", state: { ...inputs, ...generated(args) } };
        },
        call: (args) => {
          const answer = unansweredBy(args.token);
          if (answer !== undefined) return answer;
          // The SDK drops the words of an error that is thrown here.
          failures.push(
            new Error(`the program asks a provider (${args.token}); rendering runs without providers`),
          );
          return {};
        },
      },
      "quint",
      stack,
      // As in a preview: what only a real cluster could tell is unknown, and an unknown never reaches a file.
      true,
    );
    pulumi.runtime.setAllConfig({ ...config });
    await pulumi.runtime.runInPulumiStack(async () => {
      pulumi.runtime.registerStackTransformation((args) => {
        const key = `${args.type}::${args.name}`;
        if (optionsOf.has(key)) {
          failures.push(new Error(`two resources have the type ${args.type} and the name "${args.name}"`));
        }
        optionsOf.set(key, optionsFrom(args.opts));
        refuseReading(args, failures);
        refuseUndefined(args, failures);
        return undefined;
      });
      try {
        const made = await program();
        // Those that only a deployment makes known are left out.
        for (const [name, value] of Object.entries(made)) {
          const output = pulumi.output(value) as pulumi.Output<unknown>;
          output.apply((known) => (outputs[name] = known));
        }
        return made;
      } catch (error) {
        // An error that leaves this function stays behind in the SDK and disturbs the next recording.
        failures.push(asError(error));
        return {};
      }
    });
    await pulumi.runtime.disconnect();
  });
  const registrations = mocks.filter(isOurs);
  const [failure] = [...failures, ...rejections.map((reason) => lost(reason, optionsOf, registrations))];
  if (failure !== undefined) {
    throw failure;
  }
  return {
    registrations: registrations.map((mock) => registration(mock, optionsOf)),
    outputs,
  };
}

/** The reason of a rejection, with the resources that were not registered for it. */
function lost(reason: unknown, seen: ReadonlyMap<string, unknown>, recorded: readonly MockResource[]): Error {
  const registered = new Set(recorded.map(({ type, name }) => `${type}::${name}`));
  const missing = [...seen.keys()].filter((key) => !registered.has(key)).join(", ");
  const error = asError(reason);
  return missing === ""
    ? error
    : new Error(`${missing} could not be registered: ${error.message}`, { cause: error });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(JSON.stringify(reason));
}

interface MockResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly custom: boolean;
}

function isOurs(mock: MockResource): boolean {
  return mock.type !== pulumi.runtime.rootPulumiStackTypeName;
}

function registration(mock: MockResource, optionsOf: ReadonlyMap<string, Options>): Registration {
  const options = optionsOf.get(`${mock.type}::${mock.name}`);
  if (options === undefined) {
    throw new Error(`the transformation did not see ${mock.type} "${mock.name}"`);
  }
  return { type: mock.type, name: mock.name, custom: mock.custom, inputs: mock.inputs, ...options };
}

function optionsFrom(opts: pulumi.ResourceOptions): Options {
  const custom: pulumi.CustomResourceOptions = opts;
  return {
    parents: ancestors(opts.parent),
    ignoreChanges: custom.ignoreChanges ?? [],
    protect: opts.protect === true,
  };
}

/** The SDK's own fields of a resource; it has no public way to ask for a parent. */
interface Child {
  readonly __pulumiType?: string;
  readonly __name?: string;
  readonly __parentResource?: pulumi.Resource;
}

function ancestors(resource: pulumi.Resource | undefined): readonly string[] {
  const path: string[] = [];
  for (
    let at = resource as Child | undefined;
    at !== undefined;
    at = at.__parentResource as Child | undefined
  ) {
    if (at.__pulumiType !== pulumi.runtime.rootPulumiStackTypeName) {
      path.unshift(`${at.__pulumiType ?? "?"}::${at.__name ?? "?"}`);
    }
  }
  return path;
}
