/** One of the three versions: its namespace, services, secrets and host. The same function makes all three. */
import type { CodeReviewVersion } from "../../config/index.ts";
import type { ApplicationSpec, NamespaceSpec, RouteSpec, SecretSpec } from "../model/index.ts";
import { http, providerCredentials, serviceOf, services, serviceSecrets, usesProviders } from "./services.ts";
import { deployedIn, hostOf, versions, type CodeReviewStack, type Deployed } from "./stack.ts";
import type { Stores } from "./stores.ts";

export function namespace({ settings }: CodeReviewStack, version: CodeReviewVersion): NamespaceSpec {
  return {
    name: versions[version].namespace,
    labels: { "platform-version": version, environment: settings.environment },
    podSecurity: "restricted",
    injected: true,
    size: settings.sizes.codeReview.namespaces[version],
    access: [
      { group: "quint:code-review-admins", role: "admin" },
      { group: "quint:code-review-developers", role: version === "experiment" ? "edit" : "view" },
    ],
  };
}

export function versionOf(
  stack: CodeReviewStack,
  stores: Stores,
  version: CodeReviewVersion,
): ApplicationSpec {
  const deployed = deployedIn(stack, version);
  return {
    name: version,
    namespace: versions[version].namespace,
    dependsOn: ["infrastructure"],
    configs: [],
    secrets: deployed.length === 0 ? [] : secrets(stack, version),
    claims: [],
    workloads: deployed.map((one) => serviceOf(stack, stores, version, one)),
    routes: deployed.length === 0 ? [] : [route(stack, version, deployed)],
  };
}

/** Seed 002, "Secrets Management". What a provider issues cannot be made here. */
function secrets(stack: CodeReviewStack, version: CodeReviewVersion): SecretSpec[] {
  return [
    {
      name: serviceSecrets,
      purpose: `Keys of the services of ${version}`,
      rotation: stack.codeReview.rotation,
      keys: { "signing-key": { kind: "key", length: 32 } },
    },
    ...(usesProviders(stack, version)
      ? [
          {
            name: providerCredentials,
            purpose: "Key that the AI provider has issued",
            rotation: 1,
            keys: { "api-key": { kind: "password", length: 32 } },
            existing: true,
          } as const,
        ]
      : []),
  ];
}

/**
 * Seed 002, "Ingress (3)": 100 requests a second to production; quarantine is read-only, so only methods that read are
 * let in. V1 and V3 take every path: what none of the services answers goes to the frontend, else to the analysis.
 */
function route(stack: CodeReviewStack, version: CodeReviewVersion, deployed: readonly Deployed[]): RouteSpec {
  const rule = (prefix: string, service: string) => ({
    prefix,
    service,
    port: http.port,
    timeoutSeconds: 60,
  });
  const rules = deployed.map(({ service }) => rule(services[service].path, service));
  const everything = rules.some(({ prefix }) => prefix === "/");
  return {
    name: "code-review",
    host: hostOf(stack, version),
    rules: [...rules, ...(version === "stable" || everything ? [] : [rule("/", "analysis-service")])],
    ...(version === "stable" ? { access: { rateLimit: { requestsPerSecond: 100 } } } : {}),
    ...(version === "quarantine" ? { access: { methods: ["GET", "HEAD", "OPTIONS"] } } : {}),
  };
}
