/** Charts that come with a cluster that Quint makes, before any add-on of the foundation. */
import { image, type ChartPin } from "../chart.ts";

export const clusterCharts = {
  "calico-definitions": {
    repository: "https://docs.tigera.io/calico/charts",
    chart: "crd.projectcalico.org.v1",
    version: "v3.32.1",
    appVersion: "3.32.1",
    namespace: "kube-system",
    release: "calico-definitions",
    crds: { kind: "none" },
    // The agent is ours (components/cluster/oke/calico.ts): of the chart we take the definitions alone.
    images: { node: image("quay.io/calico/node:v3.32.1") },
    pods: {},
    homepage: "https://docs.tigera.io/calico",
    maintenance:
      "Tigera. Enforces NetworkPolicy on OKE, where pods' networking does not. Oracle names the version that it tested for each version of Kubernetes.",
  },
  "aws-load-balancer-controller": {
    repository: "https://aws.github.io/eks-charts",
    chart: "aws-load-balancer-controller",
    version: "3.5.0",
    appVersion: "3.5.0",
    namespace: "kube-system",
    release: "aws-load-balancer-controller",
    crds: { kind: "folder" },
    images: {
      controller: image("public.ecr.aws/eks/aws-load-balancer-controller:v3.5.0", {
        repository: "image.repository",
        tag: "image.tag",
      }),
    },
    pods: {},
    homepage: "https://kubernetes-sigs.github.io/aws-load-balancer-controller",
    maintenance: "AWS and SIG AWS. Comes with EKS clusters; its rights are in eks/load-balancer-policy.ts.",
  },
  "cluster-autoscaler": {
    repository: "https://kubernetes.github.io/autoscaler",
    chart: "cluster-autoscaler",
    version: "9.59.0",
    appVersion: "1.36.1",
    namespace: "kube-system",
    release: "cluster-autoscaler",
    crds: { kind: "none" },
    images: {
      autoscaler: image("registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.1", {
        repository: "image.repository",
        tag: "image.tag",
      }),
    },
    pods: {},
    homepage: "https://github.com/kubernetes/autoscaler",
    maintenance:
      "SIG Autoscaling. On EKS, where a pool may grow; on OKE Oracle's own add-on does it. Its minor version follows the cluster's.",
  },
} as const satisfies Record<string, ChartPin>;

/** Which of them a cluster of a type comes with, or may: the autoscaler is there where some pool grows. */
export const chartsOfClusters: Readonly<Record<string, readonly (keyof typeof clusterCharts)[]>> = {
  oke: ["calico-definitions"],
  eks: ["aws-load-balancer-controller", "cluster-autoscaler"],
};
