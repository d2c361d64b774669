/** Sizes of the clinical-trials platform. Production carries the seed's figures (seed 000). */
import type { Environment } from "../schema/settings.ts";
import { development } from "./clinical-trials/development.ts";
import { production } from "./clinical-trials/production.ts";
import { staging } from "./clinical-trials/staging.ts";
import type {
  AirflowSize,
  KafkaSize,
  NamespaceSize,
  ObjectStoreSize,
  Resources,
  SparkApplicationSize,
  StoreSize,
  WorkloadSize,
} from "./types.ts";

export interface ClinicalTrialsSizes {
  /** The application services, which the seed's overlays size. */
  readonly services: Readonly<
    Record<
      | "clinical-gateway"
      | "kafka-producer"
      | "kafka-consumer"
      | "feature-engineering"
      | "mlflow"
      | "model-serving"
      | "monitoring-service",
      WorkloadSize
    >
  >;
  readonly postgresql: StoreSize;
  readonly cache: StoreSize;
  readonly objectStore: ObjectStoreSize;
  readonly kafka: KafkaSize;
  readonly sparkStreaming: SparkApplicationSize;
  readonly sparkBatch: SparkApplicationSize;
  readonly training: Resources;
  readonly airflow: AirflowSize;
  readonly namespace: NamespaceSize;
}

export const clinicalTrialsSizes: Record<Environment, ClinicalTrialsSizes> = {
  dev: development,
  staging,
  production,
};
