/** Level 2 (seed 000, "Data Processing"): Spark, as a stream that never ends and a batch each night. */
import { images, type ClinicalTrialsJob } from "../../config/index.ts";
import type { ApplicationSpec, SparkApplicationSpec } from "../model/index.ts";
import { kafkaSparkClient, objectStoreClient } from "./clients.ts";
import { topics } from "./infrastructure.ts";
import { imageOf, isSampled, namespaceOf, sizesOf, type ClinicalStack } from "./stack.ts";

export function processing(stack: ClinicalStack): ApplicationSpec {
  return {
    name: "data-processing",
    namespace: namespaceOf(stack),
    dependsOn: ["infrastructure", "data-ingestion"],
    configs: [],
    secrets: [],
    claims: [],
    data: [streaming(stack), batch(stack)],
    workloads: [],
    routes: [],
  };
}

/** Validates events as they come. */
function streaming(stack: ClinicalStack): SparkApplicationSpec {
  return {
    ...sparkApplication(stack, "spark-streaming", "stream.py"),
    purpose: "Validates clinical events as they come",
    env: {
      ...kafkaSparkClient(stack, "spark-streaming"),
      ...objectStoreClient(stack, "spark"),
      KAFKA_TOPIC: topics.clinicalEvents,
      KAFKA_GROUP: "spark-streaming",
    },
    size: sizesOf(stack).sparkStreaming,
    priorityClass: "medium-priority",
  };
}

/** Aggregates the day, at 01:00. */
function batch(stack: ClinicalStack): SparkApplicationSpec {
  return {
    ...sparkApplication(stack, "spark-batch", "batch.py"),
    purpose: "Aggregates a day of clinical events",
    env: objectStoreClient(stack, "spark"),
    size: sizesOf(stack).sparkBatch,
    schedule: "0 1 * * *",
    // Seed 000, "Priority Classes": batch jobs are of the lowest.
    priorityClass: "low-priority",
  };
}

function sparkApplication(stack: ClinicalStack, name: ClinicalTrialsJob, file: string) {
  return {
    kind: "spark-application",
    name,
    image: imageOf(stack, name, images.spark),
    mainFile: isSampled(stack, name)
      ? "local:///opt/spark/examples/src/main/python/pi.py"
      : `local:///opt/app/${file}`,
    callers: [{ kind: "monitoring", port: "metrics" }],
    rotation: 1,
  } as const;
}
