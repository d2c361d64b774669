/**
 * Each rule that holds everywhere, seen to fail: production's own objects with one thing changed, and what the rule says
 * of it. A rule that has no case is an error, too.
 */
import assert from "node:assert/strict";
import { rules, type Context, type KubernetesObject } from "../../../policy/index.ts";
import { nameOf } from "../../../policy/object.ts";
import { drafts } from "../../support/objects.ts";
import { contextOf, objectsOf } from "../../support/stacks.ts";
import { accessCases } from "./cases/access.ts";
import { addressesCases } from "./cases/addresses.ts";
import { availabilityCases } from "./cases/availability.ts";
import type { Cases } from "./cases/case.ts";
import { namespacesCases } from "./cases/namespaces.ts";
import { hostsCases } from "./cases/hosts.ts";
import { meshCases } from "./cases/mesh.ts";
import { podsCases } from "./cases/pods.ts";
import { referencesCases } from "./cases/references.ts";
import { rolloutsCases } from "./cases/rollouts.ts";

const cases: Cases = {
  ...podsCases,
  ...referencesCases,
  ...availabilityCases,
  ...namespacesCases,
  ...accessCases,
  ...hostsCases,
  ...addressesCases,
  ...meshCases,
  ...rolloutsCases,
};

describe("rules", () => {
  let production: readonly KubernetesObject[];
  let context: Context;

  before(async () => {
    // One platform's objects, without its restore drill and the hosts that ask the login of another: the whole stack's
    // are the invariants' business.
    const { objects } = await objectsOf("production");
    production = objects
      .filter(({ kind, metadata }) => {
        const { name, namespace = kind === "Namespace" ? name : undefined, labels } = metadata;
        if (/^cancer-(mlflow|prometheus)$/.test(name) && ["Gateway", "VirtualService"].includes(kind))
          return false;
        return labels?.["app.kubernetes.io/part-of"] === "cancer" && namespace !== "cancer-restore-drill";
      })
      // The order of registration follows what waits for what; what a rule says of two objects, their order.
      .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    // Nine nodes, however many production has: cases count the pods of daemon sets.
    context = { ...(await contextOf("production")), nodes: 9 };
  });

  it("are all seen to fail below, and nothing else is", () => {
    assert.deepEqual(Object.keys(cases).sort(), rules.map(({ name }) => name).sort());
    for (const [name, ofRule] of Object.entries(cases)) {
      assert.ok(
        ofRule.some(({ says }) => says.length > 0),
        `no case breaks ${name}`,
      );
    }
  });

  it("have names of their own and say what must hold", () => {
    const names = rules.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const { description } of rules) {
      assert.match(description, /^[A-Z].{20,}\.$/);
    }
  });

  for (const rule of rules) {
    describe(rule.name, () => {
      it("holds for production as it is", () => {
        assert.deepEqual(rule.check(production, context), []);
      });

      for (const { when, change, says, environment } of cases[rule.name] ?? []) {
        it(`${says.length > 0 ? "is broken" : "holds"} when ${when}`, () => {
          const objects = drafts(production);
          change(objects);
          const found = rule.check(objects as unknown as KubernetesObject[], {
            ...context,
            ...(environment === undefined ? {} : { environment }),
          });
          assert.deepEqual(
            found.map(({ object, reason }) => `${object} ${reason}`),
            says,
          );
        });
      }
    });
  }
});
