/** Secrets: listed by what they open, one value on request. */
import assert from "node:assert/strict";
import { listSecrets, readSecretValue } from "../../../automation/cluster/secrets.ts";
import { cluster, managed } from "./cluster-by-heart.ts";

describe("secrets", () => {
  const secret = (
    name: string,
    annotations: Record<string, string>,
    labels: Record<string, string> = managed,
  ) => ({
    metadata: { name, namespace: "cancer-mlops", labels, annotations },
    data: {
      password: Buffer.from("s3cret-väl").toString("base64"),
      username: Buffer.from("admin").toString("base64"),
    },
  });
  const secrets = [
    secret("grafana-admin", { "quint.dev/purpose": "Grafana's administrator" }),
    secret("certificate", {}),
    secret("theirs", {}, {}),
  ];

  it("are listed by what they open, without a value", async () => {
    const listed = await listSecrets(cluster({ secrets }));
    assert.deepEqual(listed, [
      {
        namespace: "cancer-mlops",
        name: "grafana-admin",
        keys: ["password", "username"],
        purpose: "Grafana's administrator",
      },
    ]);
  });

  it("give one value, on request", async () => {
    assert.equal(
      await readSecretValue(cluster({ secrets }), "cancer-mlops/grafana-admin/password"),
      "s3cret-väl",
    );
  });

  for (const [address, message] of [
    ["grafana-admin", /"grafana-admin" does not name a value/],
    ["cancer-mlops/grafana-admin/password/x", /does not name a value/],
    ["cancer-mlops/nothing/password", /There is no Secret cancer-mlops\/nothing/],
    ["cancer-mlops/grafana-admin/pasword", /has no key "pasword"/],
    ["cancer-mlops/theirs/password", /not one of Quint's/],
  ] as const) {
    it(`refuse ${address}`, async () => {
      await assert.rejects(readSecretValue(cluster({ secrets }), address), { ending: "badInput", message });
    });
  }
});
