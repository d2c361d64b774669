/** The provider's configuration: what the program may say, and what the stand-in makes of it. */
import type { ProviderArgs } from "@pulumi/kubernetes";
import type { CheckFailure } from "../plugin/protocol.ts";
import { isMap, isUnknown, revealed, type Tree, type ValueMap } from "../plugin/values.ts";
import type { Overrides } from "./kubeconfig.ts";

/**
 * What becomes of each setting of the official provider: `honoured`; `silent` is about something that the stand-in
 * never does (warnings, settings of a user's own Helm); `refused` would change what it does, and may only have the harmless value.
 */
const treatment = {
  alwaysRender: { refused: "false", why: "it does not render manifests" },
  cluster: "honoured",
  clusterIdentifier: "honoured",
  context: "honoured",
  deleteUnreachable: "honoured",
  enableConfigMapMutable: "honoured",
  enablePatchForce: "honoured",
  enableSecretMutable: "honoured",
  enableServerSideApply: { refused: "true", why: "it only knows server-side apply" },
  helmReleaseSettings: "silent",
  kubeClientSettings: "honoured",
  kubeconfig: "honoured",
  namespace: "honoured",
  renderYamlToDirectory: { refused: "", why: "it does not render manifests" },
  skipUpdateUnreachable: "honoured",
  suppressDeprecationWarnings: "silent",
  suppressHelmHookWarnings: "silent",
  upsertExistingObjects: "honoured",
} as const satisfies Record<keyof ProviderArgs, "honoured" | "silent" | { refused: string; why: string }>;

export type Setting = keyof typeof treatment;

/** What the engine itself puts beside the settings. */
const engineKeys = new Set(["version", "pluginDownloadURL", "pluginChecksums", "__internal"]);

/** The provider's settings, with the defaults filled in. */
export interface Settings {
  /** A path or contents; empty for the ambient kubeconfig. */
  readonly kubeconfig: string;
  readonly overrides: Overrides;
  /** The namespace of objects that name none; empty for the context's. */
  readonly namespace: string;
  readonly deleteUnreachable: boolean;
  readonly skipUpdateUnreachable: boolean;
  readonly mutability: { readonly configMaps: boolean; readonly secrets: boolean };
  readonly patchForce: boolean;
  readonly upsertExistingObjects: boolean;
  /** Requests a second (no limit where it is not set), how many at once, and seconds for one of them. */
  readonly client: { readonly qps: number; readonly burst: number; readonly timeoutSeconds: number };
}

/** Settings that an environment variable can make where the program does not. */
const environmentNames = {
  deleteUnreachable: "PULUMI_K8S_DELETE_UNREACHABLE",
  skipUpdateUnreachable: "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE",
  enableConfigMapMutable: "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE",
  enableSecretMutable: "PULUMI_K8S_ENABLE_SECRET_MUTABLE",
  enablePatchForce: "PULUMI_K8S_ENABLE_PATCH_FORCE",
  upsertExistingObjects: "PULUMI_K8S_UPSERT_EXISTING_OBJECTS",
} as const satisfies Partial<Record<Setting, string>>;

/** client-go's default for one request, in seconds. */
const requestTimeoutSeconds = 32;

/** Everything that is wrong with a configuration; settings that are not known yet are taken as right. */
export function checkSettings(inputs: ValueMap): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const [property, value] of Object.entries(inputs)) {
    if (engineKeys.has(property)) continue;
    const reason = wrong(property, revealed(value));
    if (reason !== undefined) failures.push({ property, reason });
  }
  return failures;
}

function wrong(property: string, value: Tree): string | undefined {
  if (!(property in treatment)) {
    return `"${property}" is not a setting of the kubernetes provider; there are ${Object.keys(treatment).join(", ")}`;
  }
  const how = treatment[property as Setting];
  if (value === null || isUnknown(value)) return undefined;
  if (typeof how === "object") {
    if (asText(value) === how.refused) return undefined;
    return `the stand-in for the kubernetes provider cannot do this: ${how.why}. Install the official plugin, or leave the setting out`;
  }
  if (property === "kubeClientSettings") {
    try {
      clientSettings(asText(value));
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
  return undefined;
}

/** Anything but a string travels as JSON. */
const asText = (value: Tree): string => (typeof value === "string" ? value : JSON.stringify(value));

/**
 * The settings from the engine's variables.
 *
 * @throws {Error} where `kubeClientSettings` are malformed.
 */
export function settingsFrom(
  variables: ReadonlyMap<string, string>,
  environment: NodeJS.ProcessEnv,
): Settings {
  const get = (setting: Setting) => variables.get(`kubernetes:config:${setting}`);
  const flag = (setting: keyof typeof environmentNames) =>
    (get(setting) ?? environment[environmentNames[setting]]) === "true";
  const context = get("context") ?? "";
  const cluster = get("cluster") ?? "";
  return {
    kubeconfig: get("kubeconfig") ?? "",
    overrides: { ...(context === "" ? {} : { context }), ...(cluster === "" ? {} : { cluster }) },
    namespace: get("namespace") ?? "",
    deleteUnreachable: flag("deleteUnreachable"),
    skipUpdateUnreachable: flag("skipUpdateUnreachable"),
    mutability: { configMaps: flag("enableConfigMapMutable"), secrets: flag("enableSecretMutable") },
    patchForce: flag("enablePatchForce"),
    upsertExistingObjects: flag("upsertExistingObjects"),
    client: clientSettings(get("kubeClientSettings") ?? "{}"),
  };
}

function clientSettings(json: string): Settings["client"] {
  const parsed = JSON.parse(json) as Tree;
  if (!isMap(parsed)) throw new Error("kubeClientSettings is not an object with qps, burst and timeout");
  const number = (key: string, fallback: number): number => {
    const value = parsed[key] ?? fallback;
    if (isUnknown(value)) return fallback;
    if (typeof value !== "number" || !(value > 0))
      throw new Error(`kubeClientSettings.${key} is not a positive number`);
    return value;
  };
  return {
    // The official provider's default is 50, to spare a server that it shares with others.
    qps: number("qps", Number.POSITIVE_INFINITY),
    burst: number("burst", 120),
    timeoutSeconds: number("timeout", requestTimeoutSeconds),
  };
}
