/**
 * Clinical trials MLOps (seed 000): a data gateway, streaming and batch processing, features, training, model serving
 * and orchestration, in one namespace an environment. A file a level of the seed.
 */
import type { ClinicalTrialsSettings, Settings } from "../../config/index.ts";
import { backupsOf } from "../backup-schedules.ts";
import { withDashboards } from "../dashboards/standard.ts";
import type { ApplicationSpec, NamespaceSpec, Platform } from "../model/index.ts";
import { dashboardsCalled } from "./dashboards.ts";
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
  const page: Platform = {
    name: "clinical-trials",
    description: "Clinical trials MLOps: data gateway, streaming, features, training, serving, orchestration",
    namespaces: [namespace(stack)],
    applications: levels.map((level): ApplicationSpec => ({ ...level, labels: overlayLabels(stack) })),
    projects: [projectOf(stack)],
    backups: backupsOf(settings, [namespaceOf(stack)]),
  };
  return withDashboards(page, { application: "observability", called: dashboardsCalled });
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
