/** Group, version and kind, and what type tokens say about them. */
import { urnType } from "../plugin/urn.ts";
import { type KubeObject, kindOf, text } from "./object.ts";

export interface GroupVersionKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** `apps/v1` or `v1` as the object's `apiVersion` has it. */
export function apiVersionOf({ group, version }: GroupVersionKind): string {
  return group === "" ? version : `${group}/${version}`;
}

/** From an object's `apiVersion` and `kind`; the SDK's `core/v1` is the core group. */
export function kindOfObject(object: KubeObject): GroupVersionKind {
  const [first = "", second] = text(object, "apiVersion").split("/");
  const group = second === undefined || first === "core" ? "" : first;
  return { group, version: second ?? first, kind: kindOf(object) };
}

/** From a type token: `kubernetes:core/v1:ConfigMap`. Throws on a token of another form. */
export function kindOfUrn(urn: string): GroupVersionKind {
  const token = urnType(urn);
  const [provider, module = "", kind = ""] = token.split(":");
  const [group = "", version, ...rest] = module.split("/");
  if (provider !== "kubernetes" || version === undefined || rest.length > 0 || kind === "") {
    throw new Error(`"${token}" is not a type token of the form kubernetes:<group>/<version>:<kind>`);
  }
  return { group: group === "core" ? "" : group, version, kind };
}

/** Groups that Kubernetes itself serves: their types are the API server's own, not a definition's. */
export function isBuiltIn({ group }: Pick<GroupVersionKind, "group">): boolean {
  if (group === "apiextensions.k8s.io" || group === "apiregistration.k8s.io") return false;
  return builtInGroups.has(group);
}

const builtInGroups = new Set([
  "",
  "admissionregistration.k8s.io",
  "apps",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "internal.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
]);

export const isCustomResourceDefinition = ({ group, kind }: GroupVersionKind): boolean =>
  group === "apiextensions.k8s.io" && kind === "CustomResourceDefinition";

export const isSecretKind = ({ group, kind }: GroupVersionKind): boolean => group === "" && kind === "Secret";

/**
 * Refuses what only the official provider manages. Throws with the remedy.
 *
 * @param kind the `kind` of the inputs; a patch resource has the kind of the object that it patches.
 */
export function refuseUnsupported(urn: string, kind: string): void {
  const token = urnType(urn);
  const type = kindOfUrn(urn);
  const what = unsupported(type, kind);
  if (what === undefined) return;
  throw new Error(
    `${token}: the stand-in for the kubernetes provider has no ${what}. Install the official plugin ` +
      "(`pulumi plugin install resource kubernetes`) where its download host can be reached, or leave this resource out",
  );
}

function unsupported({ group, kind: typeName }: GroupVersionKind, kind: string): string | undefined {
  if (group === "helm.sh") return "Helm charts (a `helm.v3.Release` it has)";
  if (group === "kustomize" || group === "kustomize.pulumi.com") return "kustomizations";
  if (group === "yaml" || group === "yaml.pulumi.com") return "YAML component resources";
  if (typeName === `${kind}Patch`) return "patch resources";
  const isList = typeName.endsWith("List") && (isBuiltIn({ group }) || group === "apiextensions.k8s.io");
  return isList ? "lists (create the objects of the list instead)" : undefined;
}

/** Kinds outside of namespaces, for the case that the API server cannot be asked. */
const clusterScoped = new Set([
  "APIService",
  "CSIDriver",
  "CSINode",
  "CertificateSigningRequest",
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "FlowSchema",
  "IngressClass",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "RuntimeClass",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttachment",
]);

/** A guess, for when discovery gives no answer: custom resources usually live in a namespace. */
export function presumablyNamespaced(type: GroupVersionKind): boolean {
  const known =
    isBuiltIn(type) || type.group === "apiextensions.k8s.io" || type.group === "apiregistration.k8s.io";
  return !(known && clusterScoped.has(type.kind));
}
