/** Argo CD: highly available where its sizes say so, roles of the clinical seed, its secrets made here. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Values } from "../../config/catalog/mirror.ts";
import { GeneratedSecret } from "../secrets/generated-secret.ts";
import { argoCdNotifications } from "./argo-cd-notifications.ts";
import { argoCdRoles } from "./argo-cd-roles.ts";
import {
  foundationLabels,
  podOf,
  podValues,
  requiredPod,
  resourcesOf,
  restrictedContainer,
  spreadOf,
  type AddOnContext,
  type AddOnDefinition,
  type AddOnScope,
} from "./definition.ts";

const namespace = "argocd";
/** Password of Argo CD's Redis; the chart's own hook would make it where Helm's hooks run. */
const redisSecret = "argocd-redis";
/** The administrator's password, for people. */
const adminSecret = "argocd-admin";

export const argoCd: AddOnDefinition = {
  timeoutSeconds: 900,
  before: (scope) => [generated(scope, redisSecret, "Argo CD's Redis", "auth"), ...administrator(scope)],
  values: (context) => {
    const controller = requiredPod(context, "argo-cd/controller");
    const server = requiredPod(context, "argo-cd/server");
    const repoServer = requiredPod(context, "argo-cd/repoServer");
    const applicationSet = requiredPod(context, "argo-cd/applicationSet");
    const notifications = requiredPod(context, "argo-cd/notifications");
    const metrics = { metrics: { enabled: true } };
    return {
      "argo-cd": {
        fullnameOverride: namespace,
        crds: { install: true, keep: true },
        global: {
          domain: context.options.hosts.argoCd,
          priorityClassName: controller.priority,
          // Ours are made from declared callers, for every pod alike.
          networkPolicy: { create: false },
        },
        configs: {
          secret: { createSecret: false },
          cm: configMap(context),
          ...parameters(context),
          rbac: {
            "policy.csv": argoCdRoles(context.options.environment),
            "policy.default": "",
            scopes: "[groups]",
          },
        },
        redisSecretInit: { enabled: false },
        // Logins go to the identity provider itself.
        dex: { enabled: false },
        controller: {
          ...metrics,
          replicas: controller.replicas,
          resources: resourcesOf(controller),
          topologySpreadConstraints: spreadOf(controller),
        },
        server: { ...metrics, ...podValues(server), replicas: server.replicas },
        repoServer: {
          ...metrics,
          ...podValues(repoServer),
          replicas: repoServer.replicas,
          copyutil: { resources: resourcesOf(repoServer) },
        },
        applicationSet: {
          ...metrics,
          ...podValues(applicationSet),
          replicas: applicationSet.replicas,
          ...(context.options.previews.length === 0 ? {} : { allowAnyNamespace: true }),
        },
        notifications: {
          ...metrics,
          ...podValues(notifications),
          ...argoCdNotifications(context.options.notifications, context.options.hosts.argoCd),
        },
        ...redisValues(context),
      },
    };
  },
};

/** Where previews may be beside `argocd`, and the only addresses to which their token goes. */
function parameters({ options: { previews } }: AddOnContext): Values {
  if (previews.length === 0) return {};
  const namespaces = previews.map(({ namespace }) => namespace.name).join(",");
  const providers = previews.map(({ pullRequests }) => pullRequests.api ?? "https://api.github.com/");
  return {
    params: {
      "application.namespaces": namespaces,
      "applicationsetcontroller.namespaces": namespaces,
      "applicationsetcontroller.allowed.scm.providers": [...new Set(providers)].join(","),
    },
  };
}

function configMap({ options }: AddOnContext): Values {
  const { oidc } = options;
  return {
    "exec.enabled": false,
    // Labels would collide with those that charts and operators set themselves.
    "application.resourceTrackingMethod": "annotation",
    ...(oidc === undefined
      ? {}
      : {
          "oidc.config": [
            "name: SSO",
            `issuer: ${oidc.issuer}`,
            `clientID: ${oidc.clientId}`,
            `clientSecret: $${oidc.secret}:clientSecret`,
            "requestedScopes: [openid, profile, email, groups]",
            "",
          ].join("\n"),
        }),
  };
}

