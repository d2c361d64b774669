/** Where the paths of a host lead: the routes of its VirtualService. */
import type { IVirtualService } from "@kubernetes-models/istio/networking.istio.io/v1/VirtualService";
import { login, type RouteRule, type RouteSpec } from "../../platforms/model/index.ts";
import { serviceHost } from "./service-host.ts";
import { weightsOf, type WeightedServices } from "./weights.ts";

export type HttpRoute = NonNullable<NonNullable<IVirtualService["spec"]>["http"]>[number];

/**
 * Plain HTTP is redirected here and not by the Gateway: its `httpsRedirect` holds for every path, Let's Encrypt's
 * challenge among them, which has to be answered before there is a certificate. A route for all paths comes after
 * every other in the gateway's table, whoever made it, so the challenge's own route is found first.
 */
const redirect: HttpRoute = {
  match: [{ port: 80 }],
  redirect: { scheme: "https", redirectCode: 301 },
};

/**
 * Repeats a request where no connection was made, where the service is about to go, and after 502, 503, 504 and a try
 * that took too long.
 */
const retryOn = "connect-failure,refused-stream,gateway-error";

/** The routes in the order of their trial: the mesh takes the first match, so longer prefixes come first. */
export function pathsOf(spec: RouteSpec, namespace: string, weighted: WeightedServices): HttpRoute[] {
  const cors = corsPolicy(spec);
  return [
    redirect,
    ...(spec.access?.login === true ? [loginPages] : []),
    ...[...spec.rules]
      .sort((a, b) => b.prefix.length - a.prefix.length)
      .map((rule) => ({
        ...path(rule, namespace, weighted),
        ...(cors === undefined ? {} : { corsPolicy: cors }),
      })),
  ];
}

/** The form and the callback of the login, on the host itself: its cookie belongs to no other. */
const loginPages: HttpRoute = {
  match: [{ uri: { prefix: login.prefix } }],
  route: [
    {
      destination: {
        host: serviceHost(login.service, login.namespace),
        port: { number: login.port },
      },
    },
  ],
  timeout: "30s",
};

function path(rule: RouteRule, namespace: string, weighted: WeightedServices): HttpRoute {
  return {
    match: [{ uri: { prefix: rule.prefix } }],
    ...(rule.rewrite === undefined ? {} : { rewrite: { uri: rule.rewrite } }),
    ...leadingTo(rule, namespace, weighted),
    timeout: `${rule.timeoutSeconds}s`,
    ...(rule.retries === undefined
      ? {}
      : {
          retries: {
            attempts: rule.retries.attempts,
            perTryTimeout: `${rule.retries.perTryTimeoutSeconds}s`,
            retryOn,
          },
        }),
  };
}

/** Where calls go: to the shares of a Service and its canary, where it has them; else to Services. */
function leadingTo(
  rule: RouteRule,
  routeNamespace: string,
  weighted: WeightedServices,
): Pick<HttpRoute, "delegate" | "route"> {
  const namespaces = rule.weights?.map(({ namespace }) => namespace) ?? [rule.namespace ?? routeNamespace];
  const [shared] = namespaces.filter((namespace) => weighted.has(`${namespace}/${rule.service}`));
  if (shared === undefined) return { route: destinations(rule, routeNamespace) };
  if (rule.weights !== undefined) {
    throw new Error(
      `calls of "${rule.prefix}" are shared between namespaces, and those of "${rule.service}" in "${shared}" with a ` +
        "canary as well; leave out the weights or the canary",
    );
  }
  return { delegate: { name: weightsOf(rule.service), namespace: shared } };
}

/** One Service, or the Services of one name in several namespaces, each with its share. */
function destinations(rule: RouteRule, routeNamespace: string): NonNullable<HttpRoute["route"]> {
  const destination = (namespace: string) => ({
    host: serviceHost(rule.service, namespace),
    port: { number: rule.port },
  });
  return (
    rule.weights?.map(({ namespace, weight }) => ({ destination: destination(namespace), weight })) ?? [
      { destination: destination(rule.namespace ?? routeNamespace) },
    ]
  );
}

function corsPolicy({ name, access }: RouteSpec): HttpRoute["corsPolicy"] {
  const cors = access?.cors;
  if (cors === undefined) return undefined;
  if (access?.login === true) {
    throw new Error(
      `route "${name}" asks for a login and allows other origins: browsers send the question whether they may ` +
        "(OPTIONS) without the login's cookie, so it would be refused; leave out `login` or `cors`",
    );
  }
  const pattern = cors.origins.find((origin) => origin !== "*" && origin.includes("*"));
  if (pattern !== undefined) {
    throw new Error(
      `route "${name}" allows the origin "${pattern}", and origins are compared as they are: name each, or "*" alone`,
    );
  }
  return {
    allowOrigins: cors.origins.map((exact) => ({ exact })),
    allowMethods: [...cors.methods],
    allowHeaders: [...cors.headers],
    maxAge: `${cors.maxAgeSeconds}s`,
  };
}
