/** Kubernetes objects as rules see them: plain data, wherever they come from. */

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: unknown;
  readonly data?: unknown;
  readonly [field: string]: unknown;
}

/** Where the gateway is: it looks for certificates here, and alone has addresses outside of the cluster. */
export const gatewayNamespace = "istio-ingress";

/** `Kind namespace/name`, as messages name an object. */
export function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}

/** Whether labels satisfy a `matchLabels` selector. An empty selector selects everything. */
export function selects(
  selector: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  return Object.entries(selector ?? {}).every(([key, value]) => labels?.[key] === value);
}

/** The objects of a kind. */
export function ofKind(objects: readonly KubernetesObject[], wanted: string): readonly KubernetesObject[] {
  return objects.filter(({ kind }) => kind === wanted);
}
