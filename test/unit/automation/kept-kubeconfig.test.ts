/** The kubeconfig of a cluster that the program made: under `.quint/`, for its owner only. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { accessIfThere, accessTo } from "../../../automation/cluster/access.ts";
import { dropKubeconfig, keepKubeconfig } from "../../../automation/session/kept-kubeconfig.ts";
import { openStack, type Settings } from "../../../config/index.ts";
import { CommandError } from "../../../automation/exit.ts";
import { root as project } from "../../support/stacks.ts";

describe("the kubeconfig of a cluster that was made", () => {
  const root = mkdtempSync(join(tmpdir(), "quint-kept-"));
  after(() => {
    rmSync(root, { recursive: true });
  });
  const { settings } = openStack({ root: project, stack: "dev", overrides: { cluster: "kind" } });
  const provider = (kubeconfig: unknown, parent: string) => ({
    urn: `urn:pulumi:dev::quint::${parent}pulumi:providers:kubernetes::cluster-kubernetes`,
    type: "pulumi:providers:kubernetes",
    inputs: { kubeconfig },
  });
  const giving = (kubeconfig?: unknown) => ({
    exportStack: () =>
      Promise.resolve({
        version: 3,
        deployment: {
          resources: [
            provider("of another cluster", ""),
            ...(kubeconfig === undefined ? [] : [provider(kubeconfig, "quint:cluster:KindCluster$")]),
          ],
        },
      }),
  });
  /** As the engine exports a secret whose value is shown. */
  const secret = (text: string) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: JSON.stringify(text),
  });
  const file = join(root, ".quint", "kubeconfigs", "dev");

  it("is not there before the first up, which the error says", async () => {
    await keepKubeconfig(giving(), settings, root);
    assert.equal(accessIfThere(settings, root), undefined);
    assert.throws(
      () => accessTo(settings, root),
      (error) =>
        error instanceof CommandError &&
        error.message.includes("no kind cluster") &&
        error.remedies.join().includes("./quint up dev makes it"),
    );
  });

  it("is kept as the state has it, secret or not, readable by its owner only, and nowhere else", async () => {
    await keepKubeconfig(giving("one"), settings, root);
    await keepKubeconfig(giving(secret("another")), settings, root);
    assert.equal(readFileSync(file, "utf8"), "another");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(dirname(file)).mode & 0o777, 0o700);
    assert.deepEqual(readdirSync(dirname(file)), ["dev"]);
    const access = accessTo(settings, root);
    assert.deepEqual([access.kubeconfig, access.context, access.simulated], [file, "kind-quint-dev", false]);
  });

  it("stays where a state has none, and goes with the cluster", async () => {
    await keepKubeconfig(giving(), settings, root);
    assert.ok(existsSync(file));
    dropKubeconfig(settings, root);
    assert.ok(!existsSync(file));
  });

  it("is apart from that of the simulated cluster of the same stack", () => {
    const simulated: Settings = openStack({
      root: project,
      stack: "dev",
      overrides: { cluster: "simulated" },
    }).settings;
    assert.throws(() => accessTo(simulated, root), /no simulated cluster/);
  });
});
