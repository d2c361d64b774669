/** The charts and images that data services bring, beside their operators' and those that their description names. */
import type { ChartName } from "../../config/catalog/charts.ts";
import { images } from "../../config/catalog/images.ts";
import { serviceCharts } from "../../config/catalog/charts/services.ts";
import { backupJobOf } from "../model/backup.ts";
import type { DataServiceSpec } from "../model/data.ts";
import type { Platform } from "../model/platform.ts";

interface DataArtifacts {
  readonly charts: readonly ChartName[];
  readonly images: readonly string[];
}

const artifacts: Record<DataServiceSpec["kind"], DataArtifacts> = {
  postgresql: { charts: [], images: [images.postgresql.reference] },
  valkey: { charts: ["valkey"], images: [] },
  kafka: { charts: [], images: [] },
  "object-store": { charts: ["seaweedfs"], images: [] },
  rabbitmq: { charts: [], images: [] },
  neo4j: { charts: ["neo4j"], images: [] },
  opa: { charts: [], images: [images.opa.reference] },
  "spark-application": { charts: [], images: [] },
  airflow: { charts: ["airflow"], images: [] },
};

/** Images of the jobs that back stores up, which neither their own chart nor their operator's brings. */
const backupImages: Partial<Record<DataServiceSpec["kind"], readonly string[]>> = {
  valkey: [images.rclone.reference],
  neo4j: [images.rclone.reference, serviceCharts.seaweedfs.images.seaweedfs.reference],
  kafka: [images.rclone.reference],
  "object-store": [images.rclone.reference],
};

/** The charts that the platforms' data services install. */
export function chartsOfData(platforms: readonly Platform[]) {
  return servicesOf(platforms).flatMap(({ kind, by }) =>
    artifacts[kind].charts.map((chart) => ({ chart, by })),
  );
}

/** The images that no chart owns. */
export function imagesOfData(platforms: readonly Platform[]) {
  return servicesOf(platforms).flatMap(({ kind, by, backedUp }) => [
    ...artifacts[kind].images.map((reference) => ({ reference, by })),
    ...(backedUp ? (backupImages[kind] ?? []).map((reference) => ({ reference, by })) : []),
  ]);
}

function servicesOf(platforms: readonly Platform[]) {
  return platforms.flatMap(({ name: platform, applications }) =>
    applications.flatMap(({ data = [] }) =>
      data.map((spec) => ({
        kind: spec.kind,
        by: `platform ${platform} (${spec.kind} ${spec.name})`,
        backedUp: backupJobOf(spec) !== undefined,
      })),
    ),
  );
}
