/** Which services of a namespace need others of it, and so the order in which they are made. */
import { serviceOf, type DataServiceSpec } from "../../platforms/model/index.ts";

/** Names of the services that a service cannot start without. */
export function neededBy(spec: DataServiceSpec, services: readonly DataServiceSpec[]): readonly string[] {
  switch (spec.kind) {
    case "postgresql":
      return spec.archive === undefined
        ? []
        : [serviceOf(services, "object-store", spec.archive.store, spec.name).name];
    case "airflow":
      return [
        serviceOf(services, "postgresql", spec.database.service, spec.name).name,
        serviceOf(services, "valkey", spec.broker, spec.name).name,
      ];
    default:
      return [];
  }
}

/**
 * Services of an application, each after those that it needs. Nothing that is needed needs in turn what needs it.
 *
 * @param all services of the namespace: what one needs may be another application's.
 */
export function inOrder(
  services: readonly DataServiceSpec[],
  all: readonly DataServiceSpec[],
): readonly DataServiceSpec[] {
  const ordered = new Set<DataServiceSpec>();
  const add = (spec: DataServiceSpec): void => {
    for (const name of neededBy(spec, all)) {
      services.filter((other) => other.name === name).forEach(add);
    }
    ordered.add(spec);
  };
  services.forEach(add);
  return [...ordered];
}
