/** Which parts of the clinical-trials platform have a size. */
import type {
  AirflowSize,
  KafkaSize,
  NamespaceSize,
  ObjectStoreSize,
  Resources,
  SparkApplicationSize,
  StoreSize,
  WorkloadSize,
} from "../types.ts";

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
