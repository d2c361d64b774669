/**
 * A session on OCI for a workflow: GitHub's token of the job is exchanged for a session token of an identity domain that
 * trusts it. The key pair is made here and ends with the job; no API key exists.
 * Source: OCI IAM, workload identity federation (token exchange grant, `urn:oci:token-type:oci-upst`).
 */
import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { failure } from "../exit.ts";
import { required } from "./github.ts";

/** The audience that the identity domain's trust asks for. */
const audience = "https://cloud.oracle.com";

export interface OciSessionOptions {
  readonly region: string;
  readonly tenancy: string;
  /** Folder for configuration, key and token. */
  readonly folder: string;
}

/**
 * Exchanges the token and writes a profile.
 *
 * @returns the variables that point the `oci` command line and the provider to it.
 * @throws CommandError where GitHub or the identity domain refuses. Tokens are in no message.
 */
export async function ociSession(
  { region, tenancy, folder }: OciSessionOptions,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Readonly<Record<string, string>>> {
  const subject = await jobToken(environment);
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const der = publicKey.export({ type: "spki", format: "der" });
  const token = await exchanged(subject, der.toString("base64"), environment);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [config, key, session] = ["config", "session-key.pem", "session-token"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const fingerprint = createHash("md5")
    .update(der)
    .digest("hex")
    .replace(/..(?!$)/g, "$&:");
  const profile = [
    "[DEFAULT]",
    `region=${region}`,
    `tenancy=${tenancy}`,
    `fingerprint=${fingerprint}`,
    `key_file=${key}`,
    `security_token_file=${session}`,
  ];
  const own = { mode: 0o600 };
  writeFileSync(key, privateKey.export({ type: "pkcs8", format: "pem" }), own);
  writeFileSync(session, token, own);
  writeFileSync(config, `${profile.join("\n")}\n`, own);
  return {
    OCI_CLI_CONFIG_FILE: config,
    OCI_CLI_AUTH: "security_token",
    OCI_CONFIG_FILE: config,
    // What the provider reads.
    TF_VAR_auth: "SecurityToken",
    TF_VAR_config_file_profile: "DEFAULT",
  };
}

/** The token that GitHub gives a job with `id-token: write`. */
async function jobToken(environment: NodeJS.ProcessEnv): Promise<string> {
  const address = new URL(required("ACTIONS_ID_TOKEN_REQUEST_URL", environment));
  address.searchParams.set("audience", audience);
  const { value } = await answered(
    "GitHub gave no token for the job",
    z.object({ value: z.string() }),
    address,
    {
      headers: { authorization: `Bearer ${required("ACTIONS_ID_TOKEN_REQUEST_TOKEN", environment)}` },
    },
  );
  return value;
}

async function exchanged(
  subject: string,
  publicKey: string,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const client = `${required("OCI_CLIENT_ID", environment)}:${required("OCI_CLIENT_SECRET", environment)}`;
  const address = new URL("/oauth2/v1/token", required("OCI_DOMAIN_URL", environment));
  const { token } = await answered(
    "The identity domain refused the token",
    z.object({ token: z.string() }),
    address,
    {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(client).toString("base64")}` },
      body: new URLSearchParams({
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        requested_token_type: "urn:oci:token-type:oci-upst",
        subject_token_type: "jwt",
        subject_token: subject,
        public_key: publicKey,
      }),
    },
  );
  return token;
}

async function answered<T>(
  refusal: string,
  form: z.ZodType<T>,
  address: URL,
  request: RequestInit,
): Promise<T> {
  const response = await fetch(address, { ...request, signal: AbortSignal.timeout(30_000) });
  if (!response.ok) {
    throw failure(
      `${refusal} (${response.status}).`,
      "docs/ci.md says how the trust between GitHub and OCI is set up.",
    );
  }
  const parsed = form.safeParse(await response.json());
  if (!parsed.success) throw failure(`${refusal}: its answer holds none.`);
  return parsed.data;
}
