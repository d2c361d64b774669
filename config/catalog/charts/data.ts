/** The operators that run the platforms' data services. */
import { image, type ChartPin } from "../chart.ts";

const strimziVersion = "1.2.0";
/** What the operator runs unless it is told otherwise: named, so that an upgrade of the operator upgrades no broker. */
export const kafkaVersion = "4.3.1";
const barmanVersion = "v0.13.0";
const sparkOperatorVersion = "2.5.2";
/** What an application is told that it runs; the operator submits with its own. */
export const sparkVersion = "4.0.1";
const kedaVersion = "2.20.2";

export const operatorCharts = {
  "cloudnative-pg": {
    repository: "https://cloudnative-pg.github.io/charts",
    chart: "cloudnative-pg",
    version: "0.29.0",
    appVersion: "1.30.0",
    namespace: "cnpg-system",
    release: "cloudnative-pg",
    crds: { kind: "templates", value: "crds.create" },
    images: {
      operator: image("ghcr.io/cloudnative-pg/cloudnative-pg:1.30.0", {
        repository: "image.repository",
        tag: "image.tag",
      }),
    },
    pods: {
      operator: {
        kind: "Deployment",
        name: "cloudnative-pg",
        labels: {
          "app.kubernetes.io/name": "cloudnative-pg",
          "app.kubernetes.io/instance": "cloudnative-pg",
        },
        containers: { manager: "operator" },
        priority: "critical-priority",
      },
    },
    homepage: "https://cloudnative-pg.io",
    maintenance:
      "CNCF sandbox; two minor releases are supported. Backups go through the plugin: `barmanObjectStore` is deprecated.",
  },
  "plugin-barman-cloud": {
    repository: "https://cloudnative-pg.github.io/charts",
    chart: "plugin-barman-cloud",
    version: "0.7.0",
    appVersion: barmanVersion,
    // The operator finds its plugins in its own namespace.
    namespace: "cnpg-system",
    release: "plugin-barman-cloud",
    crds: { kind: "templates", value: "crds.create" },
    images: {
      plugin: image(`ghcr.io/cloudnative-pg/plugin-barman-cloud:${barmanVersion}`, {
        registry: "image.registry",
        repository: "image.repository",
        tag: "image.tag",
      }),
      // Runs beside PostgreSQL in every database pod.
      sidecar: image(`ghcr.io/cloudnative-pg/plugin-barman-cloud-sidecar:${barmanVersion}`, {
        registry: "sidecarImage.registry",
        repository: "sidecarImage.repository",
        tag: "sidecarImage.tag",
      }),
    },
    pods: {
      plugin: {
        kind: "Deployment",
        name: "plugin-barman-cloud",
        labels: {
          "app.kubernetes.io/name": "plugin-barman-cloud",
          "app.kubernetes.io/instance": "plugin-barman-cloud",
        },
        containers: { "barman-cloud": "plugin" },
        priority: "critical-priority",
      },
    },
    homepage: "https://cloudnative-pg.io/plugin-barman-cloud",
    maintenance: "CloudNativePG. Needs cert-manager for the certificates between operator and plugin.",
  },
  "strimzi-kafka-operator": {
    repository: "oci://quay.io/strimzi-helm",
    chart: "strimzi-kafka-operator",
    version: strimziVersion,
    appVersion: strimziVersion,
    namespace: "strimzi",
    release: "strimzi-kafka-operator",
    crds: { kind: "folder" },
    images: {
      operator: image(`quay.io/strimzi/operator:${strimziVersion}`, {
        registry: "defaultImageRegistry",
        folder: "defaultImageRepository",
        tag: "defaultImageTag",
      }),
      // The operator names these itself, by the registry and tag above.
      kafka: image(`quay.io/strimzi/kafka:${strimziVersion}-kafka-${kafkaVersion}`),
    },
    pods: {
      operator: {
        kind: "Deployment",
        name: "strimzi-cluster-operator",
        labels: { name: "strimzi-cluster-operator", "strimzi.io/kind": "cluster-operator" },
        containers: { "strimzi-cluster-operator": "operator" },
        priority: "critical-priority",
      },
    },
    homepage: "https://strimzi.io",
    maintenance:
      "CNCF incubating. 1.0 removed `v1beta2` and ZooKeeper is gone; Helm does not upgrade its CRDs, so they go first.",
  },
  "rabbitmq-cluster-operator": {
    // The project publishes a manifest and no chart; this one wraps it, with images that stay the project's own.
    repository: "oci://ghcr.io/cloudpirates-io/helm-charts",
    chart: "rabbitmq-cluster-operator",
    version: "0.6.5",
    appVersion: "2.22.4",
    namespace: "rabbitmq-system",
    release: "rabbitmq-cluster-operator",
    crds: { kind: "folder" },
    images: {
      operator: image("ghcr.io/rabbitmq/cluster-operator:2.22.4", {
        registry: "clusterOperator.image.registry",
        repository: "clusterOperator.image.repository",
        tag: "clusterOperator.image.tag",
      }),
      // What a RabbitmqCluster runs that names no image of its own.
      rabbitmq: image("docker.io/library/rabbitmq:4.3.5-management-alpine", {
        registry: "rabbitmqImage.registry",
        repository: "rabbitmqImage.repository",
        tag: "rabbitmqImage.tag",
      }),
      credentialUpdater: image("ghcr.io/rabbitmq/default-user-credential-updater:1.0.16", {
        registry: "credentialUpdaterImage.registry",
        repository: "credentialUpdaterImage.repository",
        tag: "credentialUpdaterImage.tag",
      }),
    },
    pods: {
      operator: {
        kind: "Deployment",
        name: "rabbitmq-cluster-operator",
        labels: {
          "app.kubernetes.io/name": "rabbitmq-cluster-operator",
          "app.kubernetes.io/instance": "rabbitmq-cluster-operator",
          "app.kubernetes.io/component": "rabbitmq-operator",
        },
        containers: { "rabbitmq-cluster-operator": "operator" },
        priority: "critical-priority",
      },
    },
    homepage: "https://www.rabbitmq.com/kubernetes/operator/operator-overview",
    maintenance: "Operator: Broadcom, MPL-2.0. Chart: CloudPirates; the topology operator in it stays off.",
  },
  "spark-operator": {
    repository: "https://kubeflow.github.io/spark-operator",
    chart: "spark-operator",
    version: sparkOperatorVersion,
    appVersion: sparkOperatorVersion,
    namespace: "spark-operator",
    release: "spark-operator",
    crds: { kind: "folder" },
    images: {
      controller: image(`ghcr.io/kubeflow/spark-operator/controller:${sparkOperatorVersion}`, {
        registry: "image.registry",
        repository: "image.repository",
        tag: "image.tag",
      }),
    },
    pods: {
      controller: {
        kind: "Deployment",
        name: "spark-operator-controller",
        labels: {
          "app.kubernetes.io/name": "spark-operator",
          "app.kubernetes.io/instance": "spark-operator",
          "app.kubernetes.io/component": "controller",
        },
        containers: { "spark-operator-controller": "controller" },
        priority: "critical-priority",
      },
      webhook: {
        kind: "Deployment",
        name: "spark-operator-webhook",
        labels: {
          "app.kubernetes.io/name": "spark-operator",
          "app.kubernetes.io/instance": "spark-operator",
          "app.kubernetes.io/component": "webhook",
        },
        containers: { "spark-operator-webhook": "controller" },
        priority: "critical-priority",
      },
    },
    homepage: "https://github.com/kubeflow/spark-operator",
    maintenance:
      "Kubeflow. Helm does not upgrade its CRDs, and its hook that would is refused by `restricted` pod security: they go first. Apache's own operator (`spark.apache.org/v1`) is younger and another API.",
  },
  keda: {
    repository: "https://kedacore.github.io/charts",
    chart: "keda",
    version: kedaVersion,
    appVersion: kedaVersion,
    namespace: "keda",
    release: "keda",
    crds: { kind: "templates", value: "crds.install" },
    images: {
      operator: image(`ghcr.io/kedacore/keda:${kedaVersion}`, {
        registry: "image.keda.registry",
        repository: "image.keda.repository",
        tag: "image.keda.tag",
      }),
      metrics: image(`ghcr.io/kedacore/keda-metrics-apiserver:${kedaVersion}`, {
        registry: "image.metricsApiServer.registry",
        repository: "image.metricsApiServer.repository",
        tag: "image.metricsApiServer.tag",
      }),
      webhooks: image(`ghcr.io/kedacore/keda-admission-webhooks:${kedaVersion}`, {
        registry: "image.webhooks.registry",
        repository: "image.webhooks.repository",
        tag: "image.webhooks.tag",
      }),
    },
    pods: {
      operator: {
        kind: "Deployment",
        name: "keda-operator",
        labels: { app: "keda-operator" },
        containers: { "keda-operator": "operator" },
        priority: "critical-priority",
      },
      metrics: {
        kind: "Deployment",
        name: "keda-operator-metrics-apiserver",
        labels: { app: "keda-operator-metrics-apiserver" },
        containers: { "keda-operator-metrics-apiserver": "metrics" },
        priority: "critical-priority",
      },
      webhooks: {
        kind: "Deployment",
        name: "keda-admission-webhooks",
        labels: { app: "keda-admission-webhooks" },
        containers: { "keda-admission-webhooks": "webhooks" },
        priority: "critical-priority",
      },
    },
    homepage: "https://keda.sh",
    maintenance: "CNCF graduated. Takes the cluster's one external metrics API.",
  },
} as const satisfies Record<string, ChartPin>;
