/** What every kind of data service is given, and what it gives. */
import type { Mirrors } from "../../config/catalog/mirror.ts";
import type { DataServiceSpec } from "../../platforms/model/index.ts";
import type { ClusterFacts } from "../cluster/contract.ts";
import type { Owner } from "../labels.ts";
import type { Namespace } from "../namespace/namespace.ts";
import type { MeshAccounts } from "../workload/authorization.ts";
import type { Edges } from "../workload/network.ts";
import type { DataPods } from "./pods.ts";

export type DataServiceKind = DataServiceSpec["kind"];
export type SpecOf<Kind extends DataServiceKind> = Extract<DataServiceSpec, { kind: Kind }>;

/** The names by which the engine knows the components: they are a part of every resource's name in the state. */
export const componentTypes: Readonly<Record<DataServiceKind, string>> = {
  postgresql: "quint:data:Postgresql",
  valkey: "quint:data:Valkey",
  kafka: "quint:data:Kafka",
  "object-store": "quint:data:ObjectStore",
  rabbitmq: "quint:data:Rabbitmq",
  neo4j: "quint:data:Neo4j",
  opa: "quint:data:Opa",
  "spark-application": "quint:data:SparkApplication",
  airflow: "quint:data:Airflow",
};

export interface DataServiceArgs<Spec extends DataServiceSpec = DataServiceSpec> {
  readonly owner: Owner;
  readonly namespace: Namespace;
  readonly spec: Spec;
  /** The platform's namespaces, by name: callers may be in another. */
  readonly namespaces: ReadonlyMap<string, Namespace>;
  /** All services of the application: one may need another. */
  readonly services: readonly DataServiceSpec[];
  readonly facts: ClusterFacts;
  readonly mirrors: Mirrors;
  /** The calls of the platform. */
  readonly edges: Edges;
  /** Who the platform's pods are in the mesh. */
  readonly accounts: MeshAccounts;
}

/** What the pods of a service depend on: the same before and while it is made. */
export interface PodsScope {
  readonly platform: string;
  /** All services of the application. */
  readonly services: readonly DataServiceSpec[];
  readonly facts: ClusterFacts;
}

/** Pods of a specification: pure, so that both ends of a call know them before either exists. */
export type PodsOf<Spec extends DataServiceSpec> = (spec: Spec, scope: PodsScope) => readonly DataPods[];
