/** Every kind of data service: the compiler finds the one that is missing. */
import type { Mirrors } from "../../config/catalog/mirror.ts";
import type { DataServiceSpec } from "../../platforms/model/index.ts";
import { airflowPods } from "./airflow-pods.ts";
import { Airflow, airflowChart } from "./airflow.ts";
import { installOf, type ChartArgs, type ChartInstall, type ChartOf } from "./chart.ts";
import type { DataService, DataServiceOptions } from "./data-service.ts";
import type { DataServiceArgs, DataServiceKind, PodsOf, PodsScope, SpecOf } from "./definition.ts";
import { kafkaPods } from "./kafka-pods.ts";
import { Kafka } from "./kafka.ts";
import { Neo4j, neo4jChart, neo4jPods } from "./neo4j.ts";
import { ObjectStore, objectStoreChart, objectStorePods } from "./object-store.ts";
import { Opa, opaPods } from "./opa.ts";
import type { DataPods } from "./pods.ts";
import { Postgresql, postgresqlPods } from "./postgresql.ts";
import { Rabbitmq, rabbitmqPods } from "./rabbitmq.ts";
import { SparkApplication, sparkPods } from "./spark-application.ts";
import { Valkey, valkeyChart, valkeyPods } from "./valkey.ts";

export type { DataService } from "./data-service.ts";
export { podsOutsideMesh } from "./mesh.ts";
export { KeptDataService } from "./kept-data-service.ts";
export type { ChartInstall } from "./chart.ts";

interface DataServiceMaker<Kind extends DataServiceKind> {
  /** The pods that answer and call. */
  readonly pods: PodsOf<SpecOf<Kind>>;
  readonly component: new (
    name: string,
    args: DataServiceArgs<SpecOf<Kind>>,
    opts?: DataServiceOptions,
  ) => DataService<SpecOf<Kind>>;
  /** The chart that it is installed by, where it has no operator. */
  readonly chart?: ChartOf<SpecOf<Kind>>;
}

const makers: { readonly [Kind in DataServiceKind]: DataServiceMaker<Kind> } = {
  postgresql: { pods: postgresqlPods, component: Postgresql },
  valkey: { pods: valkeyPods, component: Valkey, chart: valkeyChart },
  kafka: { pods: kafkaPods, component: Kafka },
  "object-store": { pods: objectStorePods, component: ObjectStore, chart: objectStoreChart },
  rabbitmq: { pods: rabbitmqPods, component: Rabbitmq },
  neo4j: { pods: neo4jPods, component: Neo4j, chart: neo4jChart },
  opa: { pods: opaPods, component: Opa },
  "spark-application": { pods: sparkPods, component: SparkApplication },
  airflow: { pods: airflowPods, component: Airflow, chart: airflowChart },
};

/** The pods of a service: known before it is made. */
export function podsOfData(spec: DataServiceSpec, scope: PodsScope): readonly DataPods[] {
  const { pods } = makers[spec.kind] as unknown as DataServiceMaker<DataServiceKind>;
  return pods(spec, scope);
}

/** Makes a data service. */
export function createDataService(
  name: string,
  args: DataServiceArgs,
  opts?: DataServiceOptions,
): DataService {
  const { component: Component } = makers[args.spec.kind] as unknown as DataServiceMaker<DataServiceKind>;
  return new Component(name, args, opts);
}

/** The chart by which a service is installed; none where an operator or ordinary workloads run it. */
export function chartOfData(args: ChartArgs, mirrors: Mirrors): ChartInstall | undefined {
  const { chart } = makers[args.spec.kind] as unknown as DataServiceMaker<DataServiceKind>;
  return chart && installOf(chart(args), args.spec.name, mirrors);
}
