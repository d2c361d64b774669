/** The Secrets of a stack's platforms, and where their values come from. */
import { foundationCharts } from "../config/catalog/charts.ts";
import { SettingsError, type Problem, type Settings } from "../config/index.ts";
import { quoted, suggestion } from "../config/nearest.ts";
import { keyOf } from "../config/values.ts";
import {
  isSealed,
  referencesIn,
  secretsOfData,
  servicesIn,
  type NamespaceSpec,
  type Platform,
  type SealedValues,
  type SecretSpec,
} from "./model/index.ts";

/** How a value that is typed or piped in is sealed, by the controller of the add-on `sealed-secrets`. */
export function sealCommand(namespace: string, name: string): string {
  const { namespace: controller, pods } = foundationCharts["sealed-secrets"];
  return (
    `kubeseal --raw --controller-namespace ${controller} --controller-name ${pods.controller.name} ` +
    `--namespace ${namespace} --name ${name} --from-file=/dev/stdin`
  );
}

/** The type of Secrets that images are pulled with. */
const pulling = "kubernetes.io/dockerconfigjson";

/** A Secret in a namespace. */
export interface OwnedSecret {
  readonly namespace: string;
  readonly spec: SecretSpec;
}

/** The Secrets of a platform, of its own and of its data services, with the copies in other namespaces. */
export function secretsOf(platform: Platform): OwnedSecret[] {
  const forImages = namespacesOf(platform).flatMap(({ name, pullSecret }) =>
    pullSecret === undefined ? [] : [{ namespace: name, spec: pullSecret }],
  );
  const others = platform.applications.flatMap(({ data = [], namespace, secrets }) => [
    ...secrets.map((spec) => ({ namespace, spec })),
    ...data.flatMap((service) =>
      secretsOfData(service, namespace, servicesIn(platform, namespace)).flatMap((spec) => [
        { namespace, spec },
        ...Object.entries(service.copiesOfSecrets ?? {})
          .filter(([, names]) => names.includes(spec.name))
          .map(([target]) => ({ namespace: target, spec })),
      ]),
    ),
  ]);
  return [...forImages, ...others];
}

/** The platform with the Secret that its images are pulled with, where the stack names one: nobody can generate it. */
export function withPullSecret(
  platform: Platform,
  { images: { pullSecret }, secrets: { store } }: Pick<Settings, "images" | "secrets">,
): Platform {
  if (pullSecret === undefined) return platform;
  const named = {
    name: pullSecret,
    purpose: "Pulls images from private registries",
    rotation: 1,
    type: pulling,
    existing: store === undefined,
    keys: { ".dockerconfigjson": { kind: "password", length: 1 } },
  } as const;
  const withSecret = (namespace: NamespaceSpec) => ({ ...namespace, pullSecret: named });
  const { previews, ...changed } = withNamespaces(platform, withSecret);
  if (previews === undefined) return changed;
  // A preview's is a copy of what is beside its ApplicationSet.
  return { ...changed, previews: { ...previews, platform: withNamespaces(previews.platform, withSecret) } };
}

/** The namespaces that a deployment makes for a platform: not those of previews. */
function namespacesOf({ namespaces, previews }: Platform): readonly NamespaceSpec[] {
  return previews === undefined ? namespaces : [...namespaces, previews.namespace];
}

/** The platform with each of them changed. */
function withNamespaces(platform: Platform, change: (namespace: NamespaceSpec) => NamespaceSpec): Platform {
  const { namespaces, previews } = platform;
  return {
    ...platform,
    namespaces: namespaces.map(change),
    ...(previews === undefined ? {} : { previews: { ...previews, namespace: change(previews.namespace) } }),
  };
}

/** The platform with its Secrets read from a store, where the stack names one. */
export function withStore(platform: Platform, { prefix, store }: Settings["secrets"]): Platform {
  if (store === undefined) return platform;
  return withNamespaces(platform, (namespace) => ({ ...namespace, secretStore: { store, prefix } }));
}

