/** What a stack may say about the cancer platform. */
import { z } from "zod";
import type { Frozen } from "../frozen.ts";
import { dnsLabel } from "../names.ts";
import { workloadOverride } from "./workload-override.ts";

/** The workloads of the cancer platform. */
const cancerWorkloads = ["api", "mlflow", "prometheus", "grafana"] as const;

export const cancer = z
  .strictObject({
    expose: z
      .enum(["direct", "gateway"])
      .describe(
        "How users reach it: `direct` opens a LoadBalancer (80) and NodePorts (30500, 30900, 30300), in dev only; `gateway` goes through the ingress gateway with TLS.",
      )
      .meta({ examples: ["gateway"] }),
    routing: z
      .enum(["paths", "subdomains"])
      .default("subdomains")
      .describe(
        "Behind the gateway: one host with `/api`, `/mlflow`, `/prometheus`, `/grafana`, or one host for each.",
      ),
    namespace: dnsLabel.default("cancer-mlops").describe("Namespace of the platform."),
    model: z
      .strictObject({
        name: z
          .string()
          .min(1)
          .default("cancer-classifier")
          .describe("Registered model that the API serves."),
        version: z
          .string()
          .min(1)
          .default("1")
          .describe("Version of the model, or an alias such as `champion`."),
      })
      .prefault({})
      .describe("The model that the API loads."),
    workloads: z
      .partialRecord(z.enum(cancerWorkloads), workloadOverride)
      .default({})
      .describe("Overrides by workload: `api`, `mlflow`, `prometheus`, `grafana`.")
      .meta({ examples: [{ api: { replicas: 3 } }] }),
  })
  .describe("Cancer MLOps: prediction API, MLflow, and a Prometheus and Grafana of its own.");

export type CancerSettings = Frozen<z.infer<typeof cancer>>;
