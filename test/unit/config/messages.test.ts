import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { problemsAfter, refusal, changed, type Change, type Stack } from "./project-folder.ts";

/** The only problem after a change, without the place. */
function only(stack: Stack, change: Change) {
  const problems = problemsAfter(stack, change);
  assert.equal(problems.length, 1, JSON.stringify(problems));
  return problems[0];
}

describe("messages for mistakes in settings", () => {
  it("lists all problems at once, one block each", () => {
    const error = refusal(() =>
      changed("dev", {
        domian: "quint.localhost",
        domain: undefined,
        environment: "prod",
        "cluster.nodePools.0.cpu": 0,
        "platforms.cancr": { expose: "direct" },
      }),
    );
    assert.equal(
      error.message,
      `5 problems in Pulumi.dev.yaml

quint:environment
  value   "prod"
  reason  is none of \`dev\`, \`staging\`, \`production\`
  write   \`production\`

quint:domain
  value   (not set)
  reason  is required: Domain under which every host lives.
  write   quint:domain: example.com

quint:cluster.nodePools[0].cpu
  value   0
  reason  is below the smallest value, 0.5
  write   a number from 0.5 to 256, e.g. \`cpu: 4\`

quint:platforms.cancr
  value   {"expose":"direct"}
  reason  is not a platform that Quint knows
  write   \`cancer\`

quint:domian
  value   "quint.localhost"
  reason  is not a setting that Quint knows
  write   \`domain\``,
    );
  });

  it("lists the valid names where none is near", () => {
    assert.deepEqual(only("dev", { "platforms.cancer.workloads": { scheduler: {} } }), {
      key: "quint:platforms.cancer.workloads.scheduler",
      value: "{}",
      reason: "is not a workload of this platform that Quint knows",
      remedy: "one of `api`, `mlflow`, `prometheus`, `grafana`",
    });
  });

  it("names the discriminator of a union, with the nearest variant", () => {
    assert.deepEqual(only("dev", { "cluster.type": "simulation" }), {
      key: "quint:cluster.type",
      value: '"simulation"',
      reason: "is none of `existing`, `oke`, `eks`, `kind`, `simulated`, `embedded`, `local`",
      remedy: "`simulated`",
    });
  });

  it("says what a missing key is for, and how to write it", () => {
    assert.deepEqual(only("dev", { "cluster.nodePools.1.memoryGiB": undefined }), {
      key: "quint:cluster.nodePools[1].memoryGiB",
      value: "(not set)",
      reason: "is required: Memory of a node, in GiB.",
      remedy: "memoryGiB: 16",
    });
    const { remedy } = only("dev", { cluster: undefined })!;
    assert.match(remedy, /^quint:cluster:\n {2}type: simulated\n {2}nodePools:\n/);
  });

  it("tells a number in quotes from a text without them", () => {
    assert.deepEqual(only("dev", { "cluster.nodePools.0.count": "2" }), {
      key: "quint:cluster.nodePools[0].count",
      value: '"2"',
      reason: "is text, and a whole number from 1 to 200 is expected",
      remedy: "2, without quotes",
    });
    assert.deepEqual(only("dev", { "platforms.cancer.model": { version: 3 } }), {
      key: "quint:platforms.cancer.model.version",
      value: "3",
      reason: "is a number, and text is expected",
      remedy: '"3", in quotes',
    });
  });

  const vault = "ocid1.vault.oc1.eu-frankfurt-1.example";
  const mistakes: [string, Change, string][] = [
    ["a fraction of a node", { "cluster.nodePools.0.count": 1.5 }, "is not a whole number"],
    ["no number", { "cluster.nodePools.0.cpu": NaN }, "is not a finite number"],
    ["too many", { "cluster.nodePools.0.count": 201 }, "is above the largest value, 200"],
    ["no zone", { "cluster.nodePools.0.zones": [] }, "is empty"],
    [
      "a zone twice",
      { "cluster.nodePools.0.zones": ["a", "a"] },
      "names a zone that stands before it already",
    ],
    ["a pool twice", { "cluster.nodePools.1.name": "general-arm64" }, "is the name of a pool before it"],
    ["a list for a mapping", { "cluster.storageClasses": [] }, "is a list, and a mapping is expected"],
    ["nothing after a key", { state: null }, "is empty, and a mapping is expected"],
    [
      "a bad label key",
      { "cluster.nodePools.0.labels": { "-x": "y" } },
      "is a name that is not a label key: a name, or a domain, `/` and a name",
    ],
    ["a capital", { domain: "Example.com" }, "is not a domain name in small letters"],
    [
      "no tag",
      { "platforms.cancer.workloads": { api: { image: "ghcr.io/a/b" } } },
      "has neither tag nor digest",
    ],
    [
      "no image",
      { "platforms.cancer.workloads": { api: { image: "Not an image" } } },
      "is not an image reference",
    ],
    [
      "a secret store where Oracle has no region",
      { "foundation.secretStores": [{ kind: "oci", name: "oci", region: "eu-frankfort-1", vault }] },
      "is no region of OCI's commercial realm",
    ],
    [
      "a secret store where AWS cannot have a region",
      { "foundation.secretStores": [{ kind: "aws", name: "aws", region: "Frankfurt" }] },
      "is not a region of AWS such as `eu-central-1`",
    ],
    ["no mapping at all", { platforms: "cancer" }, "is text, and a mapping is expected"],
  ];
  for (const [mistake, change, reason] of mistakes) {
    it(`explains ${mistake}`, () => {
      assert.equal(only("dev", change)?.reason, reason);
    });
  }
});

