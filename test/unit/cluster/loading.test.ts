/** The SDKs of clouds are large: they are loaded for clusters in that cloud, and for no other stack. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "..", "..", "..");
const run = promisify(execFile);

/** Packages of Pulumi that a fresh process has loaded after running some lines in the repository's folder. */
async function loadedBy(lines: string): Promise<readonly string[]> {
  const script = `
    import { createRequire } from "node:module";
    ${lines}
    const files = Object.keys(createRequire(import.meta.url).cache);
    const packages = files.map((file) => /node_modules.@pulumi.([^/\\\\]+)/.exec(file)?.[1]);
    console.log(JSON.stringify([...new Set(packages)].filter((name) => name !== undefined)));
  `;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], { cwd: root });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "[]") as string[];
}

describe("the SDKs of clouds", () => {
  it("are not loaded to record a stack on a simulated cluster", async () => {
    const loaded = await loadedBy(`
      const { recordStack } = await import("./automation/render/index.ts");
      const overrides = { cluster: "simulated" };
      for (const stack of ["dev", "staging", "production"]) {
        await recordStack({ root: process.cwd(), stack, overrides });
      }
    `);
    assert.ok(loaded.includes("kubernetes"), "nothing was recorded");
    assert.deepEqual(
      loaded.filter((name) => ["aws", "oci"].includes(name)),
      [],
    );
  });

  it("are loaded by the program of a stack whose cluster is in that cloud, and by no other", async () => {
    const clouds = async (stackFile: string, settings: string, stack = "production") => {
      const loaded = await loadedBy(`
        const { recordVariant } = await import("./test/support/variants.ts");
        const { ${settings} } = await import("./test/unit/cluster/${stackFile}.ts");
        const { registrations } = await recordVariant("${stack}", ${settings});
        if (registrations.length < 50) throw new Error("nothing was recorded");
      `);
      return loaded.filter((name) => ["aws", "oci"].includes(name));
    };
    assert.deepEqual(await clouds("oke-stack", "okeSettings"), ["oci"]);
    assert.deepEqual(await clouds("eks-stack", "eksSettings"), ["aws"]);
    assert.deepEqual(await clouds("kind-stack", "kindSettings", "dev"), []);
  });

  it("are loaded each for itself: OCI's for OKE, AWS's for EKS and the off-site bucket, none for kind", async () => {
    const clouds = async (folder: string) => {
      const loaded = await loadedBy(`await import("./components/cluster/${folder}/index.ts");`);
      return loaded.filter((name) => ["aws", "oci"].includes(name));
    };
    assert.deepEqual(await clouds("oke"), ["oci"]);
    assert.deepEqual(await clouds("eks"), ["aws"]);
    assert.deepEqual(await clouds("offsite-bucket"), ["aws"]);
    assert.deepEqual(await clouds("kind"), []);
  });
});
