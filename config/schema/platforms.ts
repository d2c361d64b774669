/** What a stack may say about each platform. A platform that is not named is not deployed. */
import { z } from "zod";
import type { Frozen } from "./frozen.ts";
import { dnsLabel, imageReference } from "./names.ts";

/** What may be said about one workload, over the sizes of the environment. */
const workloadOverride = z
  .strictObject({
    image: imageReference
      .optional()
      .describe(
        "Image to run, with tag or digest. Outside dev never `latest`; in production a release tag or a digest.",
      ),
    replicas: z
      .int()
      .min(0)
      .max(500)
      .optional()
      .describe("Fixed number of replicas, in place of the environment's figure; switches autoscaling off.")
      .meta({ examples: [3] }),
  })
  .describe("Overrides for one workload.");

/** The workloads of the cancer platform. */
export const cancerWorkloads = ["api", "mlflow", "prometheus", "grafana"] as const;
export type CancerWorkload = (typeof cancerWorkloads)[number];

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

export const platforms = z
  .strictObject({ cancer: cancer.optional() })
  .describe("The platforms to deploy, each with its settings; one that is not named is not deployed.")
  .meta({ examples: [{ cancer: { expose: "gateway" } }] });

export type PlatformsSettings = Frozen<z.infer<typeof platforms>>;
export type CancerSettings = Frozen<z.infer<typeof cancer>>;
export type WorkloadOverride = Frozen<z.infer<typeof workloadOverride>>;
/** The platforms Quint knows, in the order they are deployed. */
export const platformNames = platforms.keyof().options;
export type PlatformName = (typeof platformNames)[number];
