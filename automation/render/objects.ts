/** The Kubernetes objects among a program's registrations, checked: nothing unknown, nothing undefined, no secret. */
import type { KubernetesObject, Metadata } from "../../policy/index.ts";
import { isGenerated } from "./generated-values.ts";
import type { Registration } from "./record.ts";
import { pathTo } from "./search.ts";

/** A Secret that must exist beside the rendered objects; its values exist only in the cluster and the state. */
export interface RequiredSecret {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Key -> its text where it is not secret (a user name); nothing where it is generated. */
  readonly keys: Readonly<Record<string, string | undefined>>;
  readonly purpose: string;
  /** `Opaque` where it is left out. */
  readonly type?: string;
  /** Key -> what the recording has of it: notes stand for generated values. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Whether nothing of it is known before a deployment, its keys included. */
  readonly unknown?: boolean;
}

/** A Helm release: charts are installed by whoever deploys, not written as objects. */
export interface RenderedRelease {
  readonly name: string;
  readonly namespace: string;
  /** Chart and version. */
  readonly chart: string;
}

/** The preview of a platform, with marks. */
export interface RenderedPreview {
  readonly platform: string;
  readonly objects: readonly KubernetesObject[];
}

export interface RenderedObjects {
  readonly objects: readonly KubernetesObject[];
  readonly requiredSecrets: readonly RequiredSecret[];
  /** What belongs beside the objects and is not among them. */
  readonly releases: readonly RenderedRelease[];
  /** Charts of which Argo CD makes one for each pull request; left out: none. */
  readonly previews?: readonly RenderedPreview[];
  /** Name of each generated value -> its length. */
  readonly generated?: ReadonlyMap<string, number>;
}

const releaseType = "kubernetes:helm.sh/v3:Release";

/** The marks under which the SDK carries secrets through plain values (`runtime/rpc.ts`). */
const signature = "4dabf18193072939515e22adb298388d";
const secretMark = "1b47061264138c4ac30d75fd1eb44270";

/** @throws where a value could not be written to a file, naming object and path. */
export function kubernetesObjects(registrations: readonly Registration[]): RenderedObjects {
  const objects: KubernetesObject[] = [];
  const requiredSecrets: RequiredSecret[] = [];
  const releases: RenderedRelease[] = [];
  const generated = new Map<string, number>();
  for (const registration of registrations) {
    if (registration.type.startsWith("random:")) {
      generated.set(registration.name, Number(registration.inputs.length));
    }
    if (
      !registration.custom ||
      !registration.type.startsWith("kubernetes:") ||
      comesWithCluster(registration)
    ) {
      continue;
    }
    if (registration.type === releaseType) {
      releases.push(release(registration.inputs));
      continue;
    }
    const inputs = registration.inputs as KubernetesObject;
    if (inputs.kind === "Secret" && inputs.apiVersion === "v1") {
      requiredSecrets.push(requiredSecret(inputs));
    } else if (!isOfFoundation(registration) || pathTo(isUnknown, inputs, "") === undefined) {
      refuseUnwritable(inputs, `${inputs.kind} ${nameOf(registration)}`);
      objects.push(inputs);
    }
  }
  return { objects, requiredSecrets, releases, generated };
}

function release(inputs: Registration["inputs"]): RenderedRelease {
  const { name, namespace, chart, version } = inputs as Readonly<Record<string, string>>;
  return { name: name ?? "", namespace: namespace ?? "", chart: `${chart ?? ""} ${version ?? ""}` };
}

/** Classes and controllers of a cluster that the program makes: they name its keys and networks, and it alone makes them. */
function comesWithCluster({ parents }: Registration): boolean {
  return parents.some((parent) => parent.startsWith("quint:cluster:"));
}

/** What the foundation says of the cluster's own cloud (a vault, say) is `up`'s to write: only that knows it. */
function isOfFoundation({ parents }: Registration): boolean {
  return parents.some((parent) => parent.startsWith("quint:foundation:"));
}

/** The name of an object; that of its registration where a deployment would make one up. */
function nameOf({ inputs, name }: Registration): string {
  const given = metadataOf(inputs as KubernetesObject).name as unknown;
  return typeof given === "string" ? given : name;
}

/** An object whose name is beside a secret comes with all of its metadata marked. */
function metadataOf(object: KubernetesObject): Metadata {
  return unwrapped(object.metadata) as Metadata;
}

function requiredSecret(secret: KubernetesObject): RequiredSecret {
  const { name, namespace, labels, annotations } = metadataOf(secret);
  const written = unwrapped(secret.data);
  const unknown = isUnknown(written);
  const data = unknown ? {} : (written as Record<string, unknown>);
  const derived = annotations?.["quint.dev/derived-keys"]?.split(" ") ?? [];
  return {
    name,
    namespace: namespace ?? "default",
    labels: labels ?? {},
    keys: Object.fromEntries(
      [...new Set([...Object.keys(data), ...derived])]
        .sort()
        .map((key) => [key, derived.includes(key) ? undefined : plainText(data[key])]),
    ),
    purpose: annotations?.["quint.dev/purpose"] ?? "",
    ...(typeof secret.type === "string" ? { type: secret.type } : {}),
    texts: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, decoded(value)])),
    ...(unknown ? { unknown } : {}),
  };
}

/** The text of a key that is not generated. Generated ones hold a note of the recording in place of a value. */
function plainText(value: unknown): string | undefined {
  const text = decoded(value);
  return text === "" || isGenerated(text) ? undefined : text;
}

function decoded(value: unknown): string {
  return typeof value === "string" ? Buffer.from(value, "base64").toString("utf8") : "";
}

function unwrapped(value: unknown): unknown {
  return isSecret(value) ? value.value : value;
}

function isSecret(value: unknown): value is { readonly value: unknown } {
  return typeof value === "object" && value !== null && signature in value && value[signature] === secretMark;
}

function isUnknown(value: unknown): boolean {
  return typeof value === "object" && value !== null && "__pulumiUnknown" in value;
}

/** What stands for a generated value in a recording, secret or declared to be none. */
function isGeneratedText(value: unknown): boolean {
  return typeof value === "string" && isGenerated(value);
}

function refuseUnwritable(object: KubernetesObject, name: string): void {
  const refuse = (matches: (value: unknown) => boolean, why: string) => {
    const path = pathTo(matches, object, "");
    if (path !== undefined) {
      throw new Error(`${name}: ${path.replaceAll(".value.", ".")} ${why}`);
    }
  };
  refuse(isUnknown, "is known only after a deployment");
  refuse(isGeneratedText, "carries a secret value; name a Secret instead");
  refuse(isSecret, "carries a secret value; name a Secret instead");
  refuse((value) => value === null, "is null");
}
