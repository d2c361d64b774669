/** The pods of Airflow's chart. */
import { dataPorts, type AirflowSpec, type WorkloadSize } from "../../platforms/model/index.ts";
import { companions } from "./companions.ts";
import type { PodsOf } from "./definition.ts";
import { peers, serviceOn, type DataPeer, type DataPods } from "./pods.ts";

const { http, metrics } = dataPorts.airflow;
const ports = { workerLogs: 8793, triggererLogs: 8794, statsd: 9125 } as const;

/** Parts that run all the time, by the chart's word for them. */
const servers = ["api-server", "scheduler", "dag-processor", "triggerer", "worker"] as const;
/** What runs at each deployment, and ends. */
const jobs = ["run-airflow-migrations", "create-user"] as const;
type Part = (typeof servers)[number] | (typeof jobs)[number] | "statsd";

const nameOf = ({ name }: AirflowSpec, part: Part) => `${name}-${part}`;

export function airflowLabels({ name }: AirflowSpec, part: Part) {
  return { tier: "airflow", component: part === "create-user" ? "create-user-job" : part, release: name };
}

export const airflowPods: PodsOf<AirflowSpec> = (spec) => {
  const { size } = spec;
  const fromAll = (...numbers: number[]): DataPeer[] =>
    servers.map((part) => peers(nameOf(spec, part), ...numbers));
  const server = (part: Part, own: WorkloadSize, more: Partial<DataPods> = {}): DataPods => ({
    name: nameOf(spec, part),
    kind: "Deployment",
    labels: airflowLabels(spec, part),
    containers: [{ name: part, resources: own.resources }],
    replicas: own.replicas,
    ...(own.autoscaling === undefined ? {} : { autoscaling: own.autoscaling }),
    services: [],
    ports: {},
    peers: [],
    egress: [],
    ...more,
  });
  const logsFor = (number: number): readonly DataPeer[] => [peers(nameOf(spec, "api-server"), number)];
  return [
    server("api-server", size.apiServer, {
      services: [serviceOn(nameOf(spec, "api-server"), { http })],
      ports: { http: [http] },
      // Tasks and schedulers speak to it, never to the database.
      peers: fromAll(http),
    }),
    server("scheduler", size.scheduler, {
      containers: [
        { name: "scheduler", resources: size.scheduler.resources },
        { name: "scheduler-log-groomer", resources: companions.airflowHelper },
      ],
    }),
    server("dag-processor", size.dagProcessor),
    server("triggerer", size.triggerer, { peers: logsFor(ports.triggererLogs) }),
    server("worker", size.worker, {
      peers: logsFor(ports.workerLogs),
      ...(spec.workerDisruption === undefined ? {} : { disruption: spec.workerDisruption }),
    }),
    server(
      "statsd",
      { replicas: 1, resources: companions.statsdExporter },
      {
        services: [],
        ports: { metrics: [metrics] },
        peers: fromAll(ports.statsd).map((peer) => ({ ...peer, protocol: "UDP" })),
        metrics: { port: metrics },
        // The mesh carries no UDP, and it is scraped where a PodMonitor can show no certificate.
        outsideMesh: true,
      },
    ),
    // They need the database as the others do, for a minute at each deployment.
    ...jobs.map((part) => server(part, { replicas: 0, resources: companions.airflowHelper })),
  ];
};
