/** The Secret with which Argo CD reads the repository, as the cluster has it before an `up`. */
import assert from "node:assert/strict";
import { problemWith, refuseWithoutCredentials } from "../../../automation/session/repository-credentials.ts";
import type { Session } from "../../../automation/session/session.ts";
import { openStack } from "../../../config/index.ts";
import { stackFile } from "../../support/stack-files.ts";
import { root } from "../../support/stacks.ts";
import { cluster } from "./cluster-by-heart.ts";

const repository = "https://github.com/your-organization/quint.git";
const gitops = {
  repository,
  revision: "main",
  folder: "deploy",
  credentials: "quint-repository",
  signatureKeys: [],
};

function secret(url: string, type: string | undefined) {
  const labels = type === undefined ? {} : { "argocd.argoproj.io/secret-type": type };
  return {
    metadata: { name: "quint-repository", namespace: "argocd", labels },
    data: { url: Buffer.from(url).toString("base64") },
  };
}
const withSecrets = (...secrets: object[]) => cluster({ namespaces: ["argocd"], secrets });

describe("the credentials of the repository", () => {
  it("are refused where they are not there, with what to make", async () => {
    const problem = await problemWith(withSecrets(), gitops);
    assert.ok(typeof problem === "object");
    assert.equal(problem.key, "quint:gitops.credentials");
    assert.equal(problem.value, "quint-repository");
    assert.match(problem.reason, /^is no Secret of the namespace `argocd`$/);
    assert.match(problem.remedy, /create secret generic quint-repository .*\n.*url=https:\/\/github/);
  });

  for (const [what, made, reason] of [
    ["a Secret that Argo CD does not look at", secret(repository, undefined), /without the label/],
    [
      "those of another repository",
      secret("https://github.com/other/x", "repository"),
      /^is for `https:\/\/github.com\/other\/x`/,
    ],
    ["those of another organization", secret("https://github.com/other", "repo-creds"), /and not for/],
  ] as const) {
    it(`are refused where they are ${what}`, async () => {
      const problem = await problemWith(withSecrets(made), gitops);
      assert.ok(typeof problem === "object");
      assert.match(problem.reason, reason);
    });
  }

  it("are taken for the repository, with `.git` or without, and for all of its organization", async () => {
    for (const [url, type] of [
      [repository, "repository"],
      [repository.replace(/\.git$/, ""), "repository"],
      ["https://github.com/your-organization", "repo-creds"],
    ] as const) {
      assert.equal(await problemWith(withSecrets(secret(url, type)), gitops), undefined);
    }
  });

  it("cannot be there before Argo CD's namespace is", async () => {
    assert.equal(await problemWith(cluster({}), gitops), "too early");
  });

  it("are not asked for where no Argo CD reads anything, or where it needs none", async () => {
    const text = stackFile("staging").replace(
      /( +)(repository: \S+\n)/,
      "$1$2$1credentials: quint-repository\n",
    );
    for (const options of [
      { root, stack: "staging", text, overrides: { cluster: "simulated" } },
      { root, stack: "staging", text, overrides: { delivery: "direct" } },
      { root, stack: "staging" },
    ] as const) {
      const { settings } = openStack(options);
      const session = {
        settings,
        get accessIfThere() {
          return assert.fail("asked the cluster");
        },
      };
      await refuseWithoutCredentials(session as unknown as Session);
    }
  });
});
