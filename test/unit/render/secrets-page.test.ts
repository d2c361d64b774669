/** `SECRETS.md`: what its commands make is what `up` would have made, and works. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { folderLayout } from "../../../automation/render/layout.ts";
import { GeneratedSecret } from "../../../components/secrets/generated-secret.ts";
import type { NamespaceSpec } from "../../../platforms/model/index.ts";
import { recordProgram } from "../../support/program.ts";

describe("the page of Secrets", () => {
  let folder: string;
  let page: string;
  /** `namespace/name` -> the arguments that kubectl was given. */
  const made = new Map<string, readonly string[]>();

  const value = (secret: string, key: string) =>
    made
      .get(secret)
      ?.find((word) => word.startsWith(`--from-literal=${key}=`))
      ?.slice(`--from-literal=${key}=`.length) ?? "";

  before(async function () {
    folder = mkdtempSync(join(tmpdir(), "quint-secrets-"));
    page = await pageOf();
    try {
      execFileSync("openssl", ["version"]);
    } catch {
      this.skip();
    }
    const script = page
      .split(/^```(?:sh)?$/m)
      .filter((_text, index) => index % 2 === 1)
      .join("\n");
    // Its arguments, one a line, and an empty line after each call.
    const kubectl = join(folder, "kubectl");
    writeFileSync(kubectl, `#!/bin/sh\nprintf '%s\\n' "$@" "" >>"${folder}/calls"\n`);
    chmodSync(kubectl, 0o755);
    execFileSync("sh", ["-eu", "-c", script], {
      env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH ?? ""}` },
    });
    for (const call of readFileSync(join(folder, "calls"), "utf8").trim().split("\n\n")) {
      const words = call.split("\n");
      made.set(`${words[5] ?? ""}/${words[3] ?? ""}`, words.slice(6));
    }
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("gives a password the same value wherever it is", () => {
    const password = value("lab/store", "password");
    assert.match(password, /^[A-Za-z0-9]{20}$/);
    assert.equal(value("lab/store", "uri"), `postgresql://app:${password}@store:5432/app?sslmode=require`);
    assert.equal(value("lab/store", "document"), `{"user":"app $HOME","password":"${password}"}`);
    assert.deepEqual(made.get("callers/store"), made.get("lab/store"));
  });

  it("makes keys and hashes in their consumers' form", () => {
    assert.equal(Buffer.from(value("lab/store", "key"), "base64").length, 32);
    const hash = createHash("sha1").update(value("lab/store", "password")).digest("base64");
    assert.equal(value("lab/store", "htpasswd"), `app:{SHA}${hash}`);
  });

  it("makes the type that operators look for", () => {
    assert.ok(made.get("lab/store")?.includes("--type=kubernetes.io/basic-auth"));
  });

  it("says of what is known after a deployment alone that it cannot be made by hand", () => {
    const [, section = ""] = page.split("## lab/bucket-key");
    assert.match(section, /^[\s\S]*?Only `\.\/quint up` can make it/);
    assert.ok(!made.has("lab/bucket-key"));
    assert.ok(!page.includes("pulumiUnknown"));
  });
});

async function pageOf(): Promise<string> {
  const recorded = await recordProgram(() => {
    const secret = new GeneratedSecret("store", {
      owner: { platform: "lab" },
      namespace: "lab",
      spec: {
        name: "store",
        purpose: "The store",
        rotation: 1,
        type: "kubernetes.io/basic-auth",
        keys: {
          username: { kind: "plain", value: "app" },
          password: { kind: "password", length: 20 },
          key: { kind: "key", length: 32 },
          uri: { kind: "text", template: "postgresql://app:${password}@store:5432/app?sslmode=require" },
          document: { kind: "text", template: '{"user":"app $HOME","password":"${password}"}' },
          htpasswd: { kind: "htpasswd", user: "app", password: "password" },
        },
      },
    });
    secret.copyTo({ name: "callers" } as NamespaceSpec, []);
    // As the key of a bucket that the cloud makes.
    const cloud = new k8s.core.v1.ConfigMap("cloud", { metadata: { name: "cloud", namespace: "lab" } });
    new k8s.core.v1.Secret("bucket-key", {
      metadata: { name: "bucket-key", namespace: "lab" },
      data: pulumi.output(cloud.id).apply((id) => ({ key: id })),
    });
    return {};
  });
  return folderLayout("lab", recorded.rendered()).get("SECRETS.md") ?? "";
}
