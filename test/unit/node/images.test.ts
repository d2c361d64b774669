/** The table of images that are made here. */
import assert from "node:assert/strict";
import type { ChartPin } from "../../../config/catalog/chart.ts";
import { charts } from "../../../config/catalog/charts.ts";
import { type ImagePin, images } from "../../../config/catalog/images.ts";
import { goProgramVersion } from "../../../simulation/images/go-program.ts";
import type { GoProgram } from "../../../simulation/images/go-programs.ts";
import { chosenImages, madeImages, pauseImage, recipeHash } from "../../../simulation/images/index.ts";
import { requirementsOf } from "../../../simulation/images/python-packages.ts";
import type { MadeImage } from "../../../simulation/images/recipe.ts";

const pins: readonly ImagePin[] = Object.values(images);
const table = Object.entries(madeImages) as [keyof typeof madeImages, MadeImage][];

describe("images made on this machine", () => {
  const ofCharts = Object.values<ChartPin>(charts).flatMap((chart) => Object.values(chart.images));
  for (const [name, image] of table) {
    it(`${name} is the catalog's, in its release and for its user`, () => {
      const pin = pins.find(({ reference }) => reference === image.reference);
      const named = pin ?? ofCharts.find(({ reference }) => reference === image.reference);
      const tag = named?.reference.slice(named.reference.lastIndexOf(":") + 1);
      assert.equal(image.version, tag?.replace(/^v|-trixie$/g, ""));
      if (pin !== undefined) assert.equal(image.user, `${pin.runAs.user}:${pin.runAs.group}`);
    });
  }

  it("Prometheus' module is the release that its tag names", () => {
    const [major = "", minor = "", patch = ""] = madeImages.prometheus.version.split(".");
    const expected = `v0.${Number(major) * 100 + Number(minor)}.${patch}`;
    for (const program of Object.values(madeImages.prometheus.recipe.programs))
      assert.equal(goProgramVersion(program), expected);
  });

  it("programs are the release that their image's tag names", () => {
    for (const name of ["alertmanager", "argoCd", "argoRollouts", "otelcol", "versitygw"] as const) {
      const { version, recipe } = madeImages[name];
      for (const program of Object.values<GoProgram>(recipe.programs))
        assert.equal(goProgramVersion(program), `v${version}`);
    }
    const pinned = /^mlflow==(\S+)/m.exec(requirementsOf(madeImages.mlflow.recipe.python))?.[1];
    assert.equal(pinned, madeImages.mlflow.version);
  });

  it("Python packages are pinned with the hash of every wheel", () => {
    const lines = requirementsOf(madeImages.mlflow.recipe.python).replaceAll("\\\n", "").trim().split("\n");
    for (const line of lines.filter((one) => !one.startsWith("#")))
      assert.match(line, /^[a-z0-9-]+==\S+ +(--hash=sha256:[0-9a-f]{64} *)+$/);
    assert.ok(lines.length > 50);
  });

  it("makes only what the stack names", () => {
    const used = [images.podinfo.reference, images.mlflow.reference, images.grafana.reference];
    assert.deepEqual(
      chosenImages("all", used).map(([name]) => name),
      ["podinfo", "mlflow"],
    );
    assert.deepEqual(
      chosenImages("samples", used).map(([name]) => name),
      ["podinfo"],
    );
  });

  it("chooses nothing, the samples, or everything", () => {
    const names = (choice: "none" | "samples" | "all"): string[] =>
      chosenImages(choice).map(([name]) => name);
    assert.deepEqual(names("none"), []);
    assert.deepEqual(names("samples"), ["podinfo", "prometheus"]);
    assert.deepEqual(names("all").sort(), Object.keys(madeImages).sort());
  });

  it("an image's hash changes with what goes into it, and with nothing else", () => {
    const hash = recipeHash(pauseImage);
    assert.equal(recipeHash({ ...pauseImage, note: "other", kind: "tool" }), hash);
    const changes: Partial<MadeImage>[] = [
      { reference: "quint.invalid/pause:2" },
      { user: "0:0" },
      { command: ["x"] },
      { entrypoint: [] },
      { workingFolder: "/tmp" },
      { environment: { LANG: "C" } },
      { recipe: { ...pauseImage.recipe, links: { "/other": "pause" } } },
      { recipe: { ...pauseImage.recipe, python: { tools: "mlflow" } } },
      { recipe: { ...pauseImage.recipe, debian: { release: "trixie", packages: ["dash"] } } },
      { recipe: { ...pauseImage.recipe, files: { "/etc/x": "x" } } },
      { recipe: { programs: { "/pause": madeImages.podinfo.recipe.programs["/home/app/podinfo"] } } },
    ];
    const hashes = changes.map((change) => recipeHash({ ...pauseImage, ...change }));
    assert.equal(new Set([hash, ...hashes]).size, changes.length + 1);
  });
});
