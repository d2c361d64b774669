/** Scraping of a workload by the cluster's Prometheus. */
import { ServiceMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor";
import type { ServiceSpec, WorkloadSpec } from "../../platforms/model/index.ts";
import type { Labels } from "../labels.ts";
import { portNumber } from "./network.ts";

/** Where Prometheus finds the mesh's certificates, which its own proxy writes. */
export const meshCertificates = "/etc/prom-certs";

/** How Prometheus shows a meshed workload who it is. The mesh's certificates name workloads, not hosts. */
const byMutualTls = {
  scheme: "https",
  tlsConfig: {
    caFile: `${meshCertificates}/root-cert.pem`,
    certFile: `${meshCertificates}/cert-chain.pem`,
    keyFile: `${meshCertificates}/key.pem`,
    insecureSkipVerify: true,
  },
} as const;

/** Marks the one Service of a workload that its monitor selects: through all of them each pod is scraped more than once. */
const scraped: Labels = { "quint.dev/scraped": "true" };

/** The labels of a Service, with the mark where the workload is scraped through it. */
export function serviceLabels(spec: WorkloadSpec, service: ServiceSpec, labels: Labels): Labels {
  return scrapedService(spec) === service ? { ...labels, ...scraped } : labels;
}

/**
 * The ServiceMonitor of a workload; nothing where it declares none.
 *
 * @param meshed whether its pods take connections of the mesh alone.
 * @throws where Prometheus could not reach it.
 */
export function serviceMonitor(
  spec: WorkloadSpec,
  metadata: { readonly name: string; readonly namespace: string; readonly labels: Labels },
  selector: Labels,
  meshed: boolean,
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
      selector: { matchLabels: { ...selector, ...scraped } },
      endpoints: [{ port, path, interval: `${intervalSeconds}s`, ...(meshed ? byMutualTls : {}) }],
    },
  });
}

function scrapedService({ monitor, services }: WorkloadSpec): ServiceSpec | undefined {
  return monitor && services.find(({ targetPort }) => targetPort === monitor.port);
}
