/** Delivery and backup: Argo CD, Argo Rollouts, Velero. */
import { image, type ChartPin, type PodPin } from "../chart.ts";

const argoRepository = "oci://ghcr.io/argoproj/argo-helm";
const argoCdVersion = "v3.4.4";
const rolloutsVersion = "v1.9.0";
const veleroVersion = "v1.18.1";

const argoCdPod = <const Component extends string>(component: Component) =>
  ({
    name: `argocd-${component}`,
    labels: { "app.kubernetes.io/name": `argocd-${component}`, "app.kubernetes.io/instance": "argocd" },
    priority: "critical-priority",
  }) as const satisfies Omit<PodPin, "containers" | "kind">;

export const deliveryCharts = {
  "argo-cd": {
    repository: argoRepository,
    chart: "argo-cd",
    version: "10.1.1",
    appVersion: argoCdVersion,
    namespace: "argocd",
    release: "argocd",
    crds: { kind: "templates", value: "crds.install" },
    images: {
      argocd: image(`quay.io/argoproj/argocd:${argoCdVersion}`, {
        repository: "global.image.repository",
        tag: "global.image.tag",
      }),
      redis: image(
        "ecr-public.aws.com/docker/library/redis:8.2.3-alpine",
        { repository: "redis.image.repository", tag: "redis.image.tag" },
        { repository: "redis-ha.image.repository", tag: "redis-ha.image.tag" },
      ),
      haproxy: image("ecr-public.aws.com/docker/library/haproxy:3.3.10-alpine", {
        repository: "redis-ha.haproxy.image.repository",
        tag: "redis-ha.haproxy.image.tag",
      }),
    },
    pods: {
      controller: {
        ...argoCdPod("application-controller"),
        kind: "StatefulSet",
        containers: { "application-controller": "argocd" },
      },
      server: {
        ...argoCdPod("server"),
        kind: "Deployment",
        containers: { server: "argocd" },
        services: [
          {
            name: "argocd-server",
            ports: [
              { name: "http", port: 80, targetPort: 8080 },
              { name: "https", port: 443, targetPort: 8080 },
            ],
          },
        ],
      },
      repoServer: {
        ...argoCdPod("repo-server"),
        kind: "Deployment",
        containers: { "repo-server": "argocd" },
      },
      applicationSet: {
        ...argoCdPod("applicationset-controller"),
        kind: "Deployment",
        containers: { "applicationset-controller": "argocd" },
      },
      notifications: {
        ...argoCdPod("notifications-controller"),
        kind: "Deployment",
        containers: { "notifications-controller": "argocd" },
      },
      /** One Redis, where Argo CD is not highly available. */
      redis: {
        kind: "Deployment",
        name: "argocd-redis",
        labels: { "app.kubernetes.io/name": "argocd-redis" },
        containers: { redis: "redis" },
        priority: "critical-priority",
      },
      /** Three with Sentinel, on three nodes, where it is. */
      redisHa: {
        kind: "StatefulSet",
        name: "argocd-redis-ha-server",
        labels: { app: "redis-ha", release: "argocd" },
        containers: { redis: "redis", sentinel: "redis", "split-brain-fix": "redis" },
        priority: "critical-priority",
      },
      redisProxy: {
        kind: "Deployment",
        name: "argocd-redis-ha-haproxy",
        labels: { app: "redis-ha-haproxy", release: "argocd" },
        containers: { haproxy: "haproxy" },
        priority: "critical-priority",
      },
    },
    homepage: "https://argo-cd.readthedocs.io",
    maintenance:
      "CNCF graduated; the chart follows within days. Chart 10 makes NetworkPolicies by default, chart 9 emptied `configs.params`.",
  },
  "argo-rollouts": {
    repository: argoRepository,
    chart: "argo-rollouts",
    version: "2.41.0",
    appVersion: rolloutsVersion,
    namespace: "argo-rollouts",
    release: "argo-rollouts",
    crds: { kind: "templates", value: "installCRDs" },
    images: {
      controller: image(`quay.io/argoproj/argo-rollouts:${rolloutsVersion}`, {
        registry: "controller.image.registry",
        repository: "controller.image.repository",
        tag: "controller.image.tag",
      }),
    },
    pods: {
      controller: {
        kind: "Deployment",
        name: "argo-rollouts",
        labels: {
          "app.kubernetes.io/component": "rollouts-controller",
          "app.kubernetes.io/name": "argo-rollouts",
          "app.kubernetes.io/instance": "argo-rollouts",
        },
        containers: { "argo-rollouts": "controller" },
        priority: "critical-priority",
      },
    },
    homepage: "https://argo-rollouts.readthedocs.io",
    maintenance: "CNCF graduated, with Argo CD. Releases are rarer than Argo CD's.",
  },
  velero: {
    repository: "https://vmware-tanzu.github.io/helm-charts",
    chart: "velero",
    version: "12.1.0",
    appVersion: veleroVersion,
    namespace: "velero",
    release: "velero",
    crds: { kind: "folder" },
    images: {
      velero: image(`docker.io/velero/velero:${veleroVersion}`, {
        repository: "image.repository",
        tag: "image.tag",
      }),
      // An init container that the component writes. Plugin 1.14 belongs to Velero 1.18.
      awsPlugin: image("docker.io/velero/velero-plugin-for-aws:v1.14.0"),
    },
    pods: {
      server: {
        kind: "Deployment",
        name: "velero",
        labels: {
          "app.kubernetes.io/name": "velero",
          "app.kubernetes.io/instance": "velero",
          name: "velero",
        },
        containers: { velero: "velero" },
        priority: "critical-priority",
      },
      nodeAgent: {
        kind: "DaemonSet",
        name: "node-agent",
        labels: {
          "app.kubernetes.io/name": "velero",
          "app.kubernetes.io/instance": "velero",
          name: "node-agent",
        },
        containers: { "node-agent": "velero" },
        priority: "system-node-critical",
      },
    },
    homepage: "https://velero.io",
    maintenance:
      "The code moved to velero-io, the chart did not (vmware-tanzu/helm-charts#746). Kopia is the only uploader; the old CSI plugin breaks startup.",
  },
} as const satisfies Record<string, ChartPin>;
