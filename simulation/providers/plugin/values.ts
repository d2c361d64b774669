/**
 * The values that travel between the engine and a provider.
 *
 * On the wire everything is a protobuf `Struct`; secrets, unknown values and outputs are ordinary objects or strings
 * that carry a well-known signature. Inside the stand-ins they are the classes below, so that a secret cannot be
 * printed or compared by accident.
 */
import structpb from "google-protobuf/google/protobuf/struct_pb.js";

/** A value that the engine does not know yet (in a preview, what another resource has still to produce). */
export interface Unknown {
  readonly isUnknown: true;
}

/** The one {@link Unknown}. */
export const unknown: Unknown = Object.freeze({ isUnknown: true });

export function isUnknown(value: Value | undefined): value is Unknown {
  return value === unknown;
}

/** A value that must stay encrypted in the state. Prints as `[secret]`. */
export interface Secret {
  /** The value inside. */
  reveal(): Value;
  toString(): string;
  toJSON(): string;
}

class SecretValue implements Secret {
  readonly #element: Value;

  constructor(element: Value) {
    this.#element = element;
  }

  reveal(): Value {
    return this.#element;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }
}

/** Makes a value secret. A secret stays one: the SDKs would take off only the outer of two wrappings. */
export function secret(value: Value): Secret {
  return isSecret(value) ? value : new SecretValue(value);
}

export function isSecret(value: Value | undefined): value is Secret {
  return value instanceof SecretValue;
}

export type Scalar = null | boolean | number | string;

/** A value without secrets: what is compared, sent to an API server and pruned. */
export type Tree = Scalar | Unknown | Tree[] | TreeMap;
export interface TreeMap {
  [key: string]: Tree;
}

/** Any value that can come from the engine or go to it. */
export type Value = Scalar | Unknown | Secret | Value[] | ValueMap;
export interface ValueMap {
  [key: string]: Value;
}

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** One sentinel for each type that the SDKs can leave unknown: boolean, number, string, array, asset, archive, object. */
const unknownSentinels = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  unknownString,
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Whether a value is an object with keys (not a list, a secret or an unknown value). */
export function isMap(value: Value | undefined): value is ValueMap;
export function isMap(value: Tree | undefined): value is TreeMap;
export function isMap(value: Value | undefined): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !isSecret(value) &&
    !isUnknown(value)
  );
}

/** What a request carries, as values. A missing `Struct` is an empty object. */
export function fromStruct(struct: structpb.Struct | undefined): ValueMap {
  const map: ValueMap = {};
  struct?.getFieldsMap().forEach((value: structpb.Value, key: string) => {
    map[key] = fromProto(value);
  });
  return map;
}

/** Values as a `Struct`. Without `keepSecrets` the wrappings are taken off, for an engine that does not accept them. */
export function toStruct(map: ValueMap, keepSecrets = true): structpb.Struct {
  const struct = new structpb.Struct();
  const fields = struct.getFieldsMap();
  for (const [key, value] of Object.entries(map)) fields.set(key, toProto(value, keepSecrets));
  return struct;
}

function fromProto(value: structpb.Value): Value {
  switch (value.getKindCase()) {
    case structpb.Value.KindCase.BOOL_VALUE:
      return value.getBoolValue();
    case structpb.Value.KindCase.NUMBER_VALUE:
      return value.getNumberValue();
    case structpb.Value.KindCase.STRING_VALUE: {
      const text = value.getStringValue();
      return unknownSentinels.has(text) ? unknown : text;
    }
    case structpb.Value.KindCase.LIST_VALUE:
      return value.getListValue()?.getValuesList().map(fromProto) ?? [];
    case structpb.Value.KindCase.STRUCT_VALUE:
      return withoutSignature(fromStruct(value.getStructValue()));
    default:
      return null;
  }
}

function withoutSignature(map: ValueMap): Value {
  switch (map[signatureKey]) {
    case secretSignature:
      return secret(map.value ?? null);
    case outputSignature: {
      // An output without a value is one that is not known yet.
      const element = map.value ?? unknown;
      return map.secret === true ? secret(element) : element;
    }
    default:
      return map;
  }
}

function toProto(value: Value, keepSecrets: boolean): structpb.Value {
  const proto = new structpb.Value();
  if (value === null) proto.setNullValue(structpb.NullValue.NULL_VALUE);
  else if (typeof value === "boolean") proto.setBoolValue(value);
  else if (typeof value === "number") proto.setNumberValue(value);
  else if (typeof value === "string") proto.setStringValue(value);
  else if (isUnknown(value)) proto.setStringValue(unknownString);
  else if (isSecret(value)) {
    if (!keepSecrets) return toProto(value.reveal(), keepSecrets);
    proto.setStructValue(toStruct({ [signatureKey]: secretSignature, value: value.reveal() }, keepSecrets));
  } else if (Array.isArray(value)) {
    const list = new structpb.ListValue();
    list.setValuesList(value.map((element) => toProto(element, keepSecrets)));
    proto.setListValue(list);
  } else proto.setStructValue(toStruct(value, keepSecrets));
  return proto;
}

/** The value with every wrapping of a secret taken off. The result must never be logged. */
export function revealed(value: ValueMap): TreeMap;
export function revealed(value: Value): Tree;
export function revealed(value: Value): Tree {
  if (isSecret(value)) return revealed(value.reveal());
  if (Array.isArray(value)) return value.map((element) => revealed(element));
  if (isMap(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, revealed(element)]));
  }
  return value;
}

/** Whether something in the value is not known yet. */
export function hasUnknown(value: Value): boolean {
  if (isUnknown(value)) return true;
  if (isSecret(value)) return hasUnknown(value.reveal());
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isMap(value) && Object.values(value).some(hasUnknown);
}

/** Whether something in the value is secret. */
export function hasSecret(value: Value): boolean {
  if (isSecret(value)) return true;
  if (Array.isArray(value)) return value.some(hasSecret);
  return isMap(value) && Object.values(value).some(hasSecret);
}

/** Whether two values without secrets are the same. Two unknown values never are. */
export function sameTree(left: Tree | undefined, right: Tree | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  if (isUnknown(left) || isUnknown(right)) return false;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((element, index) => sameTree(element, right[index]))
    );
  }
  if (isMap(left)) {
    if (!isMap(right)) return false;
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && sameTree(left[key], right[key]))
    );
  }
  return left === right;
}
