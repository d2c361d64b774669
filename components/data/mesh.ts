/** Which data services are outside the mesh, and why: no sidecar, and connections without a certificate of the mesh. */
import type { Labels } from "../labels.ts";
import type { DataServiceKind } from "./definition.ts";
import type { DataPods } from "./pods.ts";

const ownTls = "it speaks TLS of its own, and its copies find each other by address";

/** Kind -> why its pods have no sidecar; `undefined` where they have one, as every other pod of their namespace. */
const outside: Record<DataServiceKind, string | undefined> = {
  postgresql: ownTls,
  kafka: ownTls,
  valkey: "replication and Sentinel go by address, and a failover must not wait for a proxy",
  "object-store": "its parts call each other by address; clients may be outside the mesh",
  rabbitmq: "its copies form a cluster by Erlang's own protocol",
  neo4j: "drivers speak Bolt to an address that the server tells them",
  "spark-application": "executors and driver call each other by address, and must end",
  opa: undefined,
  airflow: undefined,
};

function staysOutsideMesh(kind: DataServiceKind): boolean {
  return outside[kind] !== undefined;
}

/** Whether pods of a service have no sidecar. */
export function podsOutsideMesh(
  kind: DataServiceKind,
  { outsideMesh }: Pick<DataPods, "outsideMesh">,
): boolean {
  return outsideMesh ?? staysOutsideMesh(kind);
}

/** Labels beside their own that the pods of a service have, where all of them have no sidecar. */
export function meshLabels(kind: DataServiceKind): Labels {
  return staysOutsideMesh(kind) ? outsideMeshLabels(kind) : {};
}

/** On pods without a sidecar: the injector's own label, and of which service they are. */
export function outsideMeshLabels(kind: DataServiceKind): Labels {
  return { "sidecar.istio.io/inject": "false", "quint.dev/data-service": kind };
}
