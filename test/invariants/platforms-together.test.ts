/**
 * Platforms together that no stack file names yet, with cancer: every rule holds, and the connections are those that they
 * declare. Clinical-trials is left out: it has tests of this kind of its own.
 */
import assert from "node:assert/strict";
import { kubernetesObjects, type RenderedObjects } from "../../automation/render/objects.ts";
import { rules, type Context } from "../../policy/index.ts";
import { describeStack } from "../../platforms/index.ts";
import { differences, layers } from "../support/connectivity/compare.ts";
import { withEveryPlatform } from "../support/five-platforms.ts";
import { contextOf } from "../support/stacks.ts";
import { recordChanged } from "../support/variants.ts";

const none = Object.fromEntries(layers.map((layer) => [layer, []]));

// Dev by its own cluster; production stands for what is delivered to real ones.
for (const stack of ["dev", "production"] as const) {
  describe(`four platforms on ${stack}`, () => {
    const every = withEveryPlatform(stack);
    const platforms = { ...every.platforms, "clinical-trials": undefined };
    const settings = { ...every, platforms };
    let rendered: RenderedObjects;
    let context: Context;

    before(async () => {
      const { cluster } = settings;
      const { registrations } = await recordChanged(stack, {
        "quint:platforms": platforms,
        ...(stack === "dev" ? { "quint:cluster": cluster } : {}),
      });
      rendered = kubernetesObjects(registrations);
      const own = rendered.requiredSecrets.map(
        ({ namespace, name, keys }) => [`${namespace}/${name}`, Object.keys(keys)] as const,
      );
      context = { ...(await contextOf(stack)), secrets: new Map(own) };
    });

    for (const rule of rules) {
      it(`${rule.name}: ${rule.description}`, () => {
        const found = rule.check(rendered.objects, context);
        assert.deepEqual(
          found.map(({ object, reason }) => `${object} ${reason}`),
          [],
        );
      });
    }

    it("connect as they declare, quarantine included", () => {
      const described = describeStack(settings).platforms;
      assert.deepEqual(differences(rendered.objects, described), none);
    });
  });
}
