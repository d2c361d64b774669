/** Charts that come with a cluster, as its maker takes them: pinned by the catalog, from the mirror where there is one. */
import { clusterCharts } from "../../config/catalog/charts/clusters.ts";
import { chartSource, imageValues, mirroredImage, type Mirrors } from "../../config/catalog/mirror.ts";
import type { PinnedChart } from "./cloud/inside-release.ts";

export function clusterPin(name: keyof typeof clusterCharts, mirrors: Mirrors): PinnedChart {
  const pin = clusterCharts[name];
  return { source: chartSource(pin, mirrors), images: imageValues(pin, mirrors) };
}

/** Image of Calico's agent, which runs from our own manifest. It is of the version of the definitions. */
export function calicoImage(mirrors: Mirrors): string {
  return mirroredImage(clusterCharts["calico-definitions"].images.node.reference, mirrors);
}
