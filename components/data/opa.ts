/** Open Policy Agent as a service: an ordinary workload that reads its policies as files. */
import * as k8s from "@pulumi/kubernetes";
import { images } from "../../config/catalog/images.ts";
import { mirroredImage } from "../../config/catalog/mirror.ts";
import { dataPorts, type ConfigSpec, type OpaSpec, type WorkloadSpec } from "../../platforms/model/index.ts";
import { selectorLabels } from "../labels.ts";
import { Workload } from "../workload/workload.ts";
import { DataService, type DataServiceOptions } from "./data-service.ts";
import type { DataServiceArgs, PodsOf } from "./definition.ts";

const { http, metrics } = dataPorts.opa;
const policies = "/policies";

export const opaPods: PodsOf<OpaSpec> = (spec, { platform }) => [
  {
    name: spec.name,
    kind: "Deployment",
    labels: selectorLabels(platform, spec.name),
    containers: [{ name: spec.name, resources: spec.size.resources }],
    replicas: spec.size.replicas,
    services: [],
    ports: { http: [http], metrics: [metrics] },
    peers: [],
    egress: [],
  },
];

export class Opa extends DataService<OpaSpec> {
  constructor(name: string, args: DataServiceArgs<OpaSpec>, opts?: DataServiceOptions) {
    // It is a workload, which protects its own pods, and runs wherever containers do.
    super(name, args, [], opts);
    const { spec, owner, namespace, facts, edges, accounts } = args;
    const config: ConfigSpec = { name: `${spec.name}-policies`, data: spec.policies };
    const configMap = new k8s.core.v1.ConfigMap(
      name,
      { metadata: this.metadata(config.name), data: { ...config.data } },
      this.after(),
    );
    new Workload(
      name,
      {
        owner,
        namespace,
        facts,
        edges,
        accounts,
        spec: this.workload(config),
        claims: new Map(),
        configs: new Map([[config.name, config]]),
        secrets: new Map(),
      },
      { parent: this, dependsOn: [configMap] },
    );
    this.registerOutputs();
  }

  private workload(config: ConfigSpec): WorkloadSpec {
    const { spec, mirrors } = this.args;
    const health = { path: "/health", port: "metrics" };
    return {
      name: spec.name,
      component: "policy",
      container: {
        image: mirroredImage(images.opa.reference, mirrors),
        args: [
          "run",
          "--server",
          // It listens on localhost alone unless it is told.
          `--addr=0.0.0.0:${http}`,
          `--diagnostic-addr=0.0.0.0:${metrics}`,
          "--disable-telemetry",
          // A mounted ConfigMap shows its files a second time in a hidden folder.
          "--ignore=.*",
          policies,
        ],
        ports: [
          { name: "http", port: http },
          { name: "metrics", port: metrics },
        ],
        probes: { liveness: health, readiness: { ...health, path: "/health?bundle=true" } },
        mounts: [{ kind: "config", config: config.name, path: policies }],
      },
      size: { replicas: spec.size.replicas, resources: spec.size.resources },
      strategy: "rolling",
      identity: { name: spec.name },
      services: [
        { name: spec.name, port: http, targetPort: "http", exposure: { type: "ClusterIP" } },
        {
          name: `${spec.name}-metrics`,
          port: metrics,
          targetPort: "metrics",
          exposure: { type: "ClusterIP" },
        },
      ],
      callers: [
        ...spec.callers.filter(({ kind, port }) => !(kind === "monitoring" && port === "metrics")),
        { kind: "monitoring", port: "metrics" },
      ],
      monitor: { port: "metrics", path: "/metrics", intervalSeconds: 30 },
      priorityClass: spec.priorityClass,
      runAs: images.opa.runAs,
      architectures: images.opa.architectures,
      spread: spec.spread ?? "required",
    };
  }
}
