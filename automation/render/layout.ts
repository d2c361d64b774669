/** Where rendered objects go, and how a file looks: one object in each, sorted keys, stable names. */
import { stringify } from "yaml";
import type { KubernetesObject } from "../../policy/index.ts";
import type { RenderedObjects, RequiredSecret } from "./objects.ts";
import { secretsPage } from "./secrets-page.ts";

/** Path below the output folder -> text. */
export type Files = ReadonlyMap<string, string>;

/** The order in which a single file is applied: what others live in or refer to comes first. */
const kindOrder = [
  "PriorityClass",
  "Namespace",
  "ResourceQuota",
  "LimitRange",
  "ServiceAccount",
  "Role",
  "RoleBinding",
  "ConfigMap",
  "PersistentVolumeClaim",
  "NetworkPolicy",
  "Service",
];

export interface LayoutOptions {
  /** Whether each folder has a kustomization, for `kubectl apply --kustomize`. Argo CD takes folders without. */
  readonly kustomizations: boolean;
}

/** `deploy/<stack>/<platform>/<application>/`, one object in each file. */
export function folderLayout(
  stack: string,
  rendered: RenderedObjects,
  { kustomizations }: LayoutOptions = { kustomizations: true },
): Files {
  const files = new Map<string, string>();
  const folders = new Map<string, string[]>();
  const shared = repeated(rendered.objects.map((object) => `${folderOf(object)}/${fileName(object)}`));
  for (const object of inOrder(rendered.objects)) {
    const folder = folderOf(object);
    // An application with objects in several namespaces may have the same name in two of them.
    const plain = fileName(object);
    const file = shared.has(`${folder}/${plain}`) ? fileName(object, object.metadata.namespace) : plain;
    const path = `${folder}/${file}`;
    if (files.has(path)) {
      throw new Error(`two objects would be written to ${path}; give one of them another name`);
    }
    files.set(path, header(stack) + yaml(object));
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  if (kustomizations) {
    for (const [folder, resources] of folders) {
      files.set(`${folder}/kustomization.yaml`, header(stack) + kustomization([...resources].sort()));
    }
    files.set("kustomization.yaml", header(stack) + kustomization([...folders.keys()].sort()));
  }
  if (rendered.requiredSecrets.length > 0) {
    files.set(
      "SECRETS.md",
      secretsPage(stack, sorted(rendered.requiredSecrets), rendered.generated ?? new Map()),
    );
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Everything in one file, for `kubectl apply --filename`. */
export function singleFile(stack: string, rendered: RenderedObjects): string {
  const secrets = sorted(rendered.requiredSecrets).map(
    (secret) =>
      `#   ${secret.namespace}/${secret.name} (${secret.unknown === true ? "known after a deployment" : Object.keys(secret.keys).join(", ")}): ${secret.purpose}\n`,
  );
  const preface =
    secrets.length === 0
      ? ""
      : `# Secrets that must exist beside it (values are never rendered):\n${secrets.join("")}`;
  return (
    header(stack) +
    preface +
    inOrder(rendered.objects)
      .map((object) => `---\n${yaml(object)}`)
      .join("")
  );
}

/** Below `namespaces/` each namespace has a folder: all of them hold a `quota`, `limits` and `default-deny`. */
function folderOf({ kind, metadata }: KubernetesObject): string {
  const platform = metadata.labels?.["app.kubernetes.io/part-of"];
  const application = metadata.labels?.["quint.dev/application"];
  if (platform === undefined) {
    return "foundation";
  }
  const namespace = kind === "Namespace" ? metadata.name : metadata.namespace;
  return `${platform}/${application ?? ["namespaces", namespace].filter(Boolean).join("/")}`;
}

/** Of one object. Names of roles and groups may hold colons, which not every file system takes. */
export function fileName({ kind, metadata }: KubernetesObject, namespace?: string): string {
  const name = [namespace, metadata.name].filter(Boolean).join(".");
  return `${kind.toLowerCase()}-${name.replaceAll(/[^\w.-]/g, "-")}.yaml`;
}

function repeated(names: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(names.filter((name) => seen.size === seen.add(name).size));
}

function inOrder(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const key = (object: KubernetesObject) => {
    const place = kindOrder.indexOf(object.kind);
    const order = String(place === -1 ? kindOrder.length : place).padStart(2, "0");
    return [order, object.kind, object.metadata.namespace ?? "", object.metadata.name].join("/");
  };
  return [...objects].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function sorted(secrets: readonly RequiredSecret[]): readonly RequiredSecret[] {
  const key = (secret: RequiredSecret) => `${secret.namespace}/${secret.name}`;
  return [...secrets].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function kustomization(resources: readonly string[]): string {
  return yaml({ apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources });
}

/** `compat`: kubectl and kustomize read YAML 1.1, where a bare `on`, `no` or `1_000` is not text. */
export function yaml(value: unknown): string {
  return stringify(value, {
    sortMapEntries: true,
    lineWidth: 0,
    aliasDuplicateObjects: false,
    compat: "yaml-1.1",
  });
}

export function header(stack: string): string {
  return `# Generated by \`./quint render ${stack}\`; never edited.\n`;
}
