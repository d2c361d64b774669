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
  const giving = (value?: string) => ({
    outputs: () => Promise.resolve(value === undefined ? {} : { kubeconfig: { value, secret: true } }),
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

  it("is kept as the stack gives it out, readable by its owner only, and nowhere else", async () => {
    await keepKubeconfig(giving("one"), settings, root);
    await keepKubeconfig(giving("another"), settings, root);
    assert.equal(readFileSync(file, "utf8"), "another");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(dirname(file)).mode & 0o777, 0o700);
    assert.deepEqual(readdirSync(dirname(file)), ["dev"]);
    const access = accessTo(settings, root);
    assert.deepEqual([access.kubeconfig, access.context, access.simulated], [file, "kind-quint-dev", false]);
  });

  it("stays where a run gives none out, and goes with the cluster", async () => {
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