function redisValues(context: AddOnContext): Values {
  const ha = podOf(context, "argo-cd/redisHa");
  const proxy = podOf(context, "argo-cd/redisProxy");
  if (ha === undefined || proxy === undefined) {
    const redis = requiredPod(context, "argo-cd/redis");
    return {
      redis: {
        resources: resourcesOf(redis),
        topologySpreadConstraints: spreadOf(redis),
        containerSecurityContext: { allowPrivilegeEscalation: false },
      },
    };
  }
  return {
    "redis-ha": {
      enabled: true,
      existingSecret: redisSecret,
      replicas: ha.replicas,
      priorityClassName: ha.priority,
      // Beside the chart's own rule: never two on a node.
      topologySpreadConstraints: {
        enabled: true,
        maxSkew: 1,
        topologyKey: "topology.kubernetes.io/zone",
        whenUnsatisfiable: ha.spread === "required" ? "DoNotSchedule" : "ScheduleAnyway",
      },
      redis: { resources: resourcesOf(ha, "redis") },
      sentinel: { resources: resourcesOf(ha, "sentinel") },
      splitBrainDetection: { resources: resourcesOf(ha, "split-brain-fix") },
      init: { resources: resourcesOf(ha, "sentinel") },
      haproxy: {
        replicas: proxy.replicas,
        priorityClassName: proxy.priority,
        resources: resourcesOf(proxy),
        init: { resources: resourcesOf(proxy) },
        metrics: { enabled: true },
        containerSecurityContext: restrictedContainer,
      },
    },
  };
}

function generated(
  { name, opts, namespace: namespaceOf }: AddOnScope,
  secret: string,
  purpose: string,
  key: string,
): GeneratedSecret {
  return new GeneratedSecret(
    `${name}-${secret}`,
    {
      owner: { platform: "foundation", application: "argo-cd" },
      namespace: namespaceOf(namespace),
      spec: { name: secret, purpose, rotation: 1, keys: { [key]: { kind: "password", length: 32 } } },
    },
    opts,
  );
}

/**
 * The administrator's password in plain for people (`argocd-admin`), and hashed in the Secret that Argo CD reads. Argo
 * CD adds its own keys to that one; server-side apply leaves them alone.
 */
function administrator({ name, opts, facts, namespace: namespaceOf }: AddOnScope): pulumi.Resource[] {
  // Nobody reads the hash where Argo CD does not run.
  if (!facts.controllersRun) return [];
  const password = new random.RandomPassword(
    `${name}-admin`,
    { length: 32, special: false, keepers: { rotation: "1" } },
    opts,
  );
  const sessions = new random.RandomPassword(
    `${name}-sessions`,
    { length: 48, special: false, keepers: { rotation: "1" } },
    opts,
  );
  const secret = (
    secretName: string,
    labels: Readonly<Record<string, string>>,
    purpose: string,
    data: Record<string, pulumi.Output<string>>,
  ) =>
    new k8s.core.v1.Secret(
      `${name}-${secretName}`,
      {
        metadata: {
          name: secretName,
          namespace: namespaceOf(namespace),
          labels: { ...foundationLabels("argo-cd"), ...labels },
          annotations: { "quint.dev/purpose": purpose, "quint.dev/rotation": "1" },
        },
        type: "Opaque",
        data,
      },
      opts,
    );
  const base64 = (text: string) => Buffer.from(text, "utf8").toString("base64");
  return [
    secret(adminSecret, {}, "Argo CD's administrator (user `admin`)", {
      password: password.result.apply(base64),
    }),
    secret("argocd-secret", { "app.kubernetes.io/part-of": "argocd" }, "What Argo CD itself reads", {
      "admin.password": password.bcryptHash.apply(base64),
      "server.secretkey": sessions.result.apply(base64),
    }),
  ];
}
