/** Services by the names that routes have for them. */
import type { KubernetesObject } from "./object.ts";

/**
 * Whether a host of the mesh is a Service with a port. Services that charts make are not among the objects: in a
 * namespace where a chart's pods live they are taken at their word.
 */
export function leadsSomewhere(
  host: string,
  port: number | undefined,
  objects: readonly KubernetesObject[],
): boolean {
  const [name, namespace] = host.split(".");
  const service = objects.find(
    ({ kind, metadata }) => kind === "Service" && metadata.name === name && metadata.namespace === namespace,
  );
  if (service === undefined) {
    return objects.some(
      ({ metadata }) =>
        metadata.namespace === namespace && metadata.labels?.["quint.dev/pods-of-chart"] !== undefined,
    );
  }
  const { ports } = service.spec as { readonly ports: readonly { readonly port: number }[] };
  return port === undefined || ports.some((one) => one.port === port);
}
