/** A session on OCI: the job's token is exchanged, and what is written is for this user alone. */
import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ociSession } from "../../../../automation/ci/oci-session.ts";
import { withServer } from "./server.ts";

const place = { region: "eu-frankfurt-1", tenancy: "ocid1.tenancy.oc1..aaaaexample" };
const asked = "GET /token?audience=https%3A%2F%2Fcloud.oracle.com";
const exchanged = "POST /oauth2/v1/token";
const variables = (address: string): NodeJS.ProcessEnv => ({
  ACTIONS_ID_TOKEN_REQUEST_URL: `${address}/token`,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request",
  OCI_DOMAIN_URL: address,
  OCI_CLIENT_ID: "client",
  OCI_CLIENT_SECRET: "hidden",
});

describe("a session on OCI", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "quint-oci-"))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("comes from the job's token, for a key that was made for it", async () => {
    await withServer(
      { [asked]: { value: "job-jwt" }, [exchanged]: { token: "session" } },
      async (address, requests) => {
        const given = await ociSession({ ...place, folder }, variables(address));
        assert.equal(requests[0]!.headers.authorization, "Bearer request");
        const form = new URLSearchParams(requests[1]!.body);
        assert.equal(form.get("subject_token"), "job-jwt");
        assert.equal(form.get("requested_token_type"), "urn:oci:token-type:oci-upst");
        assert.equal(
          requests[1]!.headers.authorization,
          `Basic ${Buffer.from("client:hidden").toString("base64")}`,
        );

        const config = given.OCI_CLI_CONFIG_FILE!;
        assert.equal(config, join(folder, ".oci", "config"));
        assert.deepEqual(
          { home: given.TF_HOME_OVERRIDE, auth: given.TF_VAR_auth, region: given.TF_VAR_region },
          { home: folder, auth: "SecurityToken", region: place.region },
        );
        const lines = readFileSync(config, "utf8").split("\n");
        const value = (key: string): string =>
          lines.find((line) => line.startsWith(`${key}=`))!.slice(key.length + 1);
        assert.equal(lines[0], "[DEFAULT]");
        assert.equal(readFileSync(value("security_token_file"), "utf8"), "session");
        assert.match(value("fingerprint"), /^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
        const own = createPublicKey(createPrivateKey(readFileSync(value("key_file"))));
        assert.equal(form.get("public_key"), own.export({ type: "spki", format: "der" }).toString("base64"));
        for (const file of [config, value("key_file"), value("security_token_file")])
          assert.equal(statSync(file).mode & 0o077, 0, file);
      },
    );
  });

  it("is refused without a word of the secrets", async () => {
    await withServer({ [asked]: { value: "job-jwt" } }, async (address) => {
      await assert.rejects(
        ociSession({ ...place, folder }, variables(address)),
        (error: Error) =>
          /identity domain refused.*404/.test(error.message) && !/hidden|job-jwt/.test(error.message),
      );
    });
  });

  it("is the runner's own where no identity domain is named", async () => {
    assert.deepEqual(await ociSession({ ...place, folder }, {}), {
      OCI_CLI_AUTH: "instance_principal",
      TF_VAR_auth: "InstancePrincipal",
      TF_VAR_region: "eu-frankfurt-1",
    });
  });
});
