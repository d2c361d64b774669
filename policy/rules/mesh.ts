/** Rules on the mesh: who may talk to its workloads, and how calls to them are treated. */
import { nameOf, ofKind, selects, type KubernetesObject } from "../object.ts";
import { violationsOf, type Rule } from "../rule.ts";
import { leadsSomewhere } from "../services.ts";
import { workloadsIn, type Workload } from "../workloads.ts";

interface Authorization {
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly action?: string;
  readonly rules?: readonly {
    readonly from?: readonly { readonly source?: { readonly principals?: readonly string[] } }[];
    readonly to?: readonly { readonly operation?: { readonly ports?: readonly string[] } }[];
  }[];
}

const meshAuthorization: Rule = {
  name: "mesh-authorization",
  description:
    "A namespace of the mesh lets nobody in by default; each of its workloads lets in callers by name, at ports by number.",
  check: (objects) => {
    const injected = new Set(
      ofKind(objects, "Namespace")
        .filter(({ metadata }) => metadata.labels?.["istio-injection"] === "enabled")
        .map(({ metadata }) => metadata.name),
    );
    const policies = ofKind(objects, "AuthorizationPolicy");
    const inside = (name: string | undefined) =>
      policies.filter(({ metadata }) => metadata.namespace === name);
    return [
      ...ofKind(objects, "Namespace")
        .filter(({ metadata }) => injected.has(metadata.name))
        .filter(({ metadata }) => !inside(metadata.name).some(isDefaultDeny))
        .map((namespace) => ({
          object: nameOf(namespace),
          reason: "is in the mesh and does not refuse callers by default",
        })),
      ...workloadsIn(objects)
        .filter(({ labels, object, server }) => {
          const { namespace } = object.metadata;
          return server && injected.has(namespace ?? "") && labels["sidecar.istio.io/inject"] !== "false";
        })
        .filter((workload) => !inside(workload.object.metadata.namespace).some(isFor(workload)))
        .map(({ object }) => ({ object: nameOf(object), reason: "has no AuthorizationPolicy of its own" })),
      ...policies.flatMap((policy) => violationsOf(policy, [openTo(policy, objects)])),
    ];
  },
};

function isDefaultDeny({ spec }: KubernetesObject): boolean {
  const { action, rules, selector } = spec as Authorization;
  return selector === undefined && rules === undefined && (action ?? "ALLOW") === "ALLOW";
}

function isFor({ labels }: Workload) {
  return ({ spec }: KubernetesObject): boolean => {
    const { selector } = spec as Authorization;
    return selector?.matchLabels !== undefined && selects(selector.matchLabels, labels);
  };
}

/** Whom a policy lets in without naming them; nothing where it names everyone. */
function openTo(policy: KubernetesObject, objects: readonly KubernetesObject[]): string | false {
  const { action, rules, selector } = policy.spec as Authorization;
  if ((action ?? "ALLOW") !== "ALLOW") return false;
  for (const rule of rules ?? []) {
    const ports = (rule.to ?? []).flatMap(({ operation }) => operation?.ports ?? []);
    if (ports.length === 0) return "lets callers in at every port";
    const principals = (rule.from ?? []).flatMap(({ source }) => source?.principals ?? []);
    if (principals.some((principal) => principal.includes("*"))) return "lets callers in by a pattern";
    const closed = ports.filter((port) => !isOpened(policy, selector, port, objects));
    if (principals.length === 0 && closed.length > 0) {
      return `lets everyone in at ${closed.join(", ")}, which is not open to the world`;
    }
  }
  return false;
}

/** Whether a port takes connections from outside of the mesh, which have no identity. */
function isOpened(
  policy: KubernetesObject,
  selector: Authorization["selector"],
  port: string,
  objects: readonly KubernetesObject[],
): boolean {
  return ofKind(objects, "PeerAuthentication").some(({ metadata, spec }) => {
    const peer = spec as {
      readonly selector?: Authorization["selector"];
      readonly portLevelMtls?: Readonly<Record<string, { readonly mode?: string }>>;
    };
    return (
      metadata.namespace === policy.metadata.namespace &&
      JSON.stringify(peer.selector) === JSON.stringify(selector) &&
      (peer.portLevelMtls?.[port]?.mode ?? "STRICT") !== "STRICT"
    );
  });
}

const callsAreTreated: Rule = {
  name: "service-traffic",
  description: "A DestinationRule is for a Service that exists, or that a chart makes.",
  check: (objects) =>
    ofKind(objects, "DestinationRule").flatMap((rule) => {
      const { host } = rule.spec as { readonly host: string };
      return violationsOf(rule, [
        !leadsSomewhere(host, undefined, objects) && `is for ${host}, which no Service is called`,
      ]);
    }),
};

export const meshRules: readonly Rule[] = [meshAuthorization, callsAreTreated];
