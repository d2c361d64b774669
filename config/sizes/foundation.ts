/** How big the foundation is in each environment: replicas, containers, volumes and retention of every add-on. */
import type { Environment } from "../schema/settings.ts";
import { developmentPods } from "./foundation/development.ts";
import type { FoundationPods } from "./foundation/pods.ts";
import { productionPods } from "./foundation/production.ts";
import { stagingPods } from "./foundation/staging.ts";

export interface FoundationSizes {
  readonly pods: FoundationPods;
  /** Days that metrics are kept; the volume's size may end them earlier. */
  readonly metricsRetentionDays: number;
  /** Seed 002, "Monitoring & Observability": Loki keeps 30 days. */
  readonly logRetentionDays: number;
  /** Seed 002, "Monitoring & Observability": Tempo keeps 7 days. */
  readonly traceRetentionDays: number;
  /** Traces that are kept beside failed and slow ones, in percent: seed 002 says 10; dev keeps them all. */
  readonly traceSamplingPercent: number;
}

const seed = { logRetentionDays: 30, traceRetentionDays: 7 };

export const foundationSizes: Record<Environment, FoundationSizes> = {
  dev: { ...seed, pods: developmentPods, metricsRetentionDays: 3, traceSamplingPercent: 100 },
  staging: { ...seed, pods: stagingPods, metricsRetentionDays: 15, traceSamplingPercent: 10 },
  production: { ...seed, pods: productionPods, metricsRetentionDays: 30, traceSamplingPercent: 10 },
};
