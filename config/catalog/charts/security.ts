/** Certificates and secrets. */
import { image, type ChartPin, type PodPin } from "../chart.ts";

const certManagerVersion = "v1.21.1";
const externalSecretsVersion = "v2.9.0";
const sealedSecretsVersion = "0.38.4";

const externalSecretsPod = (suffix: "" | "-webhook" | "-cert-controller") => {
  const name = `external-secrets${suffix}` as const;
  return {
    kind: "Deployment",
    name,
    labels: { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": "external-secrets" },
    priority: "critical-priority",
  } as const satisfies Omit<PodPin, "containers">;
};

const certManagerPod = (name: string, component: string) =>
  ({
    kind: "Deployment",
    name: component === "controller" ? "cert-manager" : `cert-manager-${component}`,
    labels: {
      "app.kubernetes.io/name": name,
      "app.kubernetes.io/instance": "cert-manager",
      "app.kubernetes.io/component": component,
    },
    priority: "system-cluster-critical",
  }) as const satisfies Omit<PodPin, "containers">;

export const securityCharts = {
  "cert-manager": {
    repository: "oci://quay.io/jetstack/charts",
    chart: "cert-manager",
    version: certManagerVersion,
    appVersion: certManagerVersion,
    namespace: "cert-manager",
    release: "cert-manager",
    crds: { kind: "templates", value: "crds.enabled" },
    images: {
      controller: image(`quay.io/jetstack/cert-manager-controller:${certManagerVersion}`, {
        repository: "image.repository",
        tag: "image.tag",
      }),
      webhook: image(`quay.io/jetstack/cert-manager-webhook:${certManagerVersion}`, {
        repository: "webhook.image.repository",
        tag: "webhook.image.tag",
      }),
      cainjector: image(`quay.io/jetstack/cert-manager-cainjector:${certManagerVersion}`, {
        repository: "cainjector.image.repository",
        tag: "cainjector.image.tag",
      }),
      // Runs for the seconds of an HTTP-01 challenge.
      acmesolver: image(`quay.io/jetstack/cert-manager-acmesolver:${certManagerVersion}`, {
        repository: "acmesolver.image.repository",
        tag: "acmesolver.image.tag",
      }),
      // A hook that waits until the webhook answers.
      startupapicheck: image(`quay.io/jetstack/cert-manager-startupapicheck:${certManagerVersion}`, {
        repository: "startupapicheck.image.repository",
        tag: "startupapicheck.image.tag",
      }),
    },
    pods: {
      controller: {
        ...certManagerPod("cert-manager", "controller"),
        containers: { "cert-manager-controller": "controller" },
      },
      webhook: {
        ...certManagerPod("webhook", "webhook"),
        containers: { "cert-manager-webhook": "webhook" },
      },
      cainjector: {
        ...certManagerPod("cainjector", "cainjector"),
        containers: { "cert-manager-cainjector": "cainjector" },
      },
    },
    homepage: "https://cert-manager.io",
    maintenance:
      "CNCF graduated; each release is supported until two later ones are out. Private keys rotate by default since 1.18.",
  },
  "external-secrets": {
    repository: "https://charts.external-secrets.io",
    chart: "external-secrets",
    version: "2.9.0",
    appVersion: externalSecretsVersion,
    namespace: "external-secrets",
    release: "external-secrets",
    crds: { kind: "templates", value: "installCRDs" },
    images: {
      controller: image(
        `ghcr.io/external-secrets/external-secrets:${externalSecretsVersion}`,
        { repository: "image.repository", tag: "image.tag" },
        { repository: "webhook.image.repository", tag: "webhook.image.tag" },
        { repository: "certController.image.repository", tag: "certController.image.tag" },
      ),
    },
    pods: {
      controller: { ...externalSecretsPod(""), containers: { "external-secrets": "controller" } },
      webhook: { ...externalSecretsPod("-webhook"), containers: { webhook: "controller" } },
      certController: {
        ...externalSecretsPod("-cert-controller"),
        containers: { "cert-controller": "controller" },
      },
    },
    homepage: "https://external-secrets.io",
    maintenance: "CNCF sandbox; only the newest minor release is supported. `v1beta1` is no longer served.",
  },
  "sealed-secrets": {
    // Moved from bitnami-labs.github.io in 2026.
    repository: "https://bitnami.github.io/sealed-secrets",
    chart: "sealed-secrets",
    version: "2.19.1",
    appVersion: sealedSecretsVersion,
    namespace: "sealed-secrets",
    release: "sealed-secrets",
    crds: { kind: "folder" },
    images: {
      controller: image(`docker.io/bitnami/sealed-secrets-controller:${sealedSecretsVersion}`, {
        registry: "image.registry",
        repository: "image.repository",
        tag: "image.tag",
      }),
    },
    pods: {
      controller: {
        kind: "Deployment",
        name: "sealed-secrets",
        labels: {
          "app.kubernetes.io/name": "sealed-secrets",
          "app.kubernetes.io/instance": "sealed-secrets",
        },
        containers: { controller: "controller" },
        priority: "critical-priority",
      },
    },
    homepage: "https://github.com/bitnami/sealed-secrets",
    maintenance: "Bitnami; its own image is still published. The chart fixes one replica.",
  },
} as const satisfies Record<string, ChartPin>;
