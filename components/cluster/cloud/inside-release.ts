/** Charts that come with a cluster, before any add-on of the foundation. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ChartSource, Values } from "../../../config/catalog/mirror.ts";

/** A pinned chart. */
export interface PinnedChart {
  /** Chart and version; a mirror is already in it. */
  readonly source: ChartSource;
  /** The values that name its images. */
  readonly images: Values;
}

export interface InsideReleaseArgs {
  readonly release: string;
  readonly chart: PinnedChart;
  readonly values: Readonly<Record<string, unknown>>;
}

/** All of them live where the cluster's own parts live. */
export const clusterNamespace = "kube-system";

/** Installs a chart: atomic and awaited, as the foundation's are. */
export function insideRelease(
  name: string,
  { release, chart: { source, images }, values }: InsideReleaseArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.helm.v3.Release {
  return new k8s.helm.v3.Release(
    name,
    {
      name: release,
      namespace: clusterNamespace,
      chart: source.chart,
      version: source.version,
      ...(source.repository === undefined ? {} : { repositoryOpts: { repo: source.repository } }),
      // No key at the top of these charts holds both an image and something else.
      values: { ...values, ...images },
      atomic: true,
      cleanupOnFail: true,
      skipAwait: false,
      timeout: 300,
      maxHistory: 5,
    },
    opts,
  );
}
