/** The pods of the foundation: the catalog's shapes at the sizes of the environment. */
import { chartOf, type FoundationChartName } from "../../config/catalog/charts.ts";
import type { ChartPin, PodPin } from "../../config/catalog/chart.ts";
import { mirroredImage } from "../../config/catalog/mirror.ts";
import type { Architecture } from "../../config/index.ts";
import type { PodSize } from "../../config/sizes/foundation/pods.ts";
import type { FootprintSpec, FoundationPodRef } from "../model/foundation.ts";
import { connections } from "./connections.ts";
import type { FoundationStack } from "./stack.ts";

/** The pods of a chart in this stack. Those that the sizes table leaves out do not run. */
export function footprintsOf(chart: FoundationChartName, stack: FoundationStack): FootprintSpec[] {
  const pin = chartOf(chart);
  const sizes: Readonly<Record<string, PodSize | undefined>> = stack.sizes.foundation.pods[chart];
  return Object.entries(pin.pods).flatMap(([pod, shape]) => {
    const size = sizes[pod];
    return size === undefined ? [] : [footprint(chart, pod, pin, shape, size, stack)];
  });
}

/** Nodes that the foundation's pods and agents may run on: the agents tolerate everything. */
export function nodeCount({ cluster }: FoundationStack): number {
  return cluster.nodePools.reduce((sum, { count }) => sum + count, 0);
}

function footprint(
  chart: FoundationChartName,
  pod: string,
  pin: ChartPin,
  shape: PodPin,
  size: PodSize,
  stack: FoundationStack,
): FootprintSpec {
  const mirrors = { images: stack.images.mirror };
  const { callers, egress } = connections[`${chart}/${pod}` as FoundationPodRef];
  const images = Object.values(shape.containers).map((image) => imageOf(pin, image));
  return {
    chart,
    pod,
    kind: shape.kind,
    name: shape.name,
    namespace: shape.namespace ?? pin.namespace,
    labels: shape.labels,
    containers: Object.entries(shape.containers).map(([name, image]) => ({
      name,
      image: mirroredImage(imageOf(pin, image).reference, mirrors),
      resources: containerSize(size, name, pin.chart),
    })),
    replicas: shape.kind === "DaemonSet" ? nodeCount(stack) : size.replicas,
    ...(size.maxReplicas === undefined ? {} : { maxReplicas: size.maxReplicas }),
    ...(size.storage === undefined ? {} : { storage: size.storage }),
    priority: shape.priority,
    services: shape.services ?? [],
    spread: stack.environment === "production" ? "required" : "preferred",
    callers,
    egress,
    architectures: commonArchitectures(images),
  };
}

function imageOf(pin: ChartPin, name: string) {
  const image = pin.images[name];
  if (image === undefined) throw new Error(`the chart ${pin.chart} has no image "${name}" in the catalog`);
  return image;
}

function containerSize(size: PodSize, container: string, chart: string) {
  const resources = size.containers[container];
  if (resources === undefined) {
    throw new Error(`the sizes table has no figures for the container "${container}" of ${chart}`);
  }
  return resources;
}

function commonArchitectures(images: readonly { readonly architectures: readonly Architecture[] }[]) {
  const [first, ...rest] = images;
  return (first?.architectures ?? []).filter((architecture) =>
    rest.every(({ architectures }) => architectures.includes(architecture)),
  );
}
