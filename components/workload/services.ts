/** The Services of a workload. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceSpec, WorkloadSpec } from "../../platforms/model/index.ts";
import type { Labels } from "../labels.ts";
import type { Incoming } from "./incoming.ts";
import { scrapedLabel, scrapedService } from "./monitor.ts";
import { portNumber } from "./network.ts";

export interface ServicesArgs {
  readonly spec: WorkloadSpec;
  readonly incoming: Incoming | undefined;
  /** Metadata of an object of that name. */
  readonly metadata: (name: string) => k8s.types.input.meta.v1.ObjectMeta;
  readonly labels: Labels;
  readonly selector: Labels;
}

/** On Services that nobody who uses the workload needs to know of, with what they are for. */
const purposeLabel = "quint.dev/serves";

/** Creates them. Those of versions get their selectors from Argo Rollouts, which adds the version's hash. */
export function services(name: string, args: ServicesArgs, opts: pulumi.CustomResourceOptions): void {
  const { spec, incoming, labels } = args;
  const monitored = scrapedService(spec);
  for (const service of spec.services) {
    create(`${name}-${service.name}`, service, args, {
      labels: incoming === undefined && service === monitored ? { ...labels, ...scrapedLabel } : labels,
      opts: service === incoming?.service ? ofVersion(opts) : opts,
    });
  }
  if (incoming === undefined) return;
  const { beside, progressive } = incoming;
  create(`${name}-${beside.name}`, beside, args, {
    labels: { ...labels, [purposeLabel]: progressive.kind },
    opts: ofVersion(opts),
  });
  if (monitored !== undefined) {
    // The others lead to one version each, or both to the same: through this one every pod is scraped once.
    const all: ServiceSpec = {
      ...monitored,
      name: `${spec.name}-pods`,
      exposure: { type: "ClusterIP", headless: true },
    };
    create(`${name}-${all.name}`, all, args, {
      labels: { ...labels, ...scrapedLabel, [purposeLabel]: "scraping" },
      opts,
    });
  }
}

function ofVersion(opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
  return { ...opts, ignoreChanges: ["spec.selector"] };
}

function create(
  name: string,
  service: ServiceSpec,
  { spec, metadata, selector }: ServicesArgs,
  { labels, opts }: { readonly labels: Labels; readonly opts: pulumi.CustomResourceOptions },
): void {
  const { exposure } = service;
  // The reference is checked here: a Service whose port has no name in the pod would silently have no endpoints.
  portNumber(spec, service.targetPort);
  new k8s.core.v1.Service(
    name,
    {
      metadata: { ...metadata(service.name), labels },
      spec: {
        type: exposure.type,
        ...(exposure.type === "ClusterIP" && exposure.headless === true ? { clusterIP: "None" } : {}),
        selector: { ...selector },
        ports: [
          {
            name: service.targetPort,
            appProtocol: protocolOf(service.targetPort),
            protocol: "TCP",
            port: service.port,
            targetPort: service.targetPort,
            ...(exposure.type === "NodePort" ? { nodePort: exposure.nodePort } : {}),
          },
        ],
      },
    },
    opts,
  );
}

/** What a port carries: the first word of its name says it, as the mesh reads names (`tcp-store`, `grpc`); else HTTP. */
function protocolOf(port: string): string {
  const [word = ""] = port.split("-");
  return ["grpc", "https", "tcp", "tls"].includes(word) ? word : "http";
}
