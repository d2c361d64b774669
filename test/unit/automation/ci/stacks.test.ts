/** What workflows are told of a stack, the images it declares, and digests that come back into its file. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildsOf } from "../../../../automation/ci/builds.ts";
import { declaredImages, imageParts, versionsIn } from "../../../../automation/ci/declared-images.ts";
import { factsIn, outputLines } from "../../../../automation/ci/facts.ts";
import { pinImage } from "../../../../automation/ci/pin-image.ts";
import { changed, type Change, projectFolder, removeFolders } from "../../config/project-folder.ts";

const digest = `sha256:${"a".repeat(64)}`;

describe("what CI knows of a stack", () => {
  after(removeFolders);

  it("deploys where a runner is named, with the clouds that are used", () => {
    const own = factsIn(changed("production", {}));
    assert.deepEqual([own.deploys, own.runner, own.oci, own.aws], [false, ["ubuntu-24.04"], true, false]);
    const runner = ["self-hosted", "production-network"];
    const awsState = { backend: "s3://b?region=eu-central-1", secretsProvider: "awskms://alias/k" };
    const cases = [
      { state: awsState, aws: true, pulumi: false },
      {
        state: { backend: "s3://b?endpoint=x.oraclecloud.com", secretsProvider: "passphrase" },
        aws: false,
        pulumi: false,
      },
      { state: { backend: "https://api.example.com", secretsProvider: "default" }, aws: false, pulumi: true },
    ];
    for (const { state, ...expected } of cases) {
      const {
        deploys,
        runner: labels,
        aws,
        pulumi,
      } = factsIn(changed("production", { ci: { runner }, state }));
      assert.deepEqual({ deploys, labels, aws, pulumi }, { deploys: true, labels: runner, ...expected });
    }
  });

  it("becomes outputs of a step, one a line", () => {
    assert.deepEqual(outputLines({ a: "x y", b: true, c: ["l"] }), ["a=x y", "b=true", 'c=["l"]']);
  });

  it("names the version that `deploy` would be given, where the settings name one", () => {
    const version = (platform: string, change: Change = {}): string | undefined =>
      factsIn(changed("production", change)).platforms.find(({ name }) => name === platform)?.version;
    const api = { api: { image: `r.example.com/api:v2.0.0@${digest}` } };
    assert.equal(version("cancer", { "platforms.cancer.workloads": api }), "v2.0.0");
    const training = "platforms.clinical-trials.workloads.training.image";
    assert.equal(version("clinical-trials", { [training]: "r/training:v9.0.0" }), "");
    // Which of its copies runs what, `up` delivers as the settings say.
    assert.equal(version("chest-xray"), "");
  });

  it("takes images apart, and nothing else for one", () => {
    assert.deepEqual(imageParts("r.example.com:5000/a/b:v1"), {
      repository: "r.example.com:5000/a/b",
      tag: "v1",
    });
    assert.deepEqual(imageParts(`r/a@${digest}`), { repository: "r/a", tag: "" });
    for (const other of ["Europe/Berlin", "api", "https://a.example.com/b", "10.0.0.0/8", "r/a"])
      assert.equal(imageParts(other), undefined, other);
  });

  it("builds the declared images whose sources are here, where they changed", () => {
    const root = projectFolder();
    mkdirSync(join(root, "services", "clinical-gateway"), { recursive: true });
    writeFileSync(join(root, "services", "clinical-gateway", "Dockerfile"), "FROM scratch\n");
    const settings = changed("staging", {});
    const all = buildsOf(settings, root);
    assert.deepEqual(all.builds, [
      {
        repository: "ghcr.io/your-organization/clinical-gateway",
        registry: "ghcr.io",
        context: "services/clinical-gateway",
      },
    ]);
    assert.ok(all.elsewhere.includes("ghcr.io/your-organization/model-serving"));
    assert.equal(buildsOf(settings, root, ["services/clinical-gateway/main.py"]).builds.length, 1);
    assert.equal(buildsOf(settings, root, ["services/clinical-gateway-v2/main.py"]).builds.length, 0);
  });

  it("writes a digest wherever the stack names the image, and keeps the versions of releases", () => {
    const root = projectFolder();
    const file = join(root, "Pulumi.production.yaml");
    const image = `ghcr.io/your-organization/model-serving:v1.1.0@${digest}`;
    assert.equal(pinImage(root, "production", image).length, 1);
    assert.ok(readFileSync(file, "utf8").includes(`image: ${image}\n`));
    assert.deepEqual(pinImage(root, "production", image), []);
    const recovery = `ghcr.io/your-organization/recovery:v1.1.0@${digest}`;
    assert.equal(pinImage(root, "production", recovery).length, 1);
    assert.ok(readFileSync(file, "utf8").includes(`    recovery: ${recovery}\n`));
    assert.deepEqual(pinImage(root, "production", recovery), []);
    assert.deepEqual(pinImage(root, "production", `ghcr.io/elsewhere/x:v1.0.0@${digest}`), []);
    assert.throws(() => pinImage(root, "production", "r/a:v1"), /not an image with tag and digest/);
  });

  it("lists images under releases by their path", () => {
    const release = (tag: string) =>
      Object.fromEntries(
        ["auth-service", "analysis-service", "ai-orchestrator"].map((name) => [name, `r/${name}:${tag}`]),
      );
    const releases = { "v1.0.0": release("v1.0.0"), "v2.0.0": release("v2.0.0") };
    const settings = changed("production", {
      "platforms.code-review": { releases, versions: { stable: "v1.0.0" } },
    });
    const images = declaredImages(settings.platforms);
    assert.ok(images.some(({ path }) => path.join("/") === "code-review/releases/v2.0.0/auth-service"));
    assert.deepEqual(versionsIn(settings, "code-review"), ["v1.0.0", "v2.0.0"]);
  });
});
