/** One of the two copies of the application, complete in a namespace of its own (seed 004, "Environment Configuration"). */
import type { ChestXrayColor, WorkloadSize } from "../../config/index.ts";
import type { ApplicationSpec, NamespaceSpec } from "../model/index.ts";
import { ownService } from "../own-service.ts";
import { databaseOf } from "./database.ts";
import { hostOf, isActive, namespaceOf, server, shortNameOf, type ChestXrayStack } from "./stack.ts";

const http = { name: "http", port: 8000 } as const;

export function namespace(stack: ChestXrayStack, color: ChestXrayColor): NamespaceSpec {
  const { environment, sizes } = stack.settings;
  return {
    name: namespaceOf(stack, color),
    labels: { "app.kubernetes.io/name": server, environment, color },
    podSecurity: "restricted",
    injected: true,
    size: sizes.chestXray.namespace,
    // Deploying goes through Argo CD: `edit` would also read the Secrets.
    access: [
      { group: "quint:chest-xray-admins", role: "admin" },
      { group: "quint:chest-xray-developers", role: "view" },
      { group: "quint:chest-xray-viewers", role: "view" },
    ],
  };
}

export function copy(stack: ChestXrayStack, color: ChestXrayColor): ApplicationSpec {
  const { settings, chestXray } = stack;
  const database = databaseOf(stack, color);
  return {
    name: color,
    // The name of the seed's commands: `argocd app get chest-xray-mlops-prod-blue`.
    deliveryName: `${server}-${shortNameOf(stack)}-${color}`,
    namespace: namespaceOf(stack, color),
    configs: [
      // The seed's emergency procedure patches `database_url` of `app-config`: `useBackup` is the same, and stays.
      { name: "app-config", data: { database_url: database.url, environment: settings.environment, color } },
    ],
    secrets: database.secrets,
    claims: [],
    data: database.services,
    workloads: [
      ownService(settings, {
        name: server,
        component: "api",
        port: http,
        health: "/health",
        // Loading the model.
        startupSeconds: 300,
        size: sizeOf(stack, color),
        override: chestXray.workloads[color],
        settings: {
          image: ["workloads", color, "image"],
          replicas: ["workloads", color, "replicas"],
        },
        env: {
          DATABASE_USER: database.username,
          DATABASE_PASSWORD: database.password,
          MODEL_CACHE: "/tmp/models",
        },
        envFromConfigs: ["app-config"],
        callers: [{ kind: "gateway" }],
        egress: database.egress,
        scrapeSeconds: 30,
        priorityClass: "high-priority",
        labels: { app: server, color },
      }),
    ],
    routes: [
      {
        name: server,
        host: hostOf(stack, color),
        // For checks before a switch: from inside alone.
        access: { allowCidrs: chestXray.internalCidrs },
        rules: [{ prefix: "/", service: server, port: http.port, timeoutSeconds: 30 }],
      },
    ],
  };
}

/** The seed's figures while requests come in or are about to; a few pods, held there, while none do. */
function sizeOf({ settings, chestXray }: ChestXrayStack, color: ChestXrayColor): WorkloadSize {
  const { api } = settings.sizes.chestXray;
  return isActive({ settings, chestXray }, color) || chestXray.fullSize.includes(color)
    ? api
    : standingBy(api, chestXray.standbyReplicas);
}

/** It keeps its autoscaler: without one the number would be the Deployment's, and whichever goes last wins. */
function standingBy(size: WorkloadSize, pods: number): WorkloadSize {
  const { autoscaling } = size;
  if (autoscaling === undefined) return { ...size, replicas: pods };
  const holds = "stands by: it takes no requests";
  return { ...size, replicas: pods, autoscaling: { ...autoscaling, min: pods, max: pods, holds } };
}
