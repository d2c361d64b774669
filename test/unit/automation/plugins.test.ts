/** Official provider plugins, or stand-ins. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { choosePlugins, isInstalled, type PluginSources } from "../../../automation/engine/plugins.ts";

function sources(over: Partial<PluginSources>): { sources: PluginSources; did: string[] } {
  const did: string[] = [];
  return {
    did,
    sources: {
      installed: () => false,
      install: (provider) => {
        did.push(`install ${provider}`);
        return Promise.resolve();
      },
      mayDownload: () => Promise.resolve(false),
      downloadFailed: () => did.push("remembered"),
      standIn: (provider) => `/stand-ins/${provider}`,
      ...over,
    },
  };
}
const quiet = (): undefined => undefined;

describe("provider plugins", () => {
  it("are the official ones where they are installed, and nothing is asked of the network", async () => {
    const machine = sources({ installed: () => true, mayDownload: () => Promise.reject(new Error("asked")) });
    assert.deepEqual(await choosePlugins(machine.sources, quiet), []);
  });

  it("are installed where they can be", async () => {
    const machine = sources({ mayDownload: () => Promise.resolve(true) });
    assert.deepEqual(await choosePlugins(machine.sources, quiet), []);
    assert.deepEqual(machine.did, ["install kubernetes", "install random"]);
  });

  it("are stand-ins after one attempt that failed, which is remembered", async () => {
    const machine = sources({
      mayDownload: () => Promise.resolve(true),
      install: () => Promise.reject(new Error("no route to host")),
    });
    const said: string[] = [];
    const standIns = await choosePlugins(machine.sources, (line) => said.push(line));
    assert.deepEqual(standIns, [
      { name: "kubernetes", path: "/stand-ins/kubernetes" },
      { name: "random", path: "/stand-ins/random" },
    ]);
    assert.deepEqual(machine.did, ["remembered"]);
    assert.match(said.join("\n"), /kubernetes provider could not be installed \(no route to host\)/);
  });

  it("are stand-ins only for what is missing", async () => {
    const machine = sources({ installed: (provider) => provider === "random" });
    assert.deepEqual(await choosePlugins(machine.sources, quiet), [
      { name: "kubernetes", path: "/stand-ins/kubernetes" },
    ]);
    assert.deepEqual(machine.did, []);
  });

  it("of a cloud are installed for stacks that need them, and nothing stands in for them", async () => {
    const there = sources({ mayDownload: () => Promise.resolve(true) });
    assert.deepEqual(await choosePlugins(there.sources, quiet, ["oci"]), []);
    assert.deepEqual(there.did, ["install kubernetes", "install random", "install oci"]);
    const standIn = (provider: string) => (provider === "oci" ? undefined : `/stand-ins/${provider}`);
    await assert.rejects(
      choosePlugins(sources({ standIn }).sources, quiet, ["oci"]),
      /The provider plugin oci is not installed/,
    );
  });

  describe("in the plugin folder", () => {
    const folder = mkdtempSync(join(tmpdir(), "quint-plugins-"));
    after(() => {
      rmSync(folder, { recursive: true });
    });

    it("count as installed when their folder is whole, in exactly that version", () => {
      const plugin = join(folder, "resource-random-v4.21.2");
      assert.equal(isInstalled(folder, "random", "4.21.2"), false);
      mkdirSync(plugin);
      assert.equal(isInstalled(folder, "random", "4.21.2"), false, "an empty folder");
      writeFileSync(join(plugin, "pulumi-resource-random"), "");
      assert.equal(isInstalled(folder, "random", "4.21.2"), true);
      assert.equal(isInstalled(folder, "random", "4.21.3"), false, "another version");
      writeFileSync(`${plugin}.partial`, "");
      assert.equal(isInstalled(folder, "random", "4.21.2"), false, "half an installation");
    });
  });
});
