/** What surrounds a stack's workloads in the cluster: volumes, routes and quotas. */
import type { V1Namespace } from "@kubernetes/client-node";
import { labels, type Client } from "./access.ts";
import { addressesOf } from "./addresses.ts";
import type { QuotaStatus, RouteStatus, VolumeStatus } from "./report.ts";
import { listIfKnown } from "./workloads.ts";

/** Namespaces of Quint, sorted by name. */
export async function listNamespaces({ core }: Client): Promise<V1Namespace[]> {
  const { items } = await core.listNamespace({ labelSelector: labels.managed });
  return items.sort((one, other) =>
    (one.metadata?.name ?? "").localeCompare(other.metadata?.name ?? "", "en"),
  );
}

/** Claims in the given namespaces, those that a StatefulSet made included. A footprint's volumes keep nothing. */
export async function listVolumes(
  { core }: Client,
  namespaces: ReadonlySet<string>,
): Promise<VolumeStatus[]> {
  const { items } = await core.listPersistentVolumeClaimForAllNamespaces();
  return items
    .filter(({ metadata }) => namespaces.has(metadata?.namespace ?? ""))
    .filter(({ metadata }) => metadata?.labels?.[labels.footprint] === undefined)
    .map(({ metadata, spec, status }) => ({
      platform: metadata?.labels?.[labels.platform] ?? "",
      namespace: metadata?.namespace ?? "",
      name: metadata?.name ?? "",
      purpose: metadata?.annotations?.[labels.purpose] ?? "",
      size: status?.capacity?.storage ?? spec?.resources?.requests?.storage ?? "",
      accessModes: [...(spec?.accessModes ?? [])],
      storageClass: spec?.storageClassName ?? "",
      bound: status?.phase === "Bound",
    }))
    .sort((one, other) =>
      `${one.namespace} ${one.name}`.localeCompare(`${other.namespace} ${other.name}`, "en"),
    );
}

interface Http {
  readonly match?: readonly { readonly uri?: { readonly prefix?: string; readonly exact?: string } }[];
  readonly delegate?: { readonly name: string; readonly namespace: string };
  readonly route?: readonly {
    readonly destination?: { readonly host?: string; readonly port?: { readonly number?: number } };
  }[];
}

interface VirtualService {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly gateways?: readonly string[];
    readonly hosts?: readonly string[];
    readonly http?: readonly Http[];
  };
}

/** Ways in from outside: hosts of the gateway, load balancers, node ports. */
export async function listRoutes({ core, custom }: Client): Promise<RouteStatus[]> {
  const selector = { labelSelector: labels.managed };
  const [services, virtual] = await Promise.all([
    core.listServiceForAllNamespaces(selector),
    listIfKnown(() =>
      custom.listCustomObjectForAllNamespaces({
        group: "networking.istio.io",
        version: "v1",
        resourcePlural: "virtualservices",
        ...selector,
      }),
    ),
  ]);
  const open = services.items.flatMap((service): RouteStatus[] => {
    const type = service.spec?.type;
    if (type !== "LoadBalancer" && type !== "NodePort") return [];
    const [name, namespace] = [service.metadata?.name ?? "", service.metadata?.namespace ?? ""];
    return addressesOf(service).map(({ address }, index) => {
      const to = `${name}.${namespace}:${service.spec?.ports?.[index]?.port ?? ""}`;
      return { kind: type, namespace, name, from: address, to };
    });
  });
  return [...(virtual as VirtualService[]).flatMap((one, _, all) => hostsOf(one, all)), ...open].sort(
    (one, other) => `${one.kind} ${one.from}`.localeCompare(`${other.kind} ${other.from}`, "en"),
  );
}

function hostsOf({ metadata, spec }: VirtualService, all: readonly VirtualService[]): RouteStatus[] {
  // Those without a gateway are for callers inside.
  return (spec.gateways === undefined ? [] : (spec.hosts ?? [])).flatMap((host) =>
    (spec.http ?? []).flatMap((rule) =>
      (rule.match ?? [{}]).map((match): RouteStatus => {
        const destination = (rule.route ?? delegated(rule.delegate, all))?.[0]?.destination;
        const path = match.uri?.prefix ?? match.uri?.exact ?? "/";
        return {
          kind: "VirtualService",
          namespace: metadata.namespace,
          name: metadata.name,
          from: `${host}${path}`,
          to: `${destination?.host ?? ""}:${destination?.port?.number ?? ""}`,
        };
      }),
    ),
  );
}

/** Where the route leads to which another one delegates. */
function delegated(to: Http["delegate"], all: readonly VirtualService[]): Http["route"] {
  const found = all.find(({ metadata }) => metadata.name === to?.name && metadata.namespace === to.namespace);
  return found?.spec.http?.[0]?.route;
}

/** What the quotas of the given namespaces allow, and how much of it is taken; the fullest first. */
export async function listQuotas({ core }: Client, namespaces: ReadonlySet<string>): Promise<QuotaStatus[]> {
  const { quantityToScalar } = await import("@kubernetes/client-node/dist/util.js");
  const quantity = (text: string): number => Number(quantityToScalar(text));
  const { items } = await core.listResourceQuotaForAllNamespaces();
  return items
    .filter(({ metadata }) => namespaces.has(metadata?.namespace ?? ""))
    .flatMap(({ metadata, status }) =>
      Object.entries(status?.hard ?? {}).map(([resource, limit]) => {
        const used = status?.used?.[resource] ?? "0";
        const percent = quantity(limit) === 0 ? 0 : Math.round((quantity(used) / quantity(limit)) * 100);
        return { namespace: metadata?.namespace ?? "", resource, used, limit, percent };
      }),
    )
    .sort((one, other) => other.percent - one.percent || one.resource.localeCompare(other.resource, "en"));
}
