/** Secrets whose values stand in the stack's file, sealed for one cluster. */
import assert from "node:assert/strict";
import type { Platform } from "../../../platforms/model/index.ts";
import { podReferences } from "../../../policy/rules/references.ts";
import { store } from "../../support/data-platform.ts";
import { at } from "../../support/objects.ts";
import type { Recorded } from "../../support/program.ts";
import { recordPlatform } from "../../support/test-platform.ts";

const ciphertext = (name: string) => `Ag${name.repeat(60)}`;
const sealedSecrets = {
  "orders-orders": { password: ciphertext("orders") },
  "workflows-database": { connection: ciphertext("connection") },
};

/** The data services with some of their Secrets sealed; in `reports` there is another seal of the same password. */
function sealed(platform: Platform): Platform {
  const [namespace] = platform.namespaces;
  const elsewhere = { "orders-orders": { password: ciphertext("reports") } };
  return {
    ...platform,
    namespaces: [
      { ...namespace!, sealedSecrets },
      { ...namespace!, name: "reports", sealedSecrets: elsewhere },
    ],
    applications: platform.applications.map((application) => ({
      ...application,
      data: application.data?.map((spec) =>
        spec.name === "orders" ? { ...spec, copiesOfSecrets: { reports: ["orders-orders"] } } : spec,
      ),
    })) as Platform["applications"],
  };
}

describe("sealed Secrets", () => {
  let recorded: Recorded;
  const spec = (name: string, namespace = "store") =>
    at(recorded.object("SealedSecret", name, namespace), "spec");

  before(async () => {
    recorded = await recordPlatform(sealed(store()));
  });

  it("take the place of generated ones, and of no others", async () => {
    const all = (await recordPlatform(store())).rendered().requiredSecrets.map(({ name }) => name);
    const left = recorded.rendered().requiredSecrets.map(({ name }) => name);
    assert.deepEqual(left.sort(), all.filter((name) => !(name in sealedSecrets)).sort());
  });

  it("carry what is secret sealed, and write user names and addresses by a template", () => {
    const encrypted = sealedSecrets["orders-orders"];
    assert.deepEqual(at(spec("orders-orders"), "encryptedData"), encrypted);
    assert.deepEqual(at(spec("orders-orders"), "template.data"), {
      username: "orders",
      uri: 'postgresql://orders:{{ index . "password" | urlquery }}@orders-rw.store:5432/orders?sslmode=require',
    });
    // A text with a value of another Secret is sealed as it is.
    assert.deepEqual(at(spec("workflows-database"), "template.data"), {});
  });

  it("become Secrets of the type and with the labels that their readers look for", () => {
    assert.equal(at(spec("orders-orders"), "template.type"), "kubernetes.io/basic-auth");
    assert.equal(at(spec("orders-orders"), "template.metadata.labels", "cnpg.io/reload"), "true");
  });

  it("are sealed anew for another namespace", () => {
    assert.deepEqual(at(spec("orders-orders", "reports"), "encryptedData"), {
      password: ciphertext("reports"),
    });
  });

  it("are known to the rule that looks for what pods read, with their keys", () => {
    const { objects, requiredSecrets } = recorded.rendered();
    const secrets = new Map(
      requiredSecrets.map(({ namespace, name, keys }) => [`${namespace}/${name}`, Object.keys(keys)]),
    );
    const context = { environment: "dev", secrets } as unknown as Parameters<typeof podReferences.check>[1];
    assert.deepEqual(podReferences.check(objects, context), []);
    const without = objects.filter(({ kind }) => kind !== "SealedSecret");
    assert.match(
      podReferences.check(without, context)[0]?.reason ?? "",
      /Secret (orders-orders|workflows-database), which nothing makes/,
    );
  });
});
