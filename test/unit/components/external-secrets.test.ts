/** Secrets that are read from a store in place of being generated. */
import assert from "node:assert/strict";
import type { Platform } from "../../../platforms/model/index.ts";
import { podReferences } from "../../../policy/rules/references.ts";
import { store } from "../../support/data-platform.ts";
import { at } from "../../support/objects.ts";
import type { Recorded } from "../../support/program.ts";
import { lab, recordPlatform } from "../../support/test-platform.ts";

const secretStore = { store: "vault", prefix: "quint/test" };
const fromStore = (platform: Platform): Platform => ({
  ...platform,
  namespaces: platform.namespaces.map((namespace) => ({ ...namespace, secretStore })),
});

describe("Secrets from a store", () => {
  let recorded: Recorded;

  before(async () => {
    recorded = await recordPlatform(fromStore(store()));
  });

  const template = (name: string) => at(recorded.object("ExternalSecret", name), "spec.target.template");
  const remotes = (name: string) =>
    (at(recorded.object("ExternalSecret", name), "spec.data") as object[]).map((entry) => [
      at(entry, "secretKey"),
      at(entry, "remoteRef.key"),
      at(entry, "remoteRef.property"),
    ]);

  it("are as many as would be generated, under the same names, and nothing is generated", async () => {
    const generated = (await recordPlatform(store())).of("Secret").length;
    assert.ok(generated > 10);
    assert.equal(recorded.names("ExternalSecret").length, generated);
    assert.equal(recorded.of("RandomPassword").length, 0);
    assert.equal(recorded.of("Secret").length, 0);
  });

  it("name the store, and where in it each value is", async () => {
    const spec = at(recorded.object("ExternalSecret", "cache"), "spec");
    assert.deepEqual(at(spec, "secretStoreRef"), { kind: "ClusterSecretStore", name: "vault" });
    assert.deepEqual(remotes("cache"), [["password", "quint/test/store/cache", "password"]]);
    const front = await recordPlatform(fromStore(lab()));
    const data = at(front.object("ExternalSecret", "credentials"), "spec.target.template.data");
    assert.deepEqual(data, {
      username: "web",
      password: "{{ .password }}",
      "with-symbols": "{{ .with_symbols }}",
    });
  });

  it("write addresses from values of their own and of other Secrets, encoded", () => {
    assert.equal(
      at(template("orders-orders"), "data.uri"),
      "postgresql://orders:{{ .password | urlquery }}@orders-rw.store:5432/orders?sslmode=require",
    );
    // A user name is no secret, and stands in no store.
    assert.match(
      String(at(template("workflows-database"), "data.connection")),
      /^postgresql\+psycopg2:\/\/work_flows:\{\{ \.orders_work_flows_password \| urlquery \}\}@orders-rw\.store/,
    );
    assert.deepEqual(remotes("workflows-database"), [
      ["orders_work_flows_password", "quint/test/store/orders-work-flows", "password"],
    ]);
  });

  it("keep the type and the labels that their readers look for", () => {
    assert.equal(at(template("orders-orders"), "type"), "kubernetes.io/basic-auth");
    assert.equal(at(template("orders-orders"), "metadata.labels", "cnpg.io/reload"), "true");
  });

  it("are known to the rule that looks for what pods read, with their keys", () => {
    const { objects } = recorded.rendered();
    const context = { environment: "dev", secrets: new Map() } as unknown as Parameters<
      typeof podReferences.check
    >[1];
    assert.deepEqual(podReferences.check(objects, context), []);
    const without = objects.filter(
      ({ kind, metadata }) => kind !== "ExternalSecret" || metadata.name !== "cache",
    );
    assert.match(podReferences.check(without, context)[0]?.reason ?? "", /Secret cache, which nothing makes/);
  });
});
