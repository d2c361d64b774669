/** Routes from outside: a host on the ingress gateway, and where its paths lead. */
import { Gateway } from "@kubernetes-models/istio/networking.istio.io/v1/Gateway";
import { VirtualService } from "@kubernetes-models/istio/networking.istio.io/v1/VirtualService";
import * as pulumi from "@pulumi/pulumi";
import type { RouteSpec } from "../../platforms/model/index.ts";
import { customResource } from "../custom-resource.ts";
import { ownerLabels, type Owner } from "../labels.ts";

export interface RouteArgs {
  readonly owner: Owner;
  /** Namespace of the services behind the route. */
  readonly namespace: string;
  readonly spec: RouteSpec;
}

/** Pods of the ingress gateway, by the label that Istio's gateway chart gives them. */
const gatewayPods = { istio: "ingress" };

/** One host: HTTPS on 443, HTTP redirected to it, and the paths behind it. */
export class Route extends pulumi.ComponentResource {
  constructor(name: string, args: RouteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:traffic:Route", name, {}, opts);
    const { spec, namespace } = args;
    const metadata = { name: spec.name, namespace, labels: { ...ownerLabels(args.owner) } };
    customResource(
      name,
      new Gateway({
        metadata,
        spec: {
          selector: gatewayPods,
          servers: [
            {
              port: { number: 80, name: "http", protocol: "HTTP" },
              hosts: [spec.host],
              tls: { httpsRedirect: true },
            },
            {
              port: { number: 443, name: "https", protocol: "HTTPS" },
              hosts: [spec.host],
              tls: { mode: "SIMPLE", credentialName: certificateSecret(spec.host) },
            },
          ],
        },
      }),
      { parent: this },
    );
    customResource(
      name,
      new VirtualService({
        metadata,
        spec: {
          hosts: [spec.host],
          gateways: [`${namespace}/${spec.name}`],
          // Longer prefixes first: the mesh takes the first match.
          http: [...spec.rules]
            .sort((a, b) => b.prefix.length - a.prefix.length)
            .map((rule) => ({
              match: [{ uri: { prefix: rule.prefix } }],
              ...(rule.rewrite === undefined ? {} : { rewrite: { uri: rule.rewrite } }),
              route: [
                {
                  destination: {
                    host: `${rule.service}.${namespace}.svc.cluster.local`,
                    port: { number: rule.port },
                  },
                },
              ],
              timeout: `${rule.timeoutSeconds}s`,
            })),
        },
      }),
      { parent: this },
    );
    this.registerOutputs();
  }
}

/** Name of the Secret, in the gateway's namespace, that holds the certificate of a host. */
export function certificateSecret(host: string): string {
  return `${host.replaceAll(".", "-")}-tls`;
}
