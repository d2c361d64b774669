/** Which setting `scale` and `set-image` change. */
import assert from "node:assert/strict";
import { settingOf } from "../../../automation/session/workload-setting.ts";
import { settingsOf } from "../../support/stacks.ts";

describe("the setting of a workload", () => {
  const found: readonly (readonly [
    stack: string,
    workload: string,
    key: "image" | "replicas",
    path: string,
  ])[] = [
    ["dev", "cancer/api", "replicas", "cancer.workloads.api.replicas"],
    ["dev", "cancer/cancer-mlops/api", "image", "cancer.workloads.api.image"],
    ["dev", "chest-xray/dev-green/chest-xray-mlops", "image", "chest-xray.workloads.green.image"],
    [
      "production",
      "code-review/platform-v2-stable/auth-service",
      "replicas",
      "code-review.workloads.auth-service.replicas",
    ],
    [
      "production",
      "code-review/platform-v3-quarantine/auth-service",
      "image",
      "code-review.releases.v1.0.0.auth-service",
    ],
  ];
  for (const [stack, workload, key, path] of found) {
    it(`of ${workload} in ${stack}: ${path}`, () => {
      assert.equal(settingOf(workload, key, settingsOf(stack)).join("."), `quint:platforms.${path}`);
    });
  }

  const refused: readonly (readonly [
    stack: string,
    workload: string,
    key: "image" | "replicas",
    why: RegExp,
  ])[] = [
    ["dev", "cancer/apy", "image", /^dev has no workload "cancer\/apy"\.$/],
    ["dev", "chest-xray/chest-xray-mlops", "image", /^dev has 2 workloads "chest-xray\/chest-xray-mlops"\.$/],
    [
      "production",
      "code-review/platform-v1-exp/auth-service",
      "replicas",
      /^No setting says the replicas of code-review\/platform-v1-exp\/auth-service in production\.$/,
    ],
  ];
  for (const [stack, workload, key, message] of refused) {
    it(`is refused for ${workload} in ${stack}`, () => {
      assert.throws(() => settingOf(workload, key, settingsOf(stack)), { ending: "badInput", message });
    });
  }

  it("is asked for again with the names that there are", () => {
    assert.throws(() => settingOf("chest-xray/chest-xray-mlops", "image", settingsOf("dev")), {
      remedies: ["Say which: chest-xray/dev-blue/chest-xray-mlops, chest-xray/dev-green/chest-xray-mlops."],
    });
  });
});
