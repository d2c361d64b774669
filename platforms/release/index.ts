/** Releases: how a version of each platform becomes edits of a stack's settings. */
import type { PlatformName } from "../../config/index.ts";
import { chestXrayRelease } from "./chest-xray.ts";
import { codeReviewRelease } from "./code-review.ts";
import { ownImages } from "./own-images.ts";
import { settingPath, type ReleaseOf } from "./plan.ts";

export * from "./plan.ts";

export const releases: Readonly<Record<PlatformName, ReleaseOf>> = {
  cancer: ownImages({
    platform: "cancer",
    strategies: ["rolling"],
    overrides: ({ platforms }) => platforms.cancer?.workloads ?? {},
    others: ["mlflow", "prometheus", "grafana"],
  }),
  "clinical-trials": ownImages({
    platform: "clinical-trials",
    // The gateway is always a canary; the strategy is model-serving's.
    strategies: ["blue-green", "canary"],
    overrides: ({ platforms }) => platforms["clinical-trials"]?.workloads ?? {},
    others: ["mlflow", "airflow"],
    strategyEdits: (strategy) =>
      strategy === undefined
        ? []
        : [{ path: settingPath("clinical-trials", "modelServing"), value: strategy }],
  }),
  "code-review": codeReviewRelease,
  "health-data": ownImages({
    platform: "health-data",
    strategies: ["rolling"],
    overrides: ({ platforms }) => platforms["health-data"]?.workloads ?? {},
    others: [],
  }),
  "chest-xray": chestXrayRelease,
};
