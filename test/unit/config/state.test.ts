import assert from "node:assert/strict";
import { openStack, resolveState } from "../../../config/index.ts";
import { changed, refusal, root, type Change, type Stack } from "./project-folder.ts";

const local = { backend: "file:///project/.quint/state", secretsProvider: "passphrase" };
const s3 = "s3://bucket?region=eu-central-1";
const kms = "awskms://alias/key?region=eu-central-1";
const nothing = {};

/** Dev on a cluster that is there, so that its state is not that of a simulated one. */
const existing: Change = {
  "cluster.type": "existing",
  "cluster.kubeconfig": "k",
  "cluster.context": "c",
  "cluster.enforcesNetworkPolicy": true,
};

function stateOf(stack: Stack, state: object | undefined, environment: Record<string, string> = nothing) {
  const settings = changed(stack, {
    ...(stack === "dev" ? existing : {}),
    ...(state === undefined ? {} : { state }),
  });
  return resolveState(settings, { root: "/project", environment });
}

describe("the state of a stack", () => {
  it("is local on a simulated cluster, whatever is chosen", () => {
    for (const stack of ["dev", "staging", "production"]) {
      const { settings } = openStack({ root, stack, overrides: { cluster: "simulated" } });
      assert.deepEqual(resolveState(settings, { root: "/project", environment: nothing }), local);
    }
    const chosen = changed("dev", { state: { backend: s3, secretsProvider: kms } });
    assert.deepEqual(resolveState(chosen, { root: "/project", environment: nothing }), local);
  });

  it("is local in dev unless dev chooses", () => {
    assert.deepEqual(stateOf("dev", undefined), local);
    assert.deepEqual(stateOf("dev", { backend: "local", secretsProvider: "passphrase" }), local);
    assert.deepEqual(stateOf("dev", { backend: s3, secretsProvider: kms }), {
      backend: s3,
      secretsProvider: kms,
    });
  });

  for (const stack of ["staging", "production"] as const) {
    it(`must be chosen in ${stack}, and the message says how`, () => {
      const [problem] = refusal(() => stateOf(stack, undefined)).problems;
      assert.equal(problem?.key, "quint:state");
      assert.equal(problem.value, "(not set)");
      for (const part of [
        "s3://your-bucket?region=",
        "endpoint=",
        "s3ForcePathStyle=true",
        "awskms://",
        "PULUMI_CONFIG_PASSPHRASE_FILE",
        "PULUMI_CONFIG_PASSPHRASE)",
      ]) {
        assert.ok(problem.remedy.includes(part), part);
      }
    });

    it(`is not local in ${stack}`, () => {
      const [problem] = refusal(() =>
        stateOf(stack, { backend: "local", secretsProvider: "passphrase" }),
      ).problems;
      assert.equal(problem?.key, "quint:state.backend");
      assert.equal(
        problem.reason,
        `keeps the state on this machine, which only dev may do; this stack is ${stack}`,
      );
    });

    it(`is the chosen one in ${stack}`, () => {
      assert.deepEqual(stateOf(stack, { backend: s3, secretsProvider: kms }), {
        backend: s3,
        secretsProvider: kms,
      });
    });
  }

  it("must name both the backend and what encrypts", () => {
    const { problems } = refusal(() => stateOf("staging", { backend: s3 }));
    assert.deepEqual(
      problems.map(({ key }) => key),
      ["quint:state.secretsProvider"],
    );
  });

  it("needs the passphrase in the environment", () => {
    const state = { backend: s3, secretsProvider: "passphrase" };
    assert.deepEqual(refusal(() => stateOf("staging", state)).problems, [
      {
        key: "quint:state.secretsProvider",
        value: '"passphrase"',
        reason: "needs a passphrase, and the environment holds none",
        remedy:
          "set PULUMI_CONFIG_PASSPHRASE_FILE to the path of a file with the passphrase, or PULUMI_CONFIG_PASSPHRASE to the passphrase itself",
      },
    ]);
    assert.deepEqual(stateOf("staging", state, { PULUMI_CONFIG_PASSPHRASE: "x" }), state);
    assert.deepEqual(stateOf("staging", state, { PULUMI_CONFIG_PASSPHRASE_FILE: "/x" }), state);
    // An empty passphrase encrypts nothing.
    assert.equal(
      refusal(() => stateOf("staging", state, { PULUMI_CONFIG_PASSPHRASE: "" })).problems.length,
      1,
    );
  });

  it("leaves the service's own encryption to the service", () => {
    const service = { backend: "https://state.example.com", secretsProvider: "default" };
    assert.deepEqual(stateOf("production", service), service);
    const { problems } = refusal(() => stateOf("production", { backend: s3, secretsProvider: "default" }));
    assert.equal(problems[0]?.key, "quint:state.secretsProvider");
  });

  it("has no credentials in its address", () => {
    const { message, problems } = refusal(() =>
      stateOf("staging", { backend: "s3://key:not-shown@bucket", secretsProvider: kms }),
    );
    assert.equal(problems[0]?.reason, "carries credentials, and settings are not secret");
    assert.ok(!message.includes("not-shown"));
  });
});
