/** The CrossGuard pack, in the runner that the engine starts it in, over what the stacks register. */
import assert from "node:assert/strict";
import type { Registration } from "../../../automation/render/record.ts";
import { rules } from "../../../policy/index.ts";
import { at, put, type Draft } from "../../support/objects.ts";
import { RunningPack } from "../../support/policy-pack.ts";
import { deployedRecordingOf, recordingOf } from "../../support/stacks.ts";

describe("the policy pack", () => {
  let pack: RunningPack;
  before(async () => {
    pack = await RunningPack.start();
  });
  after(() => pack.stop());

  it("has a policy for every rule, under its name, and none is only advice", async () => {
    const { policiesList } = await pack.about();
    assert.deepEqual(
      policiesList.map(({ name }) => name),
      rules.map(({ name }) => name),
    );
    for (const { name, description } of policiesList) assert.ok(description.length > 20, name);
  });

  it("finds nothing in a stack as a whole", async () => {
    assert.deepEqual(
      await pack.violations("production", (await recordingOf("production")).registrations),
      [],
    );
  });

  it("finds nothing in what `up` registers where Argo CD syncs the rest", async () => {
    const { registrations } = await deployedRecordingOf("staging");
    assert.deepEqual(await pack.violations("staging", registrations), []);
  });

  const broken: Record<string, readonly [change: (object: Draft) => void, policy: string, reason: string]> = {
    "an image of production without a release tag": [
      (object) => {
        put(object, "spec.template.spec.containers.0.image", "registry.example.com/mlflow:develop");
      },
      "pinned-images",
      "Deployment cancer-mlops/mlflow container mlflow runs registry.example.com/mlflow:develop, which is neither a release tag nor a digest",
    ],
    "a claim that nothing makes": [
      (object) => {
        put(object, "spec.template.spec.volumes.0", {
          name: "none",
          persistentVolumeClaim: { claimName: "none" },
        });
      },
      "pod-references",
      "Deployment cancer-mlops/mlflow refers to PersistentVolumeClaim none, which nothing makes",
    ],
  };
  for (const [what, [change, policy, reason]] of Object.entries(broken)) {
    it(`reports ${what} by the rule's name, with the reason, at the resource`, async () => {
      const found = await pack.violations("production", await cancerWith(change));
      const [first] = found.filter((finding) => finding.policy === policy);
      assert.ok(first !== undefined, JSON.stringify(found));
      assert.ok(first.message.endsWith(`\n${reason}`), first.message);
      assert.equal(first.level, "mandatory");
      assert.match(first.urn, /^urn:pulumi:production::quint::kubernetes:apps\/v1:Deployment::/);
    });
  }

  it("says that a preview cannot tell where an object of a platform is unknown", async () => {
    const found = await pack.violations(
      "production",
      await cancerWith((object) => {
        put(object, "spec.template.spec.containers.0.image", { __pulumiUnknown: true });
      }),
    );
    assert.equal(found.length, rules.length);
    for (const { level, message } of found) {
      assert.equal(level, "advisory");
      assert.match(message, /can't run policy .* during preview/);
    }
  });
});

/** One platform's registrations, with the Deployment of MLflow changed: the runner reads them once for each policy. */
async function cancerWith(change: (object: Draft) => void): Promise<Registration[]> {
  const { registrations } = await recordingOf("production");
  return registrations
    .filter(
      ({ inputs, custom }) =>
        !custom || at(inputs, "metadata.namespace") === "cancer-mlops" || inputs.kind === "Namespace",
    )
    .map((registration) => {
      const { kind, metadata } = registration.inputs as Draft;
      if (kind !== "Deployment" || metadata.name !== "mlflow") return registration;
      const inputs = structuredClone(registration.inputs) as Draft;
      change(inputs);
      return { ...registration, inputs };
    });
}