describe("values in messages", () => {
  it("are shortened", () => {
    const { value } = only("dev", { domain: "x".repeat(5_000) })!;
    assert.equal(value.length, 80);
    const pools = only("dev", { "cluster.nodePools": Array<object>(21).fill({ name: "pool" }) });
    assert.equal(pools?.value, "(a list of 21)");
  });

  it("stay on one line", () => {
    const problem = only("dev", { "do\nmain": "a\u001b[31m\nb" });
    assert.equal(problem?.key, "quint:do\\nmain");
    assert.equal(problem.value, String.raw`"a\u001b[31m\nb"`);
  });

  it("never hold a secret of the engine", () => {
    const ciphertext = "v1:6Jr1OQd3Q8ZwYQ==:tVZ8vW0Uu3QhYw==";
    const error = refusal(() => changed("dev", { domain: { secure: ciphertext } }));
    assert.deepEqual(error.problems, [
      {
        key: "quint:domain",
        value: "(hidden: it may be a credential)",
        reason:
          "is a secret, and settings are not secrets: they are shown in previews, documents and pull requests",
        remedy:
          "the plain value; a credential goes into a Secret of the cluster, and settings name that Secret",
      },
    ]);
    assert.ok(!error.message.includes(ciphertext));
  });

  // In the form of each, made here: no file holds one, not even as a sample.
  const made = (length: number): string => randomBytes(length).toString("hex").slice(0, length);
  const password = made(12);
  const token = (content: object): string => Buffer.from(JSON.stringify(content)).toString("base64url");
  const credentials = {
    "an AWS access key": `AKIA${made(16).toUpperCase()}`,
    "an AWS secret key": randomBytes(30).toString("base64"),
    "a GitHub token": `ghp_${made(36)}`,
    "a signed web token": `${token({ alg: "HS256" })}.${token({ sub: "1" })}.${made(12)}`,
    "a private key": ["BEGIN", "END"].map((edge) => `-----${edge} PRIVATE KEY-----`).join(`\n${made(4)}\n`),
    "an address with a password": `https://user:${password}@example.com`,
  };
  for (const [kind, credential] of Object.entries(credentials)) {
    it(`never hold ${kind}, neither as value nor in a list nor as key`, () => {
      const { message } = refusal(() =>
        changed("dev", {
          domain: credential,
          environment: ["dev", credential],
          platforms: { [credential]: true },
        }),
      );
      assert.ok(!message.includes(credential), message);
      assert.ok(!message.includes(password), message);
    });
  }

  it("never hold what is called a password", () => {
    const { message } = refusal(() => changed("dev", { adminPassword: password }));
    assert.ok(!message.includes(password), message);
  });

  it("show what only speaks of secrets", () => {
    const problem = only("dev", { state: { backend: "local", secretsProvider: "passphrases" } });
    assert.equal(problem?.value, '"passphrases"');
  });
});
