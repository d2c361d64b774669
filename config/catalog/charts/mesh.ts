/** Istio. Its artifacts leave Google's hosts in December 2026 (istio/istio#61467), hence ghcr and docker.io. */
import { image, type ChartPin } from "../chart.ts";

const repository = "oci://ghcr.io/istio/release/charts";
const version = "1.30.3";
const homepage = "https://istio.io";
const maintenance =
  "CNCF graduated, four releases a year. Values may be set at the top only: the charts' defaults are hidden under `_internal_defaults_do_not_set`.";
const pin = { repository, version, appVersion: version, homepage, maintenance };

export const meshCharts = {
  "istio-base": {
    ...pin,
    chart: "base",
    namespace: "istio-system",
    release: "istio-base",
    crds: { kind: "templates", value: "base.enableCRDTemplates" },
    images: {},
    pods: {},
  },
  istiod: {
    ...pin,
    chart: "istiod",
    namespace: "istio-system",
    release: "istiod",
    crds: { kind: "chart", chart: "istio-base" },
    images: {
      pilot: image(`docker.io/istio/pilot:${version}`, { hub: "global.hub", tag: "global.tag" }),
      // The proxy of every sidecar and gateway: istiod injects it from the same hub.
      proxy: image(`docker.io/istio/proxyv2:${version}`, {
        hub: "global.hub",
        name: "global.proxy.image",
        tag: "global.tag",
      }),
    },
    pods: {
      istiod: {
        kind: "Deployment",
        name: "istiod",
        labels: { app: "istiod", istio: "pilot" },
        containers: { discovery: "pilot" },
        priority: "system-cluster-critical",
        services: [
          {
            name: "istiod",
            ports: [
              { name: "https-dns", port: 15012, targetPort: 15012 },
              { name: "http-monitoring", port: 15014, targetPort: 15014 },
            ],
          },
        ],
      },
    },
  },
  "istio-cni": {
    ...pin,
    chart: "cni",
    namespace: "istio-cni",
    release: "istio-cni",
    crds: { kind: "none" },
    images: {
      cni: image(`docker.io/istio/install-cni:${version}`, {
        hub: "global.hub",
        name: "image",
        tag: "global.tag",
      }),
    },
    pods: {
      node: {
        kind: "DaemonSet",
        name: "istio-cni-node",
        labels: { "k8s-app": "istio-cni-node" },
        containers: { "install-cni": "cni" },
        priority: "system-node-critical",
      },
    },
  },
  "istio-gateway": {
    ...pin,
    chart: "gateway",
    namespace: "istio-ingress",
    release: "istio-ingress",
    crds: { kind: "none" },
    // The chart renders `image: auto`; istiod writes the proxy's image in.
    images: { proxy: image(`docker.io/istio/proxyv2:${version}`) },
    pods: {
      gateway: {
        kind: "Deployment",
        name: "istio-ingress",
        labels: { app: "istio-ingress", istio: "ingress" },
        containers: { "istio-proxy": "proxy" },
        priority: "system-cluster-critical",
        services: [
          {
            name: "istio-ingress",
            type: "LoadBalancer",
            ports: [
              { name: "status-port", port: 15021, targetPort: 15021 },
              { name: "http2", port: 80, targetPort: 80 },
              { name: "https", port: 443, targetPort: 443 },
            ],
          },
        ],
      },
    },
  },
} as const satisfies Record<string, ChartPin>;
