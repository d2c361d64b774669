/** The operators of the data services. Budgets and network policies of what they make are written by the services. */
import { podValues, requiredPod, resourcesOf, spreadOf, type AddOnDefinition } from "./definition.ts";

export const cloudnativePg: AddOnDefinition = {
  values: (context) => {
    const operator = requiredPod(context, "cloudnative-pg/operator");
    const plugin = requiredPod(context, "plugin-barman-cloud/plugin");
    return {
      "cloudnative-pg": {
        ...podValues(operator),
        replicaCount: operator.replicas,
        crds: { create: true },
      },
      "plugin-barman-cloud": {
        ...podValues(plugin),
        replicaCount: plugin.replicas,
        crds: { create: true },
      },
    };
  },
};

export const strimzi: AddOnDefinition = {
  values: (context) => {
    const operator = requiredPod(context, "strimzi-kafka-operator/operator");
    return {
      "strimzi-kafka-operator": {
        ...podValues(operator),
        replicas: operator.replicas,
        watchAnyNamespace: true,
        leaderElection: { enable: operator.replicas > 1 },
        podDisruptionBudget: { enabled: false },
        generatePodDisruptionBudget: false,
        generateNetworkPolicy: false,
        // Its own default leaves pods that `restricted` pod security refuses.
        extraEnvs: [{ name: "STRIMZI_POD_SECURITY_PROVIDER_CLASS", value: "restricted" }],
      },
    };
  },
};

export const rabbitmq: AddOnDefinition = {
  values: (context) => {
    const operator = requiredPod(context, "rabbitmq-cluster-operator/operator");
    return {
      "rabbitmq-cluster-operator": {
        clusterOperator: {
          ...podValues(operator),
          replicaCount: operator.replicas,
          watchAllNamespaces: true,
          pdb: { create: false },
          networkPolicy: { enabled: false },
        },
        // Queues and users are declared by the applications; it would be a second webhook to keep.
        msgTopologyOperator: { enabled: false, networkPolicy: { enabled: false } },
      },
    };
  },
};

export const spark: AddOnDefinition = {
  values: (context) => {
    const controller = requiredPod(context, "spark-operator/controller");
    const webhook = requiredPod(context, "spark-operator/webhook");
    return {
      "spark-operator": {
        // Its pod states neither user nor seccomp profile: `restricted` pod security would refuse it.
        hook: { upgradeCrd: false },
        controller: { ...podValues(controller), replicas: controller.replicas },
        webhook: { ...podValues(webhook), enable: true, replicas: webhook.replicas },
        // Every namespace; roles and accounts of jobs are the platforms' own.
        spark: { jobNamespaces: [""], serviceAccount: { create: false }, rbac: { create: false } },
        prometheus: { metrics: { enable: true }, podMonitor: { create: false } },
      },
    };
  },
};

export const keda: AddOnDefinition = {
  values: (context) => {
    const operator = requiredPod(context, "keda/operator");
    const metrics = requiredPod(context, "keda/metrics");
    const webhooks = requiredPod(context, "keda/webhooks");
    return {
      keda: {
        crds: { install: true },
        priorityClassName: operator.priority,
        operator: { replicaCount: operator.replicas },
        metricsServer: { replicaCount: metrics.replicas },
        webhooks: { replicaCount: webhooks.replicas },
        resources: {
          operator: resourcesOf(operator),
          metricServer: resourcesOf(metrics),
          webhooks: resourcesOf(webhooks),
        },
        topologySpreadConstraints: {
          operator: spreadOf(operator),
          metricsServer: spreadOf(metrics),
          webhooks: spreadOf(webhooks),
        },
        prometheus: {
          operator: { enabled: true },
          metricServer: { enabled: true },
          webhooks: { enabled: true },
        },
      },
    };
  },
};
