/** The rules that the API server asks by itself. What they refuse is seen on a real one, test/e2e/policies.test.ts. */
import assert from "node:assert/strict";
import { namespaceExemptions } from "../../../config/catalog/namespaces.ts";
import { Guardrails } from "../../../components/foundation/guardrails.ts";
import { record } from "../../../automation/render/record.ts";
import { environments, type Environment } from "../../../config/index.ts";
import { admissionPolicies, inCel } from "../../../policy/admission/index.ts";
import { rules } from "../../../policy/index.ts";
import { at } from "../../support/objects.ts";
import { objectsIn, specOf, type ObjectInputs } from "../foundation/stack.ts";

const said = new Set(
  environments
    .flatMap((environment) =>
      admissionPolicies({ environment, exemptions: namespaceExemptions, exposed: [] }),
    )
    .flatMap(({ validations }) => validations.map(({ rule }) => rule)),
);

describe("the table of rules in CEL", () => {
  it("has every rule, and nothing else", () => {
    assert.deepEqual(Object.keys(inCel).sort(), rules.map(({ name }) => name).sort());
  });

  for (const [rule, { says, cannot }] of Object.entries(inCel)) {
    it(`tells the truth of ${rule}`, () => {
      assert.equal(said.has(rule), says !== undefined);
      assert.ok(says !== undefined || cannot !== undefined, "neither what CEL says, nor why it cannot");
    });
  }
});

async function bindingsOf(environment: Environment, foundation: object = {}): Promise<ObjectInputs[]> {
  const { registrations } = await record({
    stack: environment,
    config: {},
    program: () => {
      new Guardrails("guardrails", specOf(environment, { foundation }).options);
      return Promise.resolve({});
    },
  });
  return objectsIn(registrations, "ValidatingAdmissionPolicyBinding");
}

describe("the setting of the guardrails", () => {
  const cases = [
    ["dev", undefined, ["Warn", "Audit"]],
    ["staging", undefined, ["Deny", "Audit"]],
    ["production", undefined, ["Deny", "Audit"]],
    ["production", "warn", ["Warn", "Audit"]],
    ["production", "audit", ["Audit"]],
    ["dev", "deny", ["Deny", "Audit"]],
  ] as const;
  for (const [environment, guardrails, actions] of cases) {
    it(`${guardrails ?? "left out"} in ${environment}: every binding says ${actions.join(" and ")}`, async () => {
      const foundation = guardrails === undefined ? {} : { guardrails };
      const bindings = await bindingsOf(environment, foundation);
      assert.ok(bindings.length > 5);
      for (const { spec } of bindings) assert.deepEqual(spec.validationActions, actions);
    });
  }

  it("leaves out the exempt namespaces, and no other of Quint's", async () => {
    const selectors = (await bindingsOf("production"))
      .filter(({ metadata }) => metadata.name !== "namespaces.quint.dev")
      .map(({ spec }) => at(spec, "matchResources.namespaceSelector"));
    for (const selector of selectors) {
      assert.deepEqual(selector, {
        matchLabels: { "app.kubernetes.io/managed-by": "quint" },
        matchExpressions: [
          { key: "kubernetes.io/metadata.name", operator: "NotIn", values: [...namespaceExemptions.keys()] },
        ],
      });
    }
  });
});
