/** Rules on the hosts of the gateway. */
import { gatewayNamespace, nameOf, ofKind, type KubernetesObject } from "../object.ts";
import { violationsOf, type Rule, type Violation } from "../rule.ts";

interface Server {
  readonly port: { readonly protocol: string };
  readonly hosts: readonly string[];
  readonly tls?: { readonly credentialName?: string };
}

interface Http {
  readonly match?: readonly { readonly port?: number; readonly uri?: unknown }[];
  readonly redirect?: { readonly scheme?: string };
}

const hostsHaveTls: Rule = {
  name: "hosts-have-tls",
  description:
    "Every host has a certificate where the gateway looks for it, and plain HTTP does nothing but redirect to it.",
  check: (objects) => {
    const certificates = ofKind(objects, "Certificate").filter(
      ({ metadata }) => metadata.namespace === gatewayNamespace,
    );
    return ofKind(objects, "Gateway").flatMap((gateway) => {
      const servers = (gateway.spec as { readonly servers: readonly Server[] }).servers;
      const encrypted = new Set(
        servers.flatMap(({ hosts, tls }) =>
          tls?.credentialName === undefined
            ? []
            : hosts.filter((host) => certificates.some((one) => certifies(one, host, tls.credentialName))),
        ),
      );
      return [...new Set(servers.flatMap(({ hosts }) => hosts))].flatMap((host): readonly Violation[] => {
        const plain = servers.some(({ hosts, port }) => port.protocol === "HTTP" && hosts.includes(host));
        const reasons = [
          !encrypted.has(host) && `serves ${host} without a certificate`,
          plain && !redirects(objects, gateway, host) && `serves ${host} in the clear`,
        ];
        return violationsOf(gateway, reasons);
      });
    });
  },
};

function certifies({ spec }: KubernetesObject, host: string, secret: string | undefined): boolean {
  const { dnsNames, secretName } = spec as {
    readonly dnsNames?: readonly string[];
    readonly secretName: string;
  };
  return secretName === secret && (dnsNames ?? []).includes(host);
}

/** Whether the first route of a host on port 80 is for every path, and redirects. */
function redirects(objects: readonly KubernetesObject[], gateway: KubernetesObject, host: string): boolean {
  const name = `${gateway.metadata.namespace ?? ""}/${gateway.metadata.name}`;
  const routes = ofKind(objects, "VirtualService").filter(({ spec }) => {
    const { gateways, hosts } = spec as {
      readonly gateways?: readonly string[];
      readonly hosts?: readonly string[];
    };
    return gateways?.includes(name) === true && hosts?.includes(host) === true;
  });
  return routes.every(({ spec }) => {
    const [first] = (spec as { readonly http?: readonly Http[] }).http ?? [];
    return (
      first?.redirect?.scheme === "https" &&
      (first.match ?? []).some((match) => match.port === 80 && match.uri === undefined)
    );
  });
}

const hostsOnce: Rule = {
  name: "one-route-a-host",
  description:
    "A host belongs to one Gateway and one VirtualService: of two the mesh takes one, and does not say which.",
  check: (objects) =>
    ["Gateway", "VirtualService"].flatMap((kind) => {
      const owners = new Map<string, string>();
      return ofKind(objects, kind).flatMap((object) =>
        hostsOf(object).flatMap((host): Violation[] => {
          const owner = owners.get(host);
          owners.set(host, owner ?? nameOf(object));
          return owner === undefined
            ? []
            : [{ object: nameOf(object), reason: `has the host ${host}, as ${owner} has` }];
        }),
      );
    }),
};

function hostsOf({ spec }: KubernetesObject): readonly string[] {
  const { hosts, servers } = spec as {
    readonly hosts?: readonly string[];
    readonly servers?: readonly Server[];
  };
  return [...new Set([...(hosts ?? []), ...(servers ?? []).flatMap((server) => server.hosts)])];
}

export const hostRules: readonly Rule[] = [hostsHaveTls, hostsOnce];
