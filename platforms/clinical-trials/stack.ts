/** What the pages of the clinical-trials platform share: its stack, its names, its hosts. */
import type {
  ClinicalTrialsSettings,
  ClinicalTrialsSizes,
  ClinicalTrialsWorkload,
  ImagePin,
  Settings,
} from "../../config/index.ts";
import type { ConfigSpec } from "../model/index.ts";

export interface ClinicalStack {
  readonly settings: Settings;
  readonly clinical: ClinicalTrialsSettings;
}

/** Seed 000, "Kustomize Multi-Environment": `clinical-mlops-dev`, `-staging`, `-production`. */
export function namespaceOf({ settings }: ClinicalStack): string {
  return `clinical-mlops-${settings.environment}`;
}

export function sizesOf({ settings }: ClinicalStack): ClinicalTrialsSizes {
  return settings.sizes.clinicalTrials;
}

export function isProduction({ settings }: ClinicalStack): boolean {
  return settings.environment === "production";
}

/** The six hosts of the seed ("Ingress Resources"), under the stack's domain. */
export type Host = "api" | "ml" | "mlflow" | "airflow" | "grafana" | "prometheus";

export function hostOf({ settings }: ClinicalStack, host: Host): string {
  return `${host}.clinical-mlops.${settings.domain}`;
}

/** The stack's image of a workload, else the one given. */
export function imageOf({ clinical }: ClinicalStack, workload: ClinicalTrialsWorkload, pin: ImagePin) {
  return clinical.workloads[workload]?.image ?? pin.reference;
}

/** Whether a sample stands in for a workload of the platform's own. */
export function isSampled({ settings, clinical }: ClinicalStack, workload: ClinicalTrialsWorkload): boolean {
  return settings.images.sample && clinical.workloads[workload]?.image === undefined;
}

/**
 * The overlay of the environment, as variables of an application's workloads (seed 000, "Kustomize Multi-Environment":
 * debug in dev, INFO in staging, WARNING in production; metrics from staging; tracing and audit log in production).
 */
export function environmentConfig(
  { settings: { environment } }: ClinicalStack,
  application: string,
): ConfigSpec {
  const production = String(environment === "production");
  return {
    name: environmentOf(application),
    data: {
      ENVIRONMENT: environment,
      LOG_LEVEL: { dev: "DEBUG", staging: "INFO", production: "WARNING" }[environment],
      ENABLE_METRICS: "true",
      ENABLE_TRACING: production,
      ENABLE_AUDIT_LOG: production,
    },
  };
}

/** Name of the ConfigMap with an application's overlay. */
export function environmentOf(application: string): string {
  return `${application}-environment`;
}
