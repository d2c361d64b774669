/** Scraping of a workload by the cluster's Prometheus. */
import { ServiceMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor";
import type { NamespaceSpec, ServiceSpec, WorkloadSpec } from "../../platforms/model/index.ts";
import type { Labels } from "../labels.ts";
import { portNumber } from "./network.ts";

/** Where Prometheus finds the mesh's certificates, which its own proxy writes. */
export const meshCertificates = "/etc/prom-certs";

/** Marks the one Service of a workload that its monitor selects: through all of them each pod is scraped more than once. */
export const scrapedLabel: Labels = { "quint.dev/scraped": "true" };

/**
 * The ServiceMonitor of a workload; nothing where it declares none.
 *
 * @throws where Prometheus could not reach it.
 */
export function serviceMonitor(
  spec: WorkloadSpec,
  metadata: { readonly name: string; readonly namespace: string; readonly labels: Labels },
  selector: Labels,
  { injected }: Pick<NamespaceSpec, "injected">,
): ServiceMonitor | undefined {
  if (spec.monitor === undefined) {
    return undefined;
  }
  const { intervalSeconds, path, port } = spec.monitor;
  portNumber(spec, port);
  if (scrapedService(spec) === undefined) {
    throw new Error(
      `workload "${spec.name}" is scraped at the port "${port}", to which none of its Services leads`,
    );
  }
  if (!spec.callers.some((caller) => caller.kind === "monitoring" && caller.port === port)) {
    throw new Error(
      `workload "${spec.name}" is scraped at the port "${port}", but does not name monitoring as a caller of it`,
    );
  }
  return new ServiceMonitor({
    metadata: { ...metadata, labels: { ...metadata.labels } },
    spec: {
      // The workload, whatever the Service is called.
      ...(spec.progressive === undefined ? {} : { jobLabel: "app.kubernetes.io/name" }),
      selector: { matchLabels: { ...selector, ...scrapedLabel } },
      endpoints: [
        {
          port,
          path,
          interval: `${intervalSeconds}s`,
          ...(injected && !isOpen(spec, port) ? mutualTls : {}),
        },
      ],
    },
  });
}

/** Prometheus calls a pod of the mesh as the mesh demands: with a certificate of it. */
const mutualTls = {
  scheme: "https" as const,
  tlsConfig: {
    caFile: `${meshCertificates}/root-cert.pem`,
    certFile: `${meshCertificates}/cert-chain.pem`,
    keyFile: `${meshCertificates}/key.pem`,
    // The mesh's certificates name workloads, not hosts.
    insecureSkipVerify: true,
  },
};

/** Whether callers without a certificate reach the port, too. */
function isOpen({ callers }: WorkloadSpec, port: string): boolean {
  return callers.some((caller) => caller.kind === "world" && caller.port === port);
}

/** The Service behind whose port the workload's metrics are. */
export function scrapedService({ monitor, services }: WorkloadSpec): ServiceSpec | undefined {
  return monitor && services.find(({ targetPort }) => targetPort === monitor.port);
}
