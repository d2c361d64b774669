/** `quint images`: what a mirror must hold, as people and as machines read it; and that a stack then takes it there. */
import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { artifactTables } from "../../../automation/console/artifacts.ts";
import type { Settings } from "../../../config/index.ts";
import { artifactsOf, describeStack } from "../../../platforms/index.ts";
import { imagesIn } from "../../../platforms/images.ts";
import { settingsOf } from "../../support/stacks.ts";

const mirror = "registry.example.com/mirror";

function mirrored(): Settings {
  const settings = settingsOf("production");
  return {
    ...settings,
    charts: { mirror: "oci://registry.example.com/charts" },
    images: { ...settings.images, mirror },
  };
}

const text = (settings: Settings) =>
  artifactTables(artifactsOf(settings)).map((line) => stripVTControlCharacters(line));

describe("quint images", () => {
  it("lists production's charts and images with versions and architectures", () => {
    const lines = text(settingsOf("production"));
    const line = (pattern: RegExp) => {
      assert.ok(
        lines.some((each) => pattern.test(each)),
        String(pattern),
      );
    };
    line(/^ {2}oci:\/\/quay\.io\/jetstack\/charts\/cert-manager +v1\.21\.1 +v1\.21\.1 +add-on cert-manager$/);
    line(/^ {2}quay\.io\/argoproj\/argocd:v3\.4\.4 +amd64, arm64 +chart argo-cd$/);
    line(/^ {2}ghcr\.io\/mlflow\/mlflow:v3\.11\.1 +amd64, arm64 +platform cancer$/);
    line(/^ {2}ghcr\.io\/your-organization\/cancer-mlops-api:v1\.0\.0 +\(your own\) +platform cancer$/);
    assert.ok(!lines.some((each) => each.includes("taken from")));
  });

  it("says from where the stack takes each, where there is a mirror", () => {
    const lines = text(mirrored());
    assert.ok(lines.some((each) => each.endsWith(" oci://registry.example.com/charts/velero")));
    assert.ok(lines.some((each) => each.endsWith(" registry.example.com/mirror/argoproj/argocd:v3.4.4")));
  });

  it("leaves no image of a platform at its publisher, where there is a mirror", () => {
    const { platforms } = describeStack(mirrored());
    const images = platforms.flatMap(imagesIn);
    assert.ok(images.includes(`${mirror}/mlflow/mlflow:v3.11.1`), images.join());
    for (const image of images) assert.ok(image.startsWith(`${mirror}/`), image);
    const listed = artifactsOf(mirrored()).images.map(({ source }) => source);
    for (const image of images) assert.ok(listed.includes(image), image);
  });
});
