/**
 * The state that the engine stores: the live object, and beside it (keys with two underscores) the inputs that led to
 * it, the API version at creation, and the field manager's name.
 */
import {
  hasSecret,
  isMap,
  revealed,
  isSecret,
  secret,
  type Tree,
  type Value,
  type ValueMap,
} from "../plugin/values.ts";
import { isSecretKind, kindOfObject } from "./kind.ts";
import { type KubeObject, text } from "./object.ts";

/** The SDKs' spelling of the keys of an OpenAPI schema, which are no identifiers. */
const underscored = new Map(
  [
    "embedded-resource",
    "int-or-string",
    "list-map-keys",
    "list-type",
    "map-type",
    "preserve-unknown-fields",
    "validations",
  ].map((name) => [`x_kubernetes_${name.replaceAll("-", "_")}`, `x-kubernetes-${name}`]),
);
const dashed = new Map([...underscored].map(([underscore, dash]) => [dash, underscore]));

function renamed<T extends Value>(value: T, names: ReadonlyMap<string, string>): T;
function renamed(value: Value, names: ReadonlyMap<string, string>): Value {
  if (Array.isArray(value)) return value.map((element) => renamed(element, names));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, element]) => [names.get(key) ?? key, renamed(element, names)]),
  );
}

/** Properties as an object for the API server: without secrets' wrappings. The result must never be logged. */
export function toObject(properties: ValueMap): KubeObject {
  return renamed(revealed(properties), underscored);
}

/** An object as properties, secret wherever the inputs that it came from were. */
export function toProperties(object: KubeObject, inputs: ValueMap): ValueMap {
  const properties: ValueMap = renamed<ValueMap>(object, dashed);
  markSecrets(properties, inputs);
  return properties;
}

/** The state for an object. `from` are the inputs with their secrets still wrapped. */
export function checkpoint(
  inputs: KubeObject,
  live: KubeObject,
  from: ValueMap,
  initialApiVersion: string,
  fieldManager: string,
): ValueMap {
  return {
    ...toProperties(live, from),
    __inputs: toProperties(inputs, from),
    __initialApiVersion: initialApiVersion,
    __fieldManager: fieldManager,
  };
}

/** What {@link checkpoint} stored. The secrets' wrappings are off. */
export function parseCheckpoint(state: ValueMap): { inputs: KubeObject; live: KubeObject } {
  const { __inputs: inputs, ...live } = toObject(state);
  delete live.__initialApiVersion;
  delete live.__fieldManager;
  return { inputs: isMap(inputs) ? inputs : {}, live };
}

/** The API version with which the object was created first. */
export function initialApiVersion(state: ValueMap, inputs: KubeObject): string {
  const stored = state.__initialApiVersion;
  return typeof stored === "string" ? stored : text(inputs, "apiVersion");
}

/**
 * Wraps in `outputs` what is secret in `inputs`. A list is one value: if an element was secret the whole list is,
 * since the API server may have moved it. The data of the kind Secret is secret whatever the inputs say, also where a
 * Secret is a part of another object.
 */
function markSecrets(outputs: ValueMap, inputs: ValueMap): void {
  if (isSecretObject(outputs)) {
    for (const key of ["data", "stringData"]) {
      if (outputs[key] !== undefined) outputs[key] = secret(outputs[key]);
    }
  }
  for (const [key, input] of Object.entries(inputs)) {
    const output = outputs[key];
    if (output === undefined || isSecret(output)) continue;
    if (isMap(output) && isMap(input)) markSecrets(output, input);
    else if (hasSecret(input)) outputs[key] = secret(output);
  }
}

function isSecretObject(outputs: ValueMap): boolean {
  const { apiVersion, kind } = outputs;
  if (kind !== "Secret") return false;
  // Without an API version it is better to encrypt too much.
  if (typeof apiVersion !== "string") return true;
  return isSecretKind(kindOfObject({ apiVersion, kind } satisfies Record<string, Tree>));
}
