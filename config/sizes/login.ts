/** Sizes of the login in front of tools: it answers one question before each request to one of them, in memory. */
import type { Environment } from "../schema/settings.ts";
import type { NamespaceSize, WorkloadSize } from "./types.ts";

export interface LoginSizes {
  readonly proxy: WorkloadSize;
  readonly namespace: NamespaceSize;
}

const resources = {
  requests: { cpu: "20m", memory: "64Mi" },
  limits: { cpu: "500m", memory: "256Mi" },
};

/** Twice what the pods take, for a rollout and a node that is drained in the middle of it. */
const namespace: NamespaceSize = {
  quota: {
    "requests.cpu": "500m",
    "limits.cpu": "6",
    "requests.memory": "1Gi",
    "limits.memory": "4Gi",
    pods: "6",
  },
  limits: {
    containerDefault: { cpu: "500m", memory: "256Mi" },
    containerDefaultRequest: { cpu: "20m", memory: "64Mi" },
    containerMax: { cpu: "1", memory: "512Mi" },
  },
};

export const loginSizes: Record<Environment, LoginSizes> = {
  dev: { proxy: { replicas: 1, resources }, namespace },
  staging: { proxy: { replicas: 2, resources }, namespace },
  production: { proxy: { replicas: 2, resources }, namespace },
};
