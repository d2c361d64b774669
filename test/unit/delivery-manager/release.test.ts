/** What a version changes in a stack's settings, platform by platform. */
import assert from "node:assert/strict";
import {
  releases,
  tagOf,
  withTag,
  type ReleasePlan,
  type ReleaseRequest,
} from "../../../platforms/release/index.ts";
import type { PlatformName } from "../../../config/index.ts";
import { changed, type Change } from "../config/project-folder.ts";

const settings = (change: Change = {}) => changed("production", change);
const plan = (platform: PlatformName, request: ReleaseRequest, change?: Change) =>
  releases[platform].plan(settings(change), request);
const edited = (made: ReturnType<typeof plan>): Record<string, unknown> =>
  Object.fromEntries((made as ReleasePlan).edits.map(({ path, value }) => [path.slice(1).join("."), value]));

describe("a version of a platform", () => {
  for (const [image, tagged, tag] of [
    ["ghcr.io/o/a:v1", "ghcr.io/o/a:v2", "v1"],
    ["localhost:5000/a", "localhost:5000/a:v2", undefined],
    ["r/a:v1@sha256:0123", "r/a:v2", "v1"],
    ["r/a:v2@sha256:0123", "r/a:v2@sha256:0123", "v2"],
  ] as const) {
    it(`is the tag of ${image}`, () => {
      assert.equal(withTag(image, "v2"), tagged);
      assert.equal(tagOf(image), tag);
    });
  }

  it("is the tag of all of the platform's own images, and of no other", () => {
    const image = (name: string): string => `ghcr.io/your-organization/${name}:v1.4.0`;
    assert.deepEqual(edited(plan("cancer", { version: "v1.4.0" })), {
      "cancer.workloads.api.image": image("cancer-mlops-api"),
    });
    const clinical = edited(plan("clinical-trials", { version: "v1.4.0", strategy: "canary" }));
    assert.equal(clinical["clinical-trials.workloads.model-serving.image"], image("model-serving"));
    assert.equal(clinical["clinical-trials.modelServing"], "canary");
    assert.equal(Object.keys(clinical).length, 10, "nine images and the strategy");
    assert.equal(
      edited(plan("health-data", { version: "v1.4.0" }))["health-data.workloads.health-api.image"],
      image("health-api"),
    );
  });

  it("is a release of code-review, which stable runs, or the environment that is named", () => {
    const made = edited(plan("code-review", { version: "v1.4.0" }));
    assert.equal(made["code-review.versions.stable"], "v1.4.0");
    assert.deepEqual(Object.keys(made["code-review.releases.v1.4.0"] as object).slice(0, 3), [
      "auth-service",
      "analysis-service",
      "ai-orchestrator",
    ]);
    assert.equal(
      edited(plan("code-review", { version: "v1.4.0", environment: "experiment" }))[
        "code-review.versions.experiment"
      ],
      "v1.4.0",
    );
  });

  it("goes to the copy of chest-xray that takes no requests, and to no other", () => {
    const traffic = "platforms.chest-xray.traffic";
    assert.deepEqual(Object.keys(edited(plan("chest-xray", { version: "v2.1.0" }))), [
      "chest-xray.workloads.green.image",
    ]);
    const green = { [traffic]: { blue: 0, green: 100 } };
    assert.deepEqual(Object.keys(edited(plan("chest-xray", { version: "v2.1.0" }, green))), [
      "chest-xray.workloads.blue.image",
    ]);
    assert.match(
      String((plan("chest-xray", { version: "v2.1.0", environment: "blue" }) as { reason?: string }).reason),
      /blue takes requests/,
    );
    const half = plan("chest-xray", { version: "v2.1.0" }, { [traffic]: { blue: 50, green: 50 } });
    assert.match(String((half as { reason?: string }).reason), /both copies take requests/);
  });

  it("is current where all images have the one tag, and chest-xray has one active copy", () => {
    assert.equal(releases["clinical-trials"].current(settings()), "v1.0.0");
    const mixed = { "platforms.clinical-trials.workloads.training.image": "r/training:v9.0.0" };
    assert.equal(releases["clinical-trials"].current(settings(mixed)), undefined);
    assert.equal(releases["chest-xray"].current(settings()), "v1.0.0");
    assert.equal(
      releases["chest-xray"].current(settings({ "platforms.chest-xray.traffic": { blue: 50, green: 50 } })),
      undefined,
    );
  });
});
