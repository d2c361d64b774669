/**
 * The login in front of tools that have none of their own: oauth2-proxy, which the gateway asks about each request to
 * a host whose route wants it. One generated user, or the stack's identity provider.
 */
import { images, type Environment, type LoginSizes } from "../../config/index.ts";
import type { FoundationSettings } from "../../config/schema/foundation.ts";
import { login as place, type Platform, type SecretSpec, type WorkloadSpec } from "../model/index.ts";
import { signInPage } from "./sign-in-page.ts";

/** What the login reads of a stack's settings. */
export interface LoginStack {
  readonly environment: Environment;
  readonly sizes: { readonly login: LoginSizes };
  readonly foundation?: Pick<FoundationSettings, "oidc">;
}

type Provider = NonNullable<NonNullable<FoundationSettings["oidc"]>["login"]> & { readonly issuer: string };

const http = { name: "http", port: 4180 } as const;
const metrics = { name: "metrics", port: 44180 } as const;
const secretName = place.service;
const folder = { login: "/etc/oauth2-proxy/login", pages: "/etc/oauth2-proxy/pages" } as const;

export function login(stack: LoginStack): Platform {
  const oidc = stack.foundation?.oidc;
  const provider = oidc?.login && { ...oidc.login, issuer: oidc.issuer };
  return {
    name: "login",
    description: "A login in front of tools that have none of their own",
    namespaces: [
      {
        name: place.namespace,
        podSecurity: "restricted",
        injected: true,
        size: stack.sizes.login.namespace,
        access: [],
      },
    ],
    applications: [
      {
        name: place.service,
        namespace: place.namespace,
        configs: provider === undefined ? [{ name: "pages", data: { "sign_in.html": signInPage } }] : [],
        secrets: secrets(provider),
        claims: [],
        workloads: [proxy(stack, provider)],
        routes: [],
      },
    ],
  };
}

function secrets(provider: Provider | undefined): SecretSpec[] {
  const cookie = { kind: "key", length: 32 } as const;
  if (provider === undefined) {
    return [
      {
        name: secretName,
        purpose: "The user `operator` of tools without a login of their own, and the key of its cookies",
        rotation: 1,
        keys: {
          cookie,
          username: { kind: "plain", value: "operator" },
          password: { kind: "password", length: 24 },
          htpasswd: { kind: "htpasswd", user: "operator", password: "password" },
        },
      },
    ];
  }
  return [
    { name: secretName, purpose: "The key of the login's cookies", rotation: 1, keys: { cookie } },
    {
      name: provider.secret,
      purpose: "The login's client at the identity provider",
      rotation: 1,
      existing: true,
      keys: {},
    },
  ];
}

function proxy(stack: LoginStack, provider: Provider | undefined): WorkloadSpec {
  const { runAs, architectures, reference } = images.oauth2Proxy;
  return {
    name: place.service,
    component: "login",
    container: {
      image: reference,
      args: [...always, ...(provider === undefined ? generatedUser : identityProvider(provider))],
      env: {
        OAUTH2_PROXY_COOKIE_SECRET: { secret: secretName, key: "cookie" },
        ...(provider === undefined
          ? {}
          : { OAUTH2_PROXY_CLIENT_SECRET: { secret: provider.secret, key: "clientSecret" } }),
      },
      ports: [http, metrics],
      probes: {
        liveness: { path: `${place.prefix}ping`, port: "http" },
        readiness: { path: `${place.prefix}ready`, port: "http" },
      },
      mounts:
        provider === undefined
          ? [
              { kind: "secret", secret: secretName, path: folder.login },
              { kind: "config", config: "pages", path: folder.pages },
            ]
          : [],
    },
    size: stack.sizes.login.proxy,
    strategy: "rolling",
    identity: { name: place.service },
    services: [
      { name: place.service, port: place.port, targetPort: "http", exposure: { type: "ClusterIP" } },
      {
        name: `${place.service}-metrics`,
        port: metrics.port,
        targetPort: "metrics",
        exposure: { type: "ClusterIP" },
      },
    ],
    callers: [
      { kind: "gateway", port: "http" },
      { kind: "monitoring", port: "metrics" },
    ],
    // The identity provider: its address is not known by number.
    ...(provider === undefined ? {} : { egress: [{ kind: "cidr", cidr: "0.0.0.0/0", ports: [443] }] }),
    monitor: { port: "metrics", path: "/metrics", intervalSeconds: 30 },
    priorityClass: "critical-priority",
    runAs,
    architectures,
    spread: stack.environment === "production" ? "required" : "preferred",
  };
}

/** What holds whoever may log in. */
const always: readonly string[] = [
  `--http-address=0.0.0.0:${String(http.port)}`,
  `--metrics-address=0.0.0.0:${String(metrics.port)}`,
  // To the gateway's question any answer but 200 is no: a request that is let through gets this one.
  "--upstream=static://200",
  // Answered with 200 to everyone: at their usual places (/ping, /ready) they would let everyone through to a tool's.
  `--ping-path=${place.prefix}ping`,
  `--ready-path=${place.prefix}ready`,
  "--silence-ping-logging=true",
  // Browsers take a cookie of this name over TLS only, for one host, and send it to no other.
  "--cookie-name=__Host-quint-login",
  "--cookie-secure=true",
  "--cookie-samesite=lax",
  "--cookie-expire=12h",
];

/** It insists on a provider; this one does nothing until somebody asks for it, and lets nobody in. */
const generatedUser: readonly string[] = [
  "--provider=google",
  "--client-id=none",
  "--client-secret=none",
  `--htpasswd-file=${folder.login}/htpasswd`,
  `--custom-templates-dir=${folder.pages}`,
];

function identityProvider({ clientId, groups, issuer }: Provider): string[] {
  return [
    "--provider=oidc",
    `--oidc-issuer-url=${issuer}`,
    `--client-id=${clientId}`,
    "--scope=openid profile email groups",
    "--code-challenge-method=S256",
    "--email-domain=*",
    "--skip-provider-button=true",
    // Asks the provider again, so that who has left is out within the hour.
    "--cookie-refresh=1h",
    ...groups.map((group) => `--allowed-group=${group}`),
  ];
}
