/** Routes from outside: a host on the ingress gateway, who may use it, and where its paths lead. */
import { Gateway } from "@kubernetes-models/istio/networking.istio.io/v1/Gateway";
import { VirtualService } from "@kubernetes-models/istio/networking.istio.io/v1/VirtualService";
import * as pulumi from "@pulumi/pulumi";
import type { GatewaySpec, RouteSpec } from "../../platforms/model/index.ts";
import { customResource } from "../custom-resource.ts";
import { ownerLabels, type Owner } from "../labels.ts";
import { hostAdmission } from "./admission.ts";
import { hostCertificate } from "./certificate.ts";
import { certificateSecret, gatewayPods } from "./gateway.ts";
import { hostLimits } from "./limits.ts";
import { pathsOf } from "./paths.ts";
import { serviceSpeaksTls } from "./service-traffic.ts";
import type { WeightedServices } from "./weights.ts";

export interface RouteArgs {
  readonly owner: Owner;
  /** Namespace of the services behind the route. */
  readonly namespace: string;
  readonly spec: RouteSpec;
  readonly gateway: GatewaySpec;
  /** Services behind it that share their calls with a canary; left out: none. */
  readonly weighted?: WeightedServices;
}

/**
 * One host: its certificate, HTTPS on 443, HTTP redirected to it, the paths behind it, and what keeps others out.
 *
 * @throws where what the route asks for does not go together, see `RouteAccess`.
 */
export class Route extends pulumi.ComponentResource {
  constructor(name: string, args: RouteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("quint:traffic:Route", name, {}, opts);
    const { spec, namespace, owner } = args;
    const labels = ownerLabels(owner);
    const metadata = { name: spec.name, namespace, labels: { ...labels } };
    // What keeps others out comes before what lets them in.
    const limits = hostLimits(spec, owner, args.gateway);
    const guards = [...(limits === undefined ? [] : [limits]), ...hostAdmission(spec, owner)].map((guard) =>
      customResource(`${name}-${guard.metadata?.name ?? ""}`, guard, { parent: this }),
    );
    for (const rule of spec.rules.filter(({ tls }) => tls === true)) {
      const of = {
        name: `${spec.name}-${rule.service}`,
        namespace: rule.namespace ?? namespace,
        labels,
      };
      customResource(`${name}-${rule.service}`, serviceSpeaksTls(rule.service, rule.port, of), {
        parent: this,
      });
    }
    customResource(name, hostCertificate(spec.host, owner), { parent: this });
    customResource(
      name,
      new Gateway({
        metadata,
        spec: {
          selector: gatewayPods,
          servers: [
            { port: { number: 80, name: "http", protocol: "HTTP" }, hosts: [spec.host] },
            {
              port: { number: 443, name: "https", protocol: "HTTPS" },
              hosts: [spec.host],
              tls: { mode: "SIMPLE", credentialName: certificateSecret(spec.host) },
            },
          ],
        },
      }),
      { parent: this, dependsOn: guards },
    );
    customResource(
      name,
      new VirtualService({
        metadata,
        spec: {
          hosts: [spec.host],
          gateways: [`${namespace}/${spec.name}`],
          http: pathsOf(spec, namespace, args.weighted ?? new Set()),
        },
      }),
      { parent: this, dependsOn: guards },
    );
    this.registerOutputs();
  }
}
