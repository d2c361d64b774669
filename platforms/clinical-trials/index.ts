/**
 * Clinical trials MLOps (seed 000): a data gateway, streaming and batch processing, features, training, model serving
 * and orchestration, in one namespace an environment. A file a level of the seed.
 */
import type { ClinicalTrialsSettings, Settings } from "../../config/index.ts";
import type { ApplicationSpec, BackupsSpec, NamespaceSpec, Platform } from "../model/index.ts";
import { features } from "./features.ts";
import { infrastructure } from "./infrastructure.ts";
import { ingestion } from "./ingestion.ts";
import { mlPipeline } from "./ml-pipeline.ts";
import { observability } from "./observability.ts";
import { orchestration } from "./orchestration.ts";
import { accessOf, projectOf } from "./people.ts";
import { processing } from "./processing.ts";
import { isProduction, namespaceOf, sizesOf, type ClinicalStack } from "./stack.ts";

export function clinicalTrials(settings: Settings, clinical: ClinicalTrialsSettings): Platform {
  const stack: ClinicalStack = { settings, clinical };
  const levels = [
    infrastructure(stack),
    ingestion(stack),
    processing(stack),
    features(stack),
    mlPipeline(stack),
    orchestration(stack),
    observability(stack),
  ];
  return {
    name: "clinical-trials",
    description: "Clinical trials MLOps: data gateway, streaming, features, training, serving, orchestration",
    namespaces: [namespace(stack)],
    applications: levels.map((level): ApplicationSpec => ({ ...level, labels: overlayLabels(stack) })),
    projects: [projectOf(stack)],
    backups: backups(stack),
  };
}

function namespace(stack: ClinicalStack): NamespaceSpec {
  return {
    name: namespaceOf(stack),
    labels: { "app.kubernetes.io/name": "clinical-mlops", ...overlayLabels(stack) },
    podSecurity: "restricted",
    injected: true,
    size: sizesOf(stack).namespace,
    access: accessOf(stack),
  };
}

/** Labels of everything in an environment; production is where patients' data is. */
function overlayLabels(stack: ClinicalStack): Readonly<Record<string, string>> {
  return {
    environment: stack.settings.environment,
    ...(isProduction(stack) ? { compliance: "hipaa", "data-classification": "phi" } : {}),
  };
}

/** Seed 000, "Backup & Disaster Recovery". PostgreSQL and the object store carry their own backups. */
function backups(stack: ClinicalStack): BackupsSpec {
  const namespaces = [namespaceOf(stack)];
  return {
    timeObjectiveHours: 4,
    pointObjectiveHours: 1,
    schedules: [
      { name: "daily", schedule: "0 2 * * *", retentionDays: 30, namespaces },
      ...(isProduction(stack)
        ? [{ name: "hourly", schedule: "0 * * * *", retentionDays: 7, namespaces }]
        : []),
    ],
    verification: "0 4 * * 0",
  };
}
