/** Every chart and image that a stack needs: what a private registry must hold before anything is installed. */
import { charts as catalog, type ChartName } from "../../config/catalog/charts.ts";
import { chartsOfClusters } from "../../config/catalog/charts/clusters.ts";
import type { ChartPin } from "../../config/catalog/chart.ts";
import { images as catalogImages, type ImagePin } from "../../config/catalog/images.ts";
import { chartSource, mirroredImage } from "../../config/catalog/mirror.ts";
import type { Architecture } from "../../config/index.ts";
import type { FoundationSpec } from "../model/foundation.ts";
import { imagesIn } from "../images.ts";
import { chartsOfData, imagesOfData } from "./data-artifacts.ts";
import type { Platform } from "../model/platform.ts";
import type { FoundationStack } from "./stack.ts";

export interface ChartRow {
  readonly chart: string;
  readonly version: string;
  readonly appVersion: string;
  /** Where its publisher serves it. */
  readonly origin: string;
  /** Where this stack takes it from. */
  readonly source: string;
  /** Add-ons or data services. */
  readonly usedBy: readonly string[];
  readonly homepage: string;
  readonly maintenance: string;
}

export interface ImageRow {
  /** Reference at its publisher. */
  readonly origin: string;
  /** Reference that this stack pulls. */
  readonly source: string;
  /** Architectures it is published for; none where it is the user's own and nothing is known of it. */
  readonly architectures: readonly Architecture[];
  readonly usedBy: readonly string[];
}

export interface StackArtifacts {
  readonly charts: readonly ChartRow[];
  readonly images: readonly ImageRow[];
}

/** Lists charts and images. */
export function quintImages(
  stack: FoundationStack,
  foundation: FoundationSpec,
  platforms: readonly Platform[],
): StackArtifacts {
  const mirrors = { charts: stack.charts.mirror, images: stack.images.mirror };
  const used = new Map<ChartName, string[]>();
  const { type } = stack.cluster;
  const uses = [
    ...(chartsOfClusters[type] ?? []).map((chart) => ({ chart, by: `cluster ${type}` })),
    ...foundation.addOns.flatMap(({ name, releases }) =>
      releases.map(({ chart }) => ({ chart, by: `add-on ${name}` })),
    ),
    ...chartsOfData(platforms),
  ];
  for (const { chart, by } of uses) used.set(chart, [...(used.get(chart) ?? []), by]);

  const charts = new Map<string, ChartRow>();
  const images = new Map<string, ImageRow>();
  const addImage = (reference: string, architectures: readonly Architecture[], by: string) => {
    const usedBy = [...(images.get(reference)?.usedBy ?? []), by];
    images.set(reference, {
      origin: reference,
      source: mirroredImage(reference, mirrors),
      architectures,
      usedBy: [...new Set(usedBy)],
    });
  };
  for (const [name, by] of used) {
    const pin: ChartPin = catalog[name];
    const usedBy = [...(charts.get(pin.chart)?.usedBy ?? []), ...by];
    charts.set(pin.chart, chartRow(pin, [...new Set(usedBy)], mirrors));
    for (const { reference, architectures } of Object.values(pin.images)) {
      addImage(reference, architectures, `chart ${pin.chart}`);
    }
  }
  for (const { reference, by } of imagesOfData(platforms))
    addImage(reference, architecturesOf(reference), by);
  for (const platform of platforms) {
    for (const image of imagesIn(platform)) {
      addImage(image, architecturesOf(image), `platform ${platform.name}`);
    }
  }
  const byName =
    <Row>(key: (row: Row) => string) =>
    (a: Row, b: Row) =>
      key(a) < key(b) ? -1 : 1;
  return {
    charts: [...charts.values()].sort(byName(({ origin }) => origin)),
    images: [...images.values()].sort(byName(({ origin }) => origin)),
  };
}

function chartRow(
  pin: ChartPin,
  usedBy: readonly string[],
  mirrors: Parameters<typeof chartSource>[1],
): ChartRow {
  const address = ({ chart, repository }: ReturnType<typeof chartSource>) =>
    repository === undefined ? chart : `${repository}/${chart}`;
  return {
    chart: pin.chart,
    version: pin.version,
    appVersion: pin.appVersion,
    origin: address(chartSource(pin, {})),
    source: address(chartSource(pin, mirrors)),
    usedBy,
    homepage: pin.homepage,
    maintenance: pin.maintenance,
  };
}

function architecturesOf(reference: string): readonly Architecture[] {
  const pins: readonly ImagePin[] = Object.values(catalogImages);
  return pins.find((pin) => pin.reference === reference)?.architectures ?? [];
}
