/** The rules that hold everywhere hold for every data service, whoever makes its pods. */
import assert from "node:assert/strict";
import { namespaceExemptions } from "../../../../config/catalog/namespaces.ts";
import { rules, type Context } from "../../../../policy/index.ts";
import { clusters, store } from "../../../support/data-platform.ts";
import type { Recorded } from "../../../support/program.ts";
import { recordPlatform } from "../../../support/test-platform.ts";

const resources = { cpu: "50m", memory: "64Mi" };

for (const [name, facts] of Object.entries(clusters)) {
  describe(`data services ${name}`, () => {
    let recorded: Recorded;

    before(async () => {
      recorded = await recordPlatform(store(), facts);
    });

    for (const rule of rules) {
      it(`${rule.name}: ${rule.description}`, () => {
        const { objects, requiredSecrets } = recorded.rendered();
        const context: Context = {
          environment: "production",
          sidecar: { requests: resources, limits: { cpu: "500m", memory: "256Mi" } },
          nodes: 6,
          exemptions: namespaceExemptions,
          secrets: new Map(
            requiredSecrets.map((secret) => [`${secret.namespace}/${secret.name}`, Object.keys(secret.keys)]),
          ),
        };
        assert.deepEqual(
          rule.check(objects, context).map(({ object, reason }) => `${object} ${reason}`),
          [],
        );
      });
    }
  });
}
