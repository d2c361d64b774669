/** A custom resource definition, made ready for a cluster where nothing but the API server acts on it. */
import { createHash } from "node:crypto";
import type { PermissiveCrd } from "../../config/catalog/crds.ts";

/** The parts of a CustomResourceDefinition that are read here. */
export interface Definition {
  readonly apiVersion: "apiextensions.k8s.io/v1";
  readonly kind: "CustomResourceDefinition";
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: DefinitionSpec;
}

interface DefinitionSpec {
  readonly group: string;
  readonly names: { readonly kind: string; readonly plural: string };
  readonly scope: string;
  readonly versions: readonly DefinitionVersion[];
  readonly conversion?: unknown;
}

interface DefinitionVersion {
  readonly name: string;
  readonly schema?: { readonly openAPIV3Schema?: unknown };
  readonly [field: string]: unknown;
}

/** Carries the hash of the definition, so that a later start sees that it is there already. */
export const hashAnnotation = "quint.dev/definition-hash";
/** The API server asks for it on every definition of a `*.k8s.io` group. */
const approvalAnnotation = "api-approved.kubernetes.io";

/**
 * What is registered of a published definition: no descriptions (most of its size; a hundred of them otherwise take
 * the API server twice as long), no conversion webhook (nobody would answer it) and no annotations
 * but the one that the API server asks for.
 */
export function prepare(published: Definition): Definition {
  const spec: DefinitionSpec = {
    ...published.spec,
    versions: published.spec.versions.map((version) => ({
      ...version,
      ...(version.schema
        ? { schema: { openAPIV3Schema: withoutDescriptions(version.schema.openAPIV3Schema) } }
        : {}),
    })),
    conversion: { strategy: "None" },
  };
  const approval = published.metadata.annotations?.[approvalAnnotation];
  return withHash(
    published.metadata.name,
    spec,
    approval === undefined ? {} : { [approvalAnnotation]: approval },
  );
}

/** A definition from names alone: any content is accepted and kept. */
export function permissive(crd: PermissiveCrd): Definition {
  return withHash(`${crd.plural}.${crd.group}`, {
    group: crd.group,
    scope: crd.scope,
    names: {
      kind: crd.kind,
      plural: crd.plural,
      ...{ singular: crd.kind.toLowerCase(), listKind: `${crd.kind}List`, shortNames: crd.shortNames },
    },
    versions: [
      {
        name: crd.version,
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  });
}

function withHash(
  name: string,
  spec: DefinitionSpec,
  annotations: Readonly<Record<string, string>> = {},
): Definition {
  const hash = createHash("sha256")
    .update(JSON.stringify([spec, annotations]))
    .digest("hex")
    .slice(0, 16);
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name, annotations: { ...annotations, [hashAnnotation]: hash } },
    spec,
  };
}

/** Fields of a schema that hold a schema, a list of them, or a map of them. */
const inner = {
  one: ["items", "additionalProperties", "not"],
  many: ["allOf", "anyOf", "oneOf"],
  named: ["properties", "patternProperties", "definitions"],
} as const;

/** The schema without its descriptions. A property that is itself called `description` stays. */
export function withoutDescriptions(schema: unknown): unknown {
  if (!isRecord(schema)) return schema;
  const kept = { ...schema };
  delete kept.description;
  for (const field of inner.one) if (field in kept) kept[field] = withoutDescriptions(kept[field]);
  for (const field of inner.many) {
    const list = kept[field];
    if (Array.isArray(list)) kept[field] = list.map(withoutDescriptions);
  }
  for (const field of inner.named) {
    const map = kept[field];
    if (!isRecord(map)) continue;
    kept[field] = Object.fromEntries(
      Object.entries(map).map(([name, value]) => [name, withoutDescriptions(value)]),
    );
  }
  return kept;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
