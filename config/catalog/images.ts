/** Every image that no chart owns, pinned. A version of an image stands here and nowhere else. */
import type { Architecture } from "../schema/cluster.ts";

export interface ImagePin {
  /** Reference with a release tag. */
  readonly reference: string;
  /** Architectures that the image is published for. */
  readonly architectures: readonly Architecture[];
  /** User and group that the image's process runs as. */
  readonly runAs: { readonly user: number; readonly group: number };
  readonly homepage: string;
}

const both: readonly Architecture[] = ["amd64", "arm64"];

export const images = {
  mlflow: {
    reference: "ghcr.io/mlflow/mlflow:v3.11.1",
    architectures: both,
    runAs: { user: 10001, group: 10001 },
    homepage: "https://mlflow.org",
  },
  /** With drivers for PostgreSQL and S3, which the plain image lacks. */
  mlflowFull: {
    reference: "ghcr.io/mlflow/mlflow:v3.11.1-full",
    architectures: both,
    runAs: { user: 10001, group: 10001 },
    homepage: "https://mlflow.org",
  },
  airflow: {
    reference: "docker.io/apache/airflow:3.2.2",
    architectures: both,
    // The image's own user; its files belong to the root group.
    runAs: { user: 50000, group: 0 },
    homepage: "https://airflow.apache.org",
  },
  /** The sample of a Spark application: its own examples. */
  spark: {
    reference: "docker.io/apache/spark:4.0.1-python3",
    architectures: both,
    runAs: { user: 185, group: 185 },
    homepage: "https://spark.apache.org",
  },
  prometheus: {
    reference: "quay.io/prometheus/prometheus:v3.14.0",
    architectures: both,
    runAs: { user: 65534, group: 65534 },
    homepage: "https://prometheus.io",
  },
  grafana: {
    reference: "docker.io/grafana/grafana:13.2.0",
    architectures: both,
    runAs: { user: 472, group: 472 },
    homepage: "https://grafana.com",
  },
  /** What CloudNativePG runs. `standard`: with the locales, without Barman, whose plugin brings its own. */
  postgresql: {
    reference: "ghcr.io/cloudnative-pg/postgresql:17.11-standard-trixie",
    architectures: both,
    runAs: { user: 26, group: 26 },
    homepage: "https://github.com/cloudnative-pg/postgres-containers",
  },
  /** `static`: the only variant that is published for arm64. */
  opa: {
    reference: "docker.io/openpolicyagent/opa:1.19.1-static",
    architectures: both,
    runAs: { user: 1000, group: 1000 },
    homepage: "https://www.openpolicyagent.org",
  },
  /** The sample application: health, metrics and fault endpoints. */
  podinfo: {
    reference: "ghcr.io/stefanprodan/podinfo:6.9.2",
    architectures: both,
    runAs: { user: 10001, group: 10001 },
    homepage: "https://github.com/stefanprodan/podinfo",
  },
  /** The login in front of tools that have none of their own. */
  oauth2Proxy: {
    reference: "quay.io/oauth2-proxy/oauth2-proxy:v7.15.3",
    architectures: both,
    runAs: { user: 65532, group: 65532 },
    homepage: "https://oauth2-proxy.github.io/oauth2-proxy",
  },
  alertmanager: {
    reference: "quay.io/prometheus/alertmanager:v0.34.0",
    architectures: both,
    runAs: { user: 65534, group: 65534 },
    homepage: "https://prometheus.io",
  },
  argoRollouts: {
    reference: "quay.io/argoproj/argo-rollouts:v1.10.2",
    architectures: both,
    runAs: { user: 999, group: 999 },
    homepage: "https://argoproj.github.io/rollouts",
  },
  /** For pods that name it; the add-on's chart has its own. The newest whose every module the Go proxy serves. */
  argoCd: {
    reference: "quay.io/argoproj/argocd:v3.2.0",
    architectures: both,
    runAs: { user: 999, group: 999 },
    homepage: "https://argo-cd.readthedocs.io",
  },
  /** S3 over a folder. SeaweedFS, which platforms use, cannot be built from a module registry. */
  versitygw: {
    reference: "docker.io/versity/versitygw:v1.8.0",
    architectures: both,
    runAs: { user: 10001, group: 10001 },
    homepage: "https://github.com/versity/versitygw",
  },
  postgres: {
    reference: "docker.io/library/postgres:17-trixie",
    architectures: both,
    runAs: { user: 999, group: 999 },
    homepage: "https://www.postgresql.org",
  },
  valkey: {
    reference: "docker.io/valkey/valkey:8.1-trixie",
    architectures: both,
    runAs: { user: 999, group: 1000 },
    homepage: "https://valkey.io",
  },
  /** Copies between buckets, and into them. */
  rclone: {
    reference: "docker.io/rclone/rclone:1.73.2",
    architectures: both,
    runAs: { user: 65534, group: 65534 },
    homepage: "https://rclone.org",
  },
  /** The mesh's sidecar, as the simulated cluster injects it. */
  istioProxy: {
    reference: "docker.io/istio/proxyv2:1.30.3",
    architectures: both,
    runAs: { user: 1337, group: 1337 },
    homepage: "https://istio.io",
  },
} as const satisfies Record<string, ImagePin>;
