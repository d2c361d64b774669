/** Every add-on by name: the compiler finds the one that is missing. */
import type { AddOnName } from "../../platforms/model/foundation.ts";
import { argoCd } from "./argo-cd.ts";
import { argoRollouts } from "./argo-rollouts.ts";
import { certificates } from "./certificates.ts";
import type { AddOnDefinition } from "./definition.ts";
import { externalSecrets } from "./external-secrets.ts";
import { ingressGateway } from "./ingress-gateway.ts";
import { istio } from "./istio.ts";
import { loki } from "./loki.ts";
import { metricsServer } from "./metrics-server.ts";
import { opentelemetry } from "./opentelemetry.ts";
import { cloudnativePg, keda, rabbitmq, spark, strimzi } from "./operators.ts";
import { prometheus } from "./prometheus.ts";
import { sealedSecrets } from "./sealed-secrets.ts";
import { tempo } from "./tempo.ts";
import { velero } from "./velero.ts";

export const definitions: Record<AddOnName, AddOnDefinition> = {
  "monitoring-crds": { values: () => ({}) },
  istio,
  "cert-manager": certificates,
  "ingress-gateway": ingressGateway,
  "metrics-server": metricsServer,
  "external-secrets": externalSecrets,
  "sealed-secrets": sealedSecrets,
  prometheus,
  loki,
  tempo,
  opentelemetry,
  "argo-cd": argoCd,
  "argo-rollouts": argoRollouts,
  velero,
  "cloudnative-pg": cloudnativePg,
  strimzi,
  rabbitmq,
  spark,
  keda,
};
