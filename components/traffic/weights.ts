/**
 * The shares of calls that a Service and its canary get. They are an object of their own, to which the mesh's route
 * and the gateway's delegate: Argo Rollouts writes nothing but this one, so that a changed time-out or path never
 * touches the shares, and both ways in always follow the same ones.
 */
import { VirtualService } from "@kubernetes-models/istio/networking.istio.io/v1/VirtualService";
import type { Labels } from "../labels.ts";
import { serviceHost } from "./service-host.ts";

/** The only route in there, as the Rollout names it. */
export const weightedRoute = "weights";

/** `namespace/name` of the Services whose calls are shared with a canary. */
export type WeightedServices = ReadonlySet<string>;

/** Name of the VirtualService that holds the shares of a Service. */
export function weightsOf(service: string): string {
  return `${service}-weights`;
}

export interface WeightsArgs {
  /** Service of the version that is there, whose name callers use. */
  readonly service: string;
  /** Service of the version that comes in. */
  readonly canary: string;
  readonly port: number;
  readonly namespace: string;
  readonly labels: Labels;
}

/** The shares, all with the version that is there; and the route by which callers in the mesh get to them. */
export function weightedTraffic({ service, canary, port, namespace, labels }: WeightsArgs): VirtualService[] {
  const metadata = (name: string) => ({ name, namespace, labels: { ...labels } });
  const destination = (name: string) => ({ host: serviceHost(name, namespace), port: { number: port } });
  const name = weightsOf(service);
  return [
    // Without hosts: others delegate to it.
    new VirtualService({
      metadata: metadata(name),
      spec: {
        http: [
          {
            name: weightedRoute,
            route: [
              { destination: destination(service), weight: 100 },
              { destination: destination(canary), weight: 0 },
            ],
          },
        ],
      },
    }),
    new VirtualService({
      metadata: metadata(`${service}-mesh`),
      spec: { hosts: [serviceHost(service, namespace)], http: [{ delegate: { name, namespace } }] },
    }),
  ];
}
