/** Which parts of the code-review platform have a size. */
import type { KafkaSize, NamespaceSize, ObjectStoreSize, StoreSize, WorkloadSize } from "../types.ts";

/** A version's services; those that the seed gives no figures for share one. */
export interface CodeReviewServiceSizes {
  readonly "auth-service": WorkloadSize;
  readonly "analysis-service": WorkloadSize;
  readonly "ai-orchestrator": WorkloadSize;
  readonly others: WorkloadSize;
}

export interface CodeReviewSizes {
  readonly stable: CodeReviewServiceSizes;
  readonly experiment: CodeReviewServiceSizes;
  readonly quarantine: CodeReviewServiceSizes;
  readonly postgresql: StoreSize;
  readonly cache: StoreSize;
  readonly neo4j: StoreSize;
  readonly objectStore: ObjectStoreSize;
  readonly kafka: KafkaSize;
  readonly opa: StoreSize;
  readonly namespaces: Readonly<
    Record<"stable" | "experiment" | "quarantine" | "infrastructure", NamespaceSize>
  >;
}
