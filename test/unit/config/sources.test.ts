import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { openStack, type StackOverrides } from "../../../config/index.ts";
import { stackValues } from "../../support/stack-files.ts";
import { projectFolder, refusal, removeFolders, root } from "./project-folder.ts";

const dev = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8");

/** Namespaces that may stand in a stack file. */
const read = ["quint", "pulumi", "kubernetes", "random", "oci", "aws"];

/** What is wrong with a text as the file of a stack called `test`. */
function wrong(text: string) {
  const folder = projectFolder({ "Pulumi.test.yaml": text });
  return refusal(() => openStack({ root: folder, stack: "test" })).problems;
}

/** A stack file like dev's with more lines under `config:`. */
function open(lines: string) {
  return openStack({ root: projectFolder({ "Pulumi.test.yaml": `${dev}${lines}` }), stack: "test" });
}

describe("opening a stack", () => {
  after(removeFolders);

  it("names the nearest stack where there is no file", () => {
    assert.deepEqual(refusal(() => openStack({ root, stack: "prodution" })).problems, [
      {
        key: "stack",
        value: '"prodution"',
        reason: "has no file Pulumi.prodution.yaml in the project's folder",
        remedy: "`production`",
      },
    ]);
  });

  it("lists the stacks where none is near", () => {
    assert.equal(
      refusal(() => openStack({ root, stack: "blue" })).problems[0]?.remedy,
      "one of `dev`, `production`, `staging`",
    );
  });

  it("leads nowhere but to stack files", () => {
    assert.equal(
      refusal(() => openStack({ root: join(root, "config"), stack: "../../etc/passwd" })).problems.length,
      1,
    );
  });

  it("gives the line of a mistake in YAML", () => {
    const [problem] = wrong("config:\n  quint:environment: dev\n  quint:domain: [a\n  quint:images: {}\n");
    assert.equal(problem?.key, "Pulumi.test.yaml");
    assert.match(problem.where ?? "", /^Pulumi\.test\.yaml:[34]$/);
    assert.match(problem.reason, /^is not YAML: /);
  });

  it("refuses a key twice", () => {
    const [problem] = wrong("config:\n  quint:environment: dev\n  quint:environment: staging\n");
    assert.equal(problem?.where, "Pulumi.test.yaml:3");
    assert.equal(problem.value, '"quint:environment: staging"');
    assert.equal(problem.reason, "is not YAML: Map keys must be unique");
  });

  for (const [kind, text] of Object.entries({
    "an empty file": "",
    "a list": "- a\n",
    "a text": "quint\n",
  })) {
    it(`refuses ${kind}`, () => {
      const problems = wrong(text);
      assert.equal(problems.length, 1);
      assert.equal(problems[0]?.where, "Pulumi.test.yaml:1");
      assert.match(problems[0].reason, /^is not a mapping$/);
    });
  }

  it("refuses aliases that multiply", () => {
    const bomb = [
      "a: &a [x]",
      ..."bcdefgh".split("").map(
        (name, index) =>
          `${name}: &${name} [${Array(9)
            .fill(`*${"abcdefg"[index] ?? "a"}`)
            .join(", ")}]`,
      ),
    ];
    assert.match(wrong(`${bomb.join("\n")}\n`)[0]?.reason ?? "", /alias/);
  });

  it("gives the line of a wrong value, and of the mapping around a missing one", () => {
    const text = dev.replace("cpu: 4", "cpu: none").replace("        memoryGiB: 16\n", "");
    const places = Object.fromEntries(wrong(text).map(({ key, where }) => [key, where]));
    const lines = text.split("\n");
    const line = (part: string) => lines.findIndex((candidate) => candidate.includes(part)) + 1;
    assert.deepEqual(places, {
      "quint:cluster.nodePools[0].cpu": `Pulumi.test.yaml:${line("cpu: none")}`,
      "quint:cluster.nodePools[0].memoryGiB": `Pulumi.test.yaml:${line("name: general-arm64")}`,
    });
  });

  it("refuses keys without a namespace, in a misspelt one, and outside `config`", () => {
    const problems = wrong("config:\n  domain: a.b\n  qint:domain: a.b\nconfigs: {}\n");
    assert.deepEqual(
      problems.map(({ key, remedy }) => [key, remedy]),
      [
        ["configs", "`config`"],
        ["domain", "`quint:domain`"],
        ["qint:domain", "`quint:domain`"],
      ],
    );
  });

  it("refuses namespaces that nothing reads, with the nearest that something does", () => {
    const problems = wrong(`${dev}  qunit:cluster: {}\n  kubernets:context: a\n  gcp:project: b\n`);
    assert.deepEqual(
      problems.map(({ key, remedy }) => [key, remedy]),
      [
        ["qunit:cluster", "`quint:cluster`"],
        ["kubernets:context", "`kubernetes:context`"],
        ["gcp:project", `one of the namespaces ${read.map((name) => `\`${name}\``).join(", ")}`],
      ],
    );
  });

  it("takes the namespaces of Quint, the engine, and every provider among the dependencies", () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const providers = Object.keys(dependencies)
      .flatMap((name) => /^@pulumi\/(.+)$/.exec(name)?.[1] ?? [])
      .filter((name) => !["pulumi", "kubernetesx", "policy"].includes(name));
    assert.deepEqual([...read].sort(), ["quint", "pulumi", ...providers].sort());
    assert.doesNotThrow(() =>
      open(
        read
          .slice(1)
          .map((name) => `  ${name}:key: a\n`)
          .join(""),
      ),
    );
  });

  it("refuses secrets in its own settings, at any depth, without showing them", () => {
    const text = dev.replace(
      "expose: direct",
      "expose: direct\n      namespace:\n        secure: v1:abc=:def=",
    );
    const problems = wrong(text);
    assert.deepEqual(
      problems.map(({ key, value }) => [key, value]),
      [["quint:platforms.cancer.namespace", "(hidden: it may be a credential)"]],
    );
  });
});

describe("the engine's configuration", () => {
  after(removeFolders);

  it("has structured values as JSON and texts as they are", () => {
    const { engineConfig } = open("  aws:region: eu-central-1\n  aws:skipMetadataApiCheck: true\n");
    assert.equal(engineConfig["quint:domain"]?.value, "quint.localhost");
    assert.deepEqual(JSON.parse(engineConfig["quint:cluster"]!.value), stackValues("dev").cluster);
    assert.deepEqual(engineConfig["aws:region"], { value: "eu-central-1" });
    assert.deepEqual(engineConfig["aws:skipMetadataApiCheck"], { value: "true" });
  });

  it("leaves providers' secrets encrypted, and keeps them with what decrypts them", () => {
    const secret = { secure: "v1:abc=:def=" };
    const lines = `  aws:secretKey:\n    secure: ${secret.secure}\n  aws:role:\n    externalId:\n      secure: ${secret.secure}\n    arn: a\n`;
    const { engineConfig, stackSettings } = open(`${lines}encryptionsalt: v1:salt=\n`);
    assert.equal(engineConfig["aws:secretKey"], undefined);
    assert.equal(engineConfig["aws:role"], undefined);
    assert.equal(stackSettings.encryptionSalt, "v1:salt=");
    assert.deepEqual(stackSettings.config["aws:secretKey"], secret);
    assert.deepEqual(stackSettings.config["aws:role"], { externalId: secret, arn: "a" });
    assert.deepEqual(stackSettings.config, (parse(`${dev}${lines}`) as { config: unknown }).config);
  });
});

describe("overrides", () => {
  it("turn any cluster into a simulated one of the same shape", () => {
    for (const stack of ["dev", "staging", "production"]) {
      const { cluster } = openStack({ root, stack }).settings;
      const opened = openStack({ root, stack, overrides: { cluster: "simulated" } });
      const { nodePools, storageClasses } = cluster;
      const machines = nodePools.map((pool) =>
        Object.fromEntries(Object.entries(pool).filter(([key]) => key !== "autoscaling")),
      );
      assert.deepEqual(opened.settings.cluster, { type: "simulated", nodePools: machines, storageClasses });
      const engine = JSON.parse(opened.engineConfig["quint:cluster"]!.value) as object;
      assert.deepEqual(Object.keys(engine).sort(), ["nodePools", "storageClasses", "type"]);
    }
  });

  it("choose how much runs for real, on an embedded cluster", () => {
    const real = (overrides: StackOverrides, stack = "dev"): unknown => {
      const { cluster } = openStack({ root, stack, overrides }).settings;
      return cluster.type === "embedded" ? cluster.real : cluster.type;
    };
    assert.equal(real({}), "all");
    assert.equal(real({ real: "none" }), "none");
    assert.equal(real({ real: "samples" }), "samples");
    assert.equal(real({ cluster: "embedded", real: "samples" }, "production"), "samples");
    assert.deepEqual(refusal(() => real({ cluster: "simulated", real: "all" })).problems, [
      {
        key: "--real",
        value: "all",
        reason: "is about the real node of an embedded cluster, and this one is simulated",
        remedy: "`--cluster embedded` beside it, or leave the option out",
      },
    ]);
  });

  it("keep what the stack's own file says of its own type", () => {
    const folder = projectFolder({
      "Pulumi.test.yaml": dev.replace(/type: (local|embedded)/, "type: local\n    real: samples"),
    });
    const { cluster } = openStack({
      root: folder,
      stack: "test",
      overrides: { cluster: "embedded" },
    }).settings;
    assert.equal(cluster.type === "embedded" && cluster.real, "samples");
    removeFolders();
  });

  it("do not hide mistakes in the machines", () => {
    const folder = projectFolder({ "Pulumi.test.yaml": dev.replace("count: 2", "count: 0") });
    const error = refusal(() =>
      openStack({ root: folder, stack: "test", overrides: { cluster: "simulated" } }),
    );
    assert.equal(error.problems[0]?.key, "quint:cluster.nodePools[0].count");
    removeFolders();
  });

  it("keep only the chosen platforms", () => {
    const { settings } = openStack({ root, stack: "dev", overrides: { platforms: ["cancer"] } });
    assert.deepEqual(Object.keys(settings.platforms), ["cancer"]);
  });

  it("refuse platforms that the stack does not configure, and name those it does", () => {
    const names = Object.keys(openStack({ root, stack: "dev" }).settings.platforms)
      .sort()
      .map((name) => `\`${name}\``);
    const has = `is not a platform that Quint knows; this stack has ${names.join(", ")}`;
    const error = refusal(() =>
      openStack({ root, stack: "dev", overrides: { platforms: ["cancr", "cancer", "logs"] } }),
    );
    assert.deepEqual(error.problems, [
      {
        key: "--platforms",
        value: "cancr",
        reason: has,
        remedy: "`cancer`",
      },
      {
        key: "--platforms",
        value: "logs",
        reason: has,
        remedy: `one of ${names.join(", ")}`,
      },
    ]);
    assert.equal(
      refusal(() => openStack({ root, stack: "dev", overrides: { platforms: [] } })).problems.length,
      1,
    );
  });
});
