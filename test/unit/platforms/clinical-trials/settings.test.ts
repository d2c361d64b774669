/** What a stack's settings change about the clinical-trials page. */
import assert from "node:assert/strict";
import { refusal } from "../../config/project-folder.ts";
import { data, page, route, workload } from "./page.ts";

describe("settings of clinical-trials", () => {
  it("choose how model serving lets a version in; the gateway's canary stays", () => {
    const strategyOf = (platform: ReturnType<typeof page>, name: string) => {
      const { progressive } = workload(platform, name);
      return progressive?.kind === "canary"
        ? progressive.steps.map(({ weight }) => weight)
        : progressive?.kind;
    };
    assert.equal(strategyOf(page("production"), "model-serving"), "blue-green");
    const canary = page("production", { modelServing: "canary" });
    assert.deepEqual(strategyOf(canary, "model-serving"), [20, 50, 80, 100]);
    assert.deepEqual(strategyOf(canary, "clinical-gateway"), [10, 50, 100]);
    // "Analysis Templates (4 templates)"; "Manual promotion for safety".
    const four = ["success-rate", "latency", "availability", "error-rate"];
    const rollouts = [page("production"), canary].flatMap((platform) =>
      ["clinical-gateway", "model-serving"].map((name) => workload(platform, name).progressive),
    );
    for (const rollout of rollouts) {
      assert.deepEqual(rollout?.analyses, four);
      if (rollout.kind === "blue-green") assert.equal(rollout.promotion, "manual");
    }
  });

  it("say which pages may call the gateway, and who may reach Prometheus", () => {
    const platform = page("staging", {
      corsOrigins: ["https://portal.example.org"],
      internalCidrs: ["10.9.0.0/16"],
    });
    assert.deepEqual(route(platform, "clinical-gateway").access?.cors?.origins, [
      "https://portal.example.org",
    ]);
    assert.deepEqual(route(platform, "prometheus").access?.allowCidrs, ["10.9.0.0/16"]);
    const cors = route(page("staging"), "clinical-gateway").access?.cors;
    assert.deepEqual(cors?.origins, ["https://clinical-mlops.staging.example.com"]);
  });

  it("put deployment windows and training into a time zone", () => {
    const platform = page("production", { timeZone: "Europe/Berlin" });
    const [job] = platform.applications.flatMap(({ jobs = [] }) => jobs);
    assert.equal(job?.schedule?.timeZone, "Europe/Berlin");
    assert.equal(platform.projects?.[0]?.windows?.[0]?.timeZone, "Europe/Berlin");
    assert.equal(page("production").projects?.[0]?.windows?.[0]?.timeZone, "Etc/UTC");
  });

  it("replace a sample by an image of one's own, with the command and probes that it brings", () => {
    const sample = workload(page("dev"), "clinical-gateway").container;
    assert.match(sample.image, /\/podinfo:/);
    assert.deepEqual(sample.command, ["./podinfo"]);
    const own = page("dev", { workloads: { "clinical-gateway": { image: "r/gateway:develop" } } });
    const { container } = workload(own, "clinical-gateway");
    assert.equal(container.image, "r/gateway:develop");
    assert.equal(container.command, undefined);
    assert.equal(container.probes.readiness.path, "/ready");
  });

  it("replace the samples of work that ends, too", () => {
    const jobOf = (platform: ReturnType<typeof page>) =>
      platform.applications.flatMap(({ jobs = [] }) => jobs).find(({ name }) => name === "training")
        ?.container;
    assert.deepEqual(jobOf(page("dev"))?.args, ["--version"]);
    const own = page("dev", {
      workloads: { training: { image: "r/training:develop" }, "spark-batch": { image: "r/spark:develop" } },
    });
    assert.equal(jobOf(own)?.image, "r/training:develop");
    assert.equal(jobOf(own)?.command, undefined);
    const files = (platform: ReturnType<typeof page>) =>
      ["spark-batch", "spark-streaming"].map((name) => {
        const spec = data(platform, name);
        return spec.kind === "spark-application" ? spec.mainFile : undefined;
      });
    assert.deepEqual(files(own), [
      "local:///opt/app/batch.py",
      "local:///opt/spark/examples/src/main/python/pi.py",
    ]);
  });

  it("fix replicas in place of an autoscaler", () => {
    const platform = page("production", {
      workloads: { "clinical-gateway": { image: "r/a:v1.0.0", replicas: 4 } },
    });
    assert.deepEqual(workload(platform, "clinical-gateway").size, {
      replicas: 4,
      resources: { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "1", memory: "2Gi" } },
    });
  });

  // Key below the platform -> a value that is wrong, and why.
  const wrong: Record<string, readonly [Readonly<Record<string, unknown>>, RegExp]> = {
    modelServing: [{ modelServing: "bluegreen" }, /^is none of `blue-green`, `canary`$/],
    "corsOrigins[0]": [{ corsOrigins: ["*"] }, /^is not an https origin without a path$/],
    corsOrigins: [{ corsOrigins: [] }, /^is empty$/],
    "internalCidrs[0]": [{ internalCidrs: ["0.0.0.0/0"] }, /^is a large part of the internet, and/],
    "internalCidrs[1]": [{ internalCidrs: ["10.0.0.0/8", "128.0.0.0/1"] }, /^is a large part of/],
    timeZone: [{ timeZone: "europe/berlin" }, /^is not the name of a time zone, capitals as in/],
    "workloads.training.replicas": [{ workloads: { training: { replicas: 2 } } }, /^is not a setting/],
  };
  for (const [key, [change, reason]] of Object.entries(wrong)) {
    it(`refuse ${JSON.stringify(change)}, and say what to write`, () => {
      const { problems } = refusal(() => page("production", change));
      const found = problems.find((problem) => problem.key === `quint:platforms.clinical-trials.${key}`);
      assert.match(found?.reason ?? "", reason);
      assert.ok(found?.remedy);
    });
  }
});
