/** Level 3 (seed 000, "Feature Engineering"): the feature store service. */
import type { ApplicationSpec, WorkloadSpec } from "../model/index.ts";
import { cacheClient, objectStoreClient } from "./clients.ts";
import { from, service } from "./service.ts";
import { environmentConfig, namespaceOf, type ClinicalStack } from "./stack.ts";

const name = "feature-engineering";

export function features(stack: ClinicalStack): ApplicationSpec {
  return {
    name,
    namespace: namespaceOf(stack),
    dependsOn: ["infrastructure", "data-processing"],
    configs: [environmentConfig(stack, name)],
    secrets: [],
    claims: [],
    workloads: [featureStore(stack)],
    routes: [],
  };
}

/** Features for training from the object store, for serving from the cache. */
function featureStore(stack: ClinicalStack): WorkloadSpec {
  return service(stack, {
    name: "feature-engineering",
    component: "feature-store",
    application: name,
    env: {
      ...objectStoreClient(stack, "feature-engineering"),
      ...cacheClient(stack),
      FEATURES_BUCKET: "features",
    },
    callers: from("model-serving", "training", "airflow", "monitoring-service"),
    priorityClass: "medium-priority",
    scrapeSeconds: 30,
  });
}
