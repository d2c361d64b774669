/**
 * Tiny programs, recorded: what components register, without a stack around them. Beside the recording it tells what a
 * resource waits for and which provider it goes to, neither of which the recording keeps.
 */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { kubernetesObjects, type RenderedObjects } from "../../automation/render/objects.ts";
import { record, type Registration } from "../../automation/render/record.ts";
import { named } from "./objects.ts";
import type { KubernetesObject } from "../../policy/index.ts";

/** What only the options of a resource say. */
interface Wiring {
  /** Resources that it names in `dependsOn`, as `type::name`. */
  readonly dependsOn: readonly string[];
  /** Provider that it goes to, as `type::name`; nothing for the default one. */
  readonly provider: string | undefined;
}

export class Recorded {
  readonly registrations: readonly Registration[];
  readonly outputs: Readonly<Record<string, unknown>>;
  private readonly wiring: ReadonlyMap<string, Wiring>;

  constructor(
    registrations: readonly Registration[],
    outputs: Readonly<Record<string, unknown>>,
    wiring: ReadonlyMap<string, Wiring>,
  ) {
    this.registrations = registrations;
    this.outputs = outputs;
    this.wiring = wiring;
  }

  /** The Kubernetes objects, and the Secrets that must exist beside them. */
  rendered(): RenderedObjects {
    return kubernetesObjects(this.registrations);
  }

  /** The only object of a kind and, where given, a name and a namespace. */
  object(kind: string, name?: string, namespace?: string): KubernetesObject {
    return named(this.rendered().objects, kind, name, namespace);
  }

  /** Names of the objects of a kind, in the order of the alphabet. */
  names(kind: string): readonly string[] {
    return this.rendered()
      .objects.filter((object) => object.kind === kind)
      .map(({ metadata }) => metadata.name)
      .sort();
  }

  /** The only registration of a type (its last part is enough: `Secret`) and, where given, a resource name. */
  registration(type: string, name?: string): Registration {
    const found = this.of(type).filter((registration) => name === undefined || registration.name === name);
    assert.equal(found.length, 1, `${type} ${name ?? ""}: ${found.length} registrations`);
    return found[0]!;
  }

  /** Every registration of a type (its last part is enough). */
  of(type: string): readonly Registration[] {
    return this.registrations.filter(
      (registration) => registration.type === type || registration.type.split(":").at(-1) === type,
    );
  }

  wiringOf({ type, name }: Pick<Registration, "type" | "name">): Wiring {
    const wiring = this.wiring.get(`${type}::${name}`);
    assert.ok(wiring, `no wiring of ${type}::${name}`);
    return wiring;
  }
}

export interface ProgramOptions {
  readonly stack?: string;
  readonly config?: Readonly<Record<string, string>>;
}

/** Runs a program of a few lines and records it. What it returns are its outputs. */
export async function recordProgram(
  program: () => object | undefined | Promise<object | undefined>,
  { stack = "test", config = {} }: ProgramOptions = {},
): Promise<Recorded> {
  const seen = new Map<string, pulumi.ResourceTransformationArgs>();
  const { registrations, outputs } = await record({
    stack,
    config,
    program: async () => {
      pulumi.runtime.registerStackTransformation((args) => {
        seen.set(`${args.type}::${args.name}`, args);
        return undefined;
      });
      return { ...(await program()) };
    },
  });
  const wiring = [...seen].map(([key, { type, resource, opts }]): [string, Wiring] => [
    key,
    { dependsOn: dependenciesOf(opts), provider: providerOf(resource, type) },
  ]);
  return new Recorded(registrations, outputs, new Map(wiring));
}

/** A program that fails: its message. */
export async function messageOf(program: () => object | undefined): Promise<string> {
  const outcome = await recordProgram(program).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(outcome instanceof Error, "the program was expected to fail");
  return outcome.message;
}

function dependenciesOf({ dependsOn }: pulumi.ResourceOptions): readonly string[] {
  return [dependsOn ?? []].flat().map(keyOf);
}

function providerOf(resource: pulumi.Resource, type: string): string | undefined {
  const provider = resource.getProvider(type);
  return provider && keyOf(provider);
}

/** The SDK's own fields of a resource; it has no public way to ask for type and name. */
function keyOf(resource: unknown): string {
  const { __pulumiType: type, __name: name } = resource as { __pulumiType?: string; __name?: string };
  return `${type ?? "?"}::${name ?? "?"}`;
}
