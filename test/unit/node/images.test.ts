/** The table of images that are made here. */
import assert from "node:assert/strict";
import { images } from "../../../config/catalog/images.ts";
import { goProgramVersion } from "../../../simulation/images/go-program.ts";
import { chosenImages, madeImages, pauseImage, recipeHash } from "../../../simulation/images/index.ts";
import { type MadeImage, tagVersion } from "../../../simulation/images/table.ts";

const table = Object.entries(madeImages) as [keyof typeof madeImages, MadeImage][];

describe("images made on this machine", () => {
  for (const [name, image] of table) {
    it(`${name} is the catalog's, in its release and for its user`, () => {
      const pin = images[name];
      assert.equal(image.reference, pin.reference);
      assert.equal(image.version, tagVersion(pin.reference));
      assert.equal(image.user, `${pin.runAs.user}:${pin.runAs.group}`);
    });
  }

  it("Prometheus' module is the release that its tag names", () => {
    const [major = "", minor = "", patch = ""] = madeImages.prometheus.version.split(".");
    const expected = `v0.${Number(major) * 100 + Number(minor)}.${patch}`;
    for (const program of Object.values(madeImages.prometheus.recipe.programs))
      assert.equal(goProgramVersion(program), expected);
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
      { recipe: { ...pauseImage.recipe, files: { "/etc/x": "x" } } },
      { recipe: { programs: { "/pause": madeImages.podinfo.recipe.programs["/home/app/podinfo"] } } },
    ];
    const hashes = changes.map((change) => recipeHash({ ...pauseImage, ...change }));
    assert.equal(new Set([hash, ...hashes]).size, changes.length + 1);
  });
});
