/** Charts and images from a private registry: the same names and versions, behind another address. */
import type { ChartImage, ChartPin, ImageKeys } from "./chart.ts";

/** Plain Helm values. */
export interface Values {
  readonly [key: string]: Value;
}
export type Value = string | number | boolean | null | readonly Value[] | Values;

export interface Mirrors {
  /** `oci://registry/path` or the address of a Helm repository, in place of every chart's own. */
  readonly charts?: string | undefined;
  /** `registry/path`, in place of every image's registry. */
  readonly images?: string | undefined;
}

/** Where a Release takes a chart from. */
export interface ChartSource {
  /** The chart's name, or the whole `oci://…` reference. */
  readonly chart: string;
  /** The Helm repository, for charts that do not come from an OCI registry. */
  readonly repository?: string;
  readonly version: string;
}

/** Where to take a chart from, given the mirrors. A mirror serves every chart under its own name. */
export function chartSource(pin: ChartPin, mirrors: Mirrors): ChartSource {
  const repository = (mirrors.charts ?? pin.repository).replace(/\/$/, "");
  return repository.startsWith("oci://")
    ? { chart: `${repository}/${pin.chart}`, version: pin.version }
    : { chart: pin.chart, repository, version: pin.version };
}

/** Where an image is pulled from: the mirror takes the place of its registry, the rest of the path stays. */
export function mirroredImage(reference: string, mirrors: Mirrors): string {
  const { repository, tag } = partsOf(reference, mirrors);
  return `${repository}${tag}`;
}

/** The values that make a chart run the catalog's images, from the mirror where there is one. */
export function imageValues(pin: ChartPin, mirrors: Mirrors): Values {
  const pairs = Object.values(pin.images).flatMap((image) => keyedParts(image, mirrors));
  const bare = mirrors.images === undefined ? [] : (pin.mirrorKeys ?? []);
  return nested([...pairs, ...bare.map((key): Pair => [key, withoutSlash(mirrors.images ?? "")])]);
}

/** Values laid over others: maps merge, everything else is replaced. */
export function mergeValues(...layers: readonly Values[]): Values {
  return layers.reduce<Values>((merged, layer) => {
    const entries = Object.entries(layer).map(([key, value]): [string, Value] => {
      const below = merged[key];
      return [key, isValues(below) && isValues(value) ? mergeValues(below, value) : value];
    });
    return { ...merged, ...Object.fromEntries(entries) };
  }, {});
}

export function isValues(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

type Pair = readonly [path: string, value: Value];

function nested(pairs: readonly Pair[]): Values {
  return mergeValues(
    ...pairs.map(
      ([path, value]) =>
        path.split(".").reduceRight<Value>((inner, key) => ({ [key]: inner }), value) as Values,
    ),
  );
}

function keyedParts(image: ChartImage, mirrors: Mirrors): Pair[] {
  const parts = partsOf(image.reference, mirrors);
  return image.keys.flatMap((keys: ImageKeys): Pair[] => {
    const texts: { readonly [Key in keyof ImageKeys]-?: string } = {
      registry: parts.registry,
      repository: keys.registry === undefined ? parts.repository : parts.path,
      hub: `${parts.registry}/${parts.folder}`,
      folder: parts.folder,
      name: parts.name,
      tag: parts.tag.slice(1),
      reference: `${parts.repository}${parts.tag}`,
    };
    return (Object.keys(texts) as (keyof ImageKeys)[]).flatMap((part): Pair[] => {
      const key = keys[part];
      return key === undefined ? [] : [[key, texts[part]]];
    });
  });
}

interface ImageParts {
  readonly registry: string;
  /** Below the registry, without tag. */
  readonly path: string;
  readonly folder: string;
  readonly name: string;
  /** Registry and path. */
  readonly repository: string;
  /** With its colon, or `@` and digest. */
  readonly tag: string;
}

function partsOf(reference: string, mirrors: Mirrors): ImageParts {
  const [, full = reference, tag = ""] =
    /^(.*?)((?::[\w][\w.-]*)?(?:@sha256:[0-9a-f]{64})?)$/.exec(reference) ?? [];
  const slash = full.indexOf("/");
  const first = full.slice(0, Math.max(slash, 0));
  // As a container runtime reads it: a first part without dot or port is a folder of docker.io.
  const hasRegistry = /[.:]|^localhost$/.test(first);
  const path = hasRegistry ? full.slice(slash + 1) : slash === -1 ? `library/${full}` : full;
  const registry =
    mirrors.images === undefined ? (hasRegistry ? first : "docker.io") : withoutSlash(mirrors.images);
  const end = path.lastIndexOf("/");
  return {
    registry,
    path,
    folder: path.slice(0, Math.max(end, 0)),
    name: path.slice(end + 1),
    repository: `${registry}/${path}`,
    tag,
  };
}

function withoutSlash(address: string): string {
  return address.replace(/\/$/, "");
}