/** The platform with those of its Secrets that are sealed. */
export function withSeals(platform: Platform, { sealed }: Settings["secrets"]): Platform {
  const sealedIn = (namespace: string) =>
    Object.entries(sealed).flatMap(([name, values]): [string, SealedValues][] => {
      const [of, secret = ""] = name.split("/");
      return of === namespace ? [[secret, values]] : [];
    });
  return withNamespaces(platform, (namespace) => {
    const here = sealedIn(namespace.name);
    return here.length === 0 ? namespace : { ...namespace, sealedSecrets: Object.fromEntries(here) };
  });
}

/**
 * Refuses what is sealed and nobody reads, what is read and not sealed (pods would wait for it), and one name for two.
 *
 * @throws SettingsError that names each.
 */
export function refuseWrongSecrets(
  platforms: readonly Platform[],
  { images: { pullSecret }, secrets: { sealed }, stack }: Pick<Settings, "images" | "secrets" | "stack">,
): void {
  const all = new Map(
    platforms.flatMap(secretsOf).map((secret) => [`${secret.namespace}/${secret.spec.name}`, secret]),
  );
  const problems = Object.entries(sealed).flatMap(([name, values]): Problem[] => {
    const secret = all.get(name);
    return secret === undefined
      ? [
          {
            key: keyOf(["secrets", "sealed", name]),
            value: name,
            reason: "is no Secret of the stack's platforms",
            remedy: suggestion(name, [...all.keys()]),
          },
        ]
      : [...wrongKeys(name, secret, values), ...leftBehind(name, secret, all, sealed)];
  });
  if (pullSecret !== undefined) {
    const others = [...all].filter(([, { spec }]) => spec.name === pullSecret && spec.type !== pulling);
    if (others.length > 0) {
      problems.push({
        key: keyOf(["images", "pullSecret"]),
        value: pullSecret,
        reason: `is the name of another Secret, ${quoted(others.map(([name]) => name))}`,
        remedy: "another name, e.g. `pullSecret: private-images`",
      });
    }
  }
  if (problems.length > 0) throw new SettingsError(problems, `the Secrets of ${stack}`);
}

/** Keys of which nothing else can make the value. */
function sealedKeys({ keys }: SecretSpec): string[] {
  return Object.entries(keys)
    .filter(([, value]) => isSealed(value))
    .map(([key]) => key);
}

/** Keys that are missing, or that Quint writes itself. */
function wrongKeys(name: string, { namespace, spec }: OwnedSecret, values: SealedValues): Problem[] {
  const wanted = sealedKeys(spec);
  const seal = (key: string) => `\`${key}\`, from \`${sealCommand(namespace, spec.name)}\``;
  return [
    ...wanted
      .filter((key) => !(key in values))
      .map((key) => ({
        key: keyOf(["secrets", "sealed", name]),
        value: Object.keys(values).join(", ") || "no key",
        reason: `has no key \`${key}\`, which is read`,
        remedy: seal(key),
      })),
    ...Object.keys(values)
      // What people make may have more in it than is known here.
      .filter((key) => !wanted.includes(key) && spec.existing !== true)
      .map((key) => ({
        key: keyOf(["secrets", "sealed", name, key]),
        value: key,
        reason: key in spec.keys ? "is written by Quint, from the other keys" : "is no key of the Secret",
        remedy: `${quoted(wanted)} alone`,
      })),
  ];
}

/** Secrets that hold a value of a sealed one, or are the same one elsewhere: they would hold another. */
function leftBehind(
  name: string,
  { namespace, spec }: OwnedSecret,
  all: ReadonlyMap<string, OwnedSecret>,
  sealed: Settings["secrets"]["sealed"],
): Problem[] {
  const takes = (other: OwnedSecret): boolean =>
    other.namespace === namespace &&
    Object.values(other.spec.keys).some(
      (value) =>
        value.kind === "text" && referencesIn(value.template).some(({ secret }) => secret === spec.name),
    );
  return [...all].flatMap(([other, owned]): Problem[] =>
    !(other in sealed) && other !== name && (takes(owned) || owned.spec === spec)
      ? [
          {
            key: keyOf(["secrets", "sealed", other]),
            value: "(not set)",
            reason: `holds a value of \`${name}\`, which is sealed: only you know it`,
            remedy: `seal ${quoted(sealedKeys(owned.spec))} of it, too`,
          },
        ]
      : [],
  );
}
