/** Charts that a data service installs in a platform's own namespace; the release and the pods are that service's. */
import { image, type ChartPin } from "../chart.ts";

export const serviceCharts = {
  valkey: {
    repository: "oci://ghcr.io/cloudpirates-io/helm-charts",
    chart: "valkey",
    version: "0.25.5",
    appVersion: "9.1.0",
    namespace: "",
    release: "",
    crds: { kind: "none" },
    images: {
      valkey: image(
        "docker.io/valkey/valkey:9.1.0-alpine3.23",
        { registry: "image.registry", repository: "image.repository", tag: "image.tag" },
        {
          registry: "sentinel.image.registry",
          repository: "sentinel.image.repository",
          tag: "sentinel.image.tag",
        },
      ),
      proxy: image("docker.io/library/haproxy:3.4-alpine", {
        registry: "sentinel.masterProxy.image.registry",
        repository: "sentinel.masterProxy.image.repository",
        tag: "sentinel.masterProxy.image.tag",
      }),
      exporter: image("docker.io/oliver006/redis_exporter:v1.89.0-alpine", {
        registry: "metrics.image.registry",
        repository: "metrics.image.repository",
        tag: "metrics.image.tag",
      }),
    },
    pods: {},
    homepage: "https://github.com/CloudPirates-io/helm-charts",
    maintenance:
      "CloudPirates. Chosen for Sentinel: the official chart has no automatic failover, and valkey-operator is not for production yet.",
  },
  seaweedfs: {
    repository: "https://seaweedfs.github.io/seaweedfs/helm",
    chart: "seaweedfs",
    version: "4.44.0",
    appVersion: "4.44",
    namespace: "",
    release: "",
    crds: { kind: "none" },
    images: {
      seaweedfs: image("docker.io/chrislusf/seaweedfs:4.44", {
        registry: "image.registry",
        repository: "image.repository",
        tag: "image.tag",
      }),
    },
    pods: {},
    homepage: "https://github.com/seaweedfs/seaweedfs",
    maintenance: "Apache-2.0, a release a week. Stands for MinIO, which is no longer maintained.",
  },
  neo4j: {
    repository: "https://helm.neo4j.com/neo4j",
    chart: "neo4j",
    version: "5.26.0",
    appVersion: "5.26.0",
    namespace: "",
    release: "",
    crds: { kind: "none" },
    images: {
      neo4j: image("docker.io/library/neo4j:5.26.0", { reference: "image.customImage" }),
    },
    pods: {},
    homepage: "https://neo4j.com/docs/operations-manual/current/kubernetes",
    maintenance:
      "Neo4j; 5.26 is the long-term release, supported until June 2028. Clustering is for Enterprise only.",
  },
  airflow: {
    repository: "https://airflow.apache.org",
    chart: "airflow",
    version: "1.22.0",
    appVersion: "3.2.2",
    namespace: "",
    release: "",
    crds: { kind: "none" },
    images: {
      // Airflow itself is the platform's own image, with its workflows in it.
      statsd: image("quay.io/prometheus/statsd-exporter:v0.28.0", {
        repository: "images.statsd.repository",
        tag: "images.statsd.tag",
      }),
    },
    pods: {},
    homepage: "https://airflow.apache.org/docs/helm-chart",
    maintenance:
      "Apache. Airflow 3: `apiServer` in place of `webserver`; keys that it generates itself change at every upgrade, so all are named.",
  },
} as const satisfies Record<string, ChartPin>;
