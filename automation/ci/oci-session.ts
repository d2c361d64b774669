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
  /** Folder in which configuration, key and token are put; it takes the place of the home folder for OCI's provider. */
  readonly folder: string;
}

/**
 * Opens a session: by exchange where an identity domain is named (`OCI_DOMAIN_URL`), else as the instance in OCI that the
 * runner is.
 *
 * @returns the variables that point the `oci` command line and the provider to it.
 * @throws CommandError where GitHub or the identity domain refuses. Tokens are in no message.
 */
export async function ociSession(
  options: OciSessionOptions,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Readonly<Record<string, string>>> {
  if (!environment.OCI_DOMAIN_URL) {
    return {
      OCI_CLI_AUTH: "instance_principal",
      TF_VAR_auth: "InstancePrincipal",
      TF_VAR_region: options.region,
    };
  }
  const subject = await jobToken(environment);
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const der = publicKey.export({ type: "spki", format: "der" });
  const token = await exchanged(subject, der.toString("base64"), environment);
  const profile = { der, key: privateKey.export({ type: "pkcs8", format: "pem" }), token };
  return {
    OCI_CLI_CONFIG_FILE: writeProfile(options, profile),
    OCI_CLI_AUTH: "security_token",
    // The provider looks for `.oci/config` there, and nowhere else.
    TF_HOME_OVERRIDE: options.folder,
    TF_VAR_auth: "SecurityToken",
    TF_VAR_config_file_profile: "DEFAULT",
    TF_VAR_region: options.region,
  };
}

interface Profile {
  readonly der: Buffer;
  readonly key: string | Buffer;
  readonly token: string;
}

/** Writes what only this user may read. @returns path of the configuration. */
function writeProfile({ region, tenancy, folder }: OciSessionOptions, { der, key, token }: Profile): string {
  const place = join(folder, ".oci");
  mkdirSync(place, { recursive: true, mode: 0o700 });
  const write = (name: string, content: string | Buffer): string => {
    const file = join(place, name);
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  };
  const fingerprint = createHash("md5")
    .update(der)
    .digest("hex")
    .replace(/..(?!$)/g, "$&:");
  const lines = [
    "[DEFAULT]",
    `region=${region}`,
    `tenancy=${tenancy}`,
    `fingerprint=${fingerprint}`,
    `key_file=${write("session-key.pem", key)}`,
    `security_token_file=${write("session-token", token)}`,
  ];
  return write("config", `${lines.join("\n")}\n`);
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
