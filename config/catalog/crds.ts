/**
 * Every custom resource definition that the simulated cluster registers, pinned. They are read from the Go modules
 * that their projects publish; nothing of them is copied into this repository.
 */

/** A Go module that carries CRDs. */
export interface CrdPin {
  readonly module: string;
  readonly version: string;
  /** Hash of the module's content (`h1:` of the Go checksum database), checked after download. */
  readonly sum: string;
  /** Folder inside the module whose YAML files hold them; folders below it too. */
  readonly folder: string;
}

export const crdModules = {
  "argo-rollouts": {
    module: "github.com/argoproj/argo-rollouts",
    version: "v1.10.2",
    sum: "h1:sEPWsY+HUvnXj3Vh0ejb+GDTceQ/palqhFo2FVQJMk0=",
    folder: "manifests/crds",
  },
  "argo-cd": {
    module: "github.com/argoproj/argo-cd/v3",
    version: "v3.2.0",
    sum: "h1:m2eGAV+nXQGgzZbH5SyJD5laaPW27mzWXBrgisUHY/0=",
    folder: "manifests/crds",
  },
  "cert-manager": {
    module: "github.com/cert-manager/cert-manager",
    version: "v1.21.2",
    sum: "h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=",
    folder: "deploy/crds",
  },
  velero: {
    module: "github.com/vmware-tanzu/velero",
    version: "v1.18.3",
    sum: "h1:9uwN5yxTWQl9PsF5ljX4xiG+7VIq3I9mxOQ0DyyZ31A=",
    folder: "config/crd/v1/bases",
  },
  istio: {
    module: "istio.io/api",
    version: "v1.31.1",
    sum: "h1:5Yb5ihcz4YQsCkciusK7DnFpBMwRB6EFWeUKH1Atuyk=",
    folder: "kubernetes",
  },
  "prometheus-operator": {
    module: "github.com/prometheus-operator/prometheus-operator",
    version: "v0.85.0",
    sum: "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=",
    folder: "example/prometheus-operator-crd",
  },
  "external-secrets": {
    module: "github.com/external-secrets/external-secrets",
    version: "v1.3.2",
    sum: "h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ=",
    folder: "config/crds/bases",
  },
  "cloudnative-pg": {
    module: "github.com/cloudnative-pg/cloudnative-pg",
    version: "v1.28.0",
    sum: "h1:vkv0a0ewDSfJOPJrsyUr4uczsxheReAWf/k171V0Dm0=",
    folder: "config/crd/bases",
  },
  "barman-cloud": {
    module: "github.com/cloudnative-pg/plugin-barman-cloud",
    version: "v0.15.0",
    sum: "h1:gNVytrzzYUE08wxLDrjfJqy1FPPSFkMe1OEr4s4pVI0=",
    folder: "config/crd/bases",
  },
  "rabbitmq-cluster-operator": {
    module: "github.com/rabbitmq/cluster-operator/v2",
    version: "v2.16.0",
    sum: "h1:oYJm+1tXIatGHtiUWyN9hGdO+0eWsXA/j1b81wh0IqI=",
    folder: "config/crd/bases",
  },
  "spark-operator": {
    module: "github.com/kubeflow/spark-operator/v2",
    version: "v2.3.0",
    sum: "h1:cYN/331gwkdZ0S/ai72JQoUv7UK52O2OQOWFpl8XhPc=",
    folder: "config/crd/bases",
  },
  "gateway-api": {
    module: "sigs.k8s.io/gateway-api",
    version: "v1.7.0",
    sum: "h1:duVnm7nO6oXfMMUWfcDoBph47CYR/ME3NGxccOVglaY=",
    folder: "config/crd/standard",
  },
  "external-snapshotter": {
    module: "github.com/kubernetes-csi/external-snapshotter/client/v8",
    version: "v8.7.0",
    sum: "h1:HVaSUeRRHPu49aSiL8eXOjS9Re9G6pM0NzdTGI7mM14=",
    folder: "config/crd",
  },
  "sealed-secrets": {
    module: "github.com/bitnami-labs/sealed-secrets",
    version: "v0.40.0",
    sum: "h1:rvCP35JL8ZV5LNA2SrwNR6iLyoM3ulrSFWN0lBtYEYI=",
    folder: "helm/sealed-secrets/crds",
  },
  keda: {
    module: "github.com/kedacore/keda/v2",
    version: "v2.21.0",
    sum: "h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=",
    folder: "config/crd/bases",
  },
  kyverno: {
    module: "github.com/kyverno/kyverno",
    version: "v1.19.1",
    sum: "h1:/MkgFii3/VlQfKR1JpC9tVwNNVNQTt2S4U6qCsafsTU=",
    folder: "config/crds",
  },
} as const satisfies Record<string, CrdPin>;

/** A kind that no module carries: it is registered by name alone, and any content is accepted. */
export interface PermissiveCrd {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly scope: "Namespaced" | "Cluster";
}

function strimzi(
  kind: string,
  plural: string,
  shortNames: readonly string[],
  group = "kafka.strimzi.io",
): PermissiveCrd {
  return { group, version: "v1", kind, plural, shortNames, scope: "Namespaced" };
}

/** Strimzi is written in Java, so there is no Go module of it. */
export const permissiveCrds: readonly PermissiveCrd[] = [
  strimzi("Kafka", "kafkas", ["k"]),
  strimzi("KafkaNodePool", "kafkanodepools", ["knp"]),
  strimzi("KafkaTopic", "kafkatopics", ["kt"]),
  strimzi("KafkaUser", "kafkausers", ["ku"]),
  strimzi("KafkaConnect", "kafkaconnects", ["kc"]),
  strimzi("KafkaConnector", "kafkaconnectors", ["kctr"]),
  strimzi("KafkaBridge", "kafkabridges", ["kb"]),
  strimzi("KafkaMirrorMaker2", "kafkamirrormaker2s", ["kmm2"]),
  strimzi("KafkaRebalance", "kafkarebalances", ["kr"]),
  strimzi("StrimziPodSet", "strimzipodsets", ["sps"], "core.strimzi.io"),
];
