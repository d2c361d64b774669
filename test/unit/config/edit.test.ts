import assert from "node:assert/strict";
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { editStack, openStack } from "../../../config/index.ts";
import { projectFolder, refusal, removeFolders } from "./project-folder.ts";

const replicas = ["quint:platforms", "cancer", "workloads", "api", "replicas"];
const image = ["quint:platforms", "cancer", "workloads", "api", "image"];

/** Edits `Pulumi.test.yaml` made of dev's with another `platforms`, and returns that part afterwards. */
function edited(platforms: string, path: readonly string[], value: unknown) {
  const folder = projectFolder();
  const file = join(folder, "Pulumi.dev.yaml");
  const [head = ""] = readFileSync(file, "utf8").split("  quint:platforms:");
  writeFileSync(file, `${head}${platforms}`);
  const difference = editStack({ root: folder, stack: "dev", path, value });
  const text = readFileSync(file, "utf8");
  assert.ok(text.startsWith(head), "what stands before stays");
  return {
    platforms: text.slice(head.length),
    difference,
    settings: openStack({ root: folder, stack: "dev" }).settings,
  };
}

describe("changing one setting", () => {
  after(removeFolders);

  it("keeps comments, order, quotes and spacing elsewhere", () => {
    const before = `  quint:platforms:   # all of them
    cancer:
      'expose':   "direct"   # plain HTTP

      # the demo needs
      workloads:
        api: { image: 'r/a:v1',  replicas: 2 }   # two of them

      routing: paths
`;
    const { platforms, difference, settings } = edited(before, replicas, 3);
    assert.equal(platforms, before.replace("replicas: 2", "replicas: 3"));
    assert.equal(settings.platforms.cancer?.workloads.api?.replicas, 3);
    assert.deepEqual(difference.split("\n").slice(0, 2), ["--- Pulumi.dev.yaml", "+++ Pulumi.dev.yaml"]);
    assert.deepEqual(difference.split("\n").slice(3), [
      "-        api: { image: 'r/a:v1',  replicas: 2 }   # two of them",
      "+        api: { image: 'r/a:v1',  replicas: 3 }   # two of them",
    ]);
  });

  it("adds a key, and the mappings around it", () => {
    const { platforms, difference } = edited(
      "  quint:platforms:\n    cancer:\n      expose: direct # yes\n",
      replicas,
      3,
    );
    assert.equal(
      platforms,
      "  quint:platforms:\n    cancer:\n      expose: direct # yes\n      workloads:\n        api:\n          replicas: 3\n",
    );
    assert.match(difference, /\n@@ -\d+,0 \+\d+,3 @@\n\+ {6}workloads:\n\+ {8}api:\n\+ {10}replicas: 3$/);
  });

  it("adds a key at the end of a file without a last line break", () => {
    const { platforms } = edited("  quint:platforms:\n    cancer:\n      expose: direct", image, "r/a:v1");
    assert.equal(
      platforms,
      "  quint:platforms:\n    cancer:\n      expose: direct\n      workloads:\n        api:\n          image: r/a:v1",
    );
  });

  it("adds a key to a mapping on one line, and to an empty one", () => {
    const line = "  quint:platforms: { cancer: { expose: direct } } # x\n";
    assert.equal(
      edited(line, replicas, 3).platforms,
      "  quint:platforms: { cancer: { expose: direct, workloads: { api: { replicas: 3 } } } } # x\n",
    );
    const empty = "  quint:platforms:\n    cancer:\n      workloads: {} # none\n      expose: direct\n";
    assert.equal(edited(empty, replicas, 3).platforms, empty.replace("{}", "{ api: { replicas: 3 } }"));
  });

  it("takes a setting out", () => {
    const before = (lines: string) =>
      `  quint:platforms:\n    cancer:\n      workloads:\n        api:\n${lines}      expose: direct\n`;
    const both = "          image: r/a:v1 # ours\n          replicas: 3 # for the demo\n";
    assert.equal(
      edited(before(both), replicas, undefined).platforms,
      before("          image: r/a:v1 # ours\n"),
    );
    assert.equal(
      edited(before(both), image, undefined).platforms,
      before("          replicas: 3 # for the demo\n"),
    );
    const last = edited(before("          replicas: 3\n"), replicas, undefined).platforms;
    assert.equal(last, before("").replace("api:", "api: {}"));
    const line =
      "  quint:platforms: { cancer: { expose: direct, workloads: { api: { image: r/a:v1, replicas: 3 } } } }\n";
    assert.equal(edited(line, replicas, undefined).platforms, line.replace(", replicas: 3", ""));
    assert.equal(edited(line, image, undefined).platforms, line.replace("image: r/a:v1, ", ""));
  });

  it("changes an entry of a list", () => {
    const folder = projectFolder();
    const before = readFileSync(join(folder, "Pulumi.production.yaml"), "utf8");
    editStack({
      root: folder,
      stack: "production",
      path: ["quint:cluster", "nodePools", "1", "count"],
      value: 7,
    });
    const after = readFileSync(join(folder, "Pulumi.production.yaml"), "utf8");
    assert.equal(after, before.replace(/(name: compute[^]*?count: )6/, "$17"));
    assert.notEqual(after, before);
  });

  it("keeps line ends of Windows", () => {
    const folder = projectFolder();
    const file = join(folder, "Pulumi.dev.yaml");
    const crlf = readFileSync(file, "utf8").replaceAll("\n", "\r\n");
    writeFileSync(file, crlf);
    editStack({ root: folder, stack: "dev", path: replicas, value: 3 });
    const lines = ["", "      workloads:", "        api:", "          replicas: 3"];
    assert.equal(readFileSync(file, "utf8"), crlf.trimEnd() + lines.join("\r\n") + "\r\n");
  });

  it("says nothing where nothing changes", () => {
    const folder = projectFolder();
    const text = readFileSync(join(folder, "Pulumi.dev.yaml"), "utf8");
    assert.equal(
      editStack({ root: folder, stack: "dev", path: ["quint:images", "sample"], value: true }),
      "",
    );
    assert.equal(editStack({ root: folder, stack: "dev", path: replicas, value: undefined }), "");
    assert.equal(readFileSync(join(folder, "Pulumi.dev.yaml"), "utf8"), text);
  });

  const invalid: [string, readonly string[], unknown, string][] = [
    ["a value out of range", replicas, -1, "quint:platforms.cancer.workloads.api.replicas"],
    ["a value beyond the quota", replicas, 400, "quint:platforms.cancer.workloads.api.replicas"],
    [
      "an unknown workload",
      ["quint:platforms", "cancer", "workloads", "apy", "replicas"],
      1,
      "quint:platforms.cancer.workloads.apy",
    ],
    [
      "an unknown platform",
      ["quint:platforms", "cancr", "workloads", "api", "replicas"],
      1,
      "quint:platforms.cancr",
    ],
    [
      "a key below a value",
      ["quint:platforms", "cancer", "expose", "how"],
      1,
      "quint:platforms.cancer.expose.how",
    ],
    [
      "the end of what is required",
      ["quint:platforms", "cancer", "expose"],
      undefined,
      "quint:platforms.cancer.expose",
    ],
  ];
  for (const [kind, path, value, key] of invalid) {
    it(`refuses ${kind} and leaves the file as it is`, () => {
      const folder = projectFolder();
      const text = readFileSync(join(folder, "Pulumi.dev.yaml"), "utf8");
      const { problems } = refusal(() => editStack({ root: folder, stack: "dev", path, value }));
      assert.deepEqual(
        problems.map((problem) => problem.key),
        [key],
      );
      assert.equal(readFileSync(join(folder, "Pulumi.dev.yaml"), "utf8"), text);
    });
  }

  it("refuses to change what stands behind an alias", () => {
    const shared =
      "  quint:platforms:\n    cancer: &all\n      expose: direct\n      workloads: { api: &api { replicas: 1 }, mlflow: *api }\n";
    const path = ["quint:platforms", "cancer", "workloads", "mlflow", "replicas"];
    const { problems } = refusal(() => edited(shared, path, 0));
    assert.equal(problems[0]?.reason, "stands behind an alias");
    assert.equal(problems[0].remedy, "change it in Pulumi.dev.yaml by hand");
    const removal = () => edited(shared, path, undefined);
    assert.equal(refusal(removal).problems[0]?.reason, "stands behind an alias");
    // The anchor's own value would change the alias too.
    assert.ok(refusal(() => edited(shared, replicas, 0)).problems.length > 0);
  });

  it("keeps the file's mode and leaves nothing behind", () => {
    const folder = projectFolder();
    const file = join(folder, "Pulumi.dev.yaml");
    chmodSync(file, 0o640);
    editStack({ root: folder, stack: "dev", path: replicas, value: 3 });
    assert.equal(statSync(file).mode & 0o777, 0o640);
    assert.deepEqual(readdirSync(folder).sort(), [
      "Pulumi.dev.yaml",
      "Pulumi.production.yaml",
      "Pulumi.staging.yaml",
    ]);
  });
});
