/** dev on this machine's embedded cluster, as its commands have it: what runs is told from what is simulated, and answers. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { statusReport, type StatusReport } from "../../automation/cluster/report.ts";
import { makeClone, type Clone, type Finished } from "./support/clone.ts";
import { RealCluster, until } from "./support/real-cluster.ts";

describe("a stack on the embedded cluster", function () {
  this.timeout(1_800_000); // With a warm cache all of it takes under 2 min.
  this.bail(true);
  let clone: Clone | undefined;

  before(function () {
    if (!RealCluster.able()) this.skip();
    // By name: `local` would be containers where Docker answers.
    clone = makeClone((root) => {
      const file = join(root, "Pulumi.dev.yaml");
      writeFileSync(file, readFileSync(file, "utf8").replace("type: local", "type: embedded"));
    });
  });
  after(async () => {
    await clone?.remove();
  });

  async function quint(...args: readonly string[]): Promise<Finished> {
    const finished = await clone!.quint(...args);
    assert.equal(finished.code, 0, `quint ${args.join(" ")}\n${finished.text}`);
    return finished;
  }
  async function status(): Promise<StatusReport> {
    return statusReport.parse(JSON.parse((await quint("status", "dev", "--json")).stdout));
  }
  /** The sample API answers at the address that the table shows first. */
  async function answers(): Promise<void> {
    const api = (await status()).workloads.find(
      ({ name, platform }) => `${platform}/${name}` === "cancer/api",
    );
    const version = await until("the API's answer", async () => {
      const response = await fetch(`http://${api?.addresses[0] ?? ""}/version`, {
        headers: { connection: "close" },
        signal: AbortSignal.timeout(10_000),
      });
      return response.ok ? ((await response.json()) as { version: string }).version : undefined;
    });
    assert.equal(version, "6.9.2");
  }
  async function running(): Promise<Record<string, boolean>> {
    const ours = (await status()).workloads.filter(({ platform }) => platform === "cancer");
    return Object.fromEntries(ours.map(({ name, runs }) => [name, runs]));
  }

  it("up says what runs and what is simulated, and what runs answers", async function () {
    this.timeout(90 * 60_000); // On a machine that never built the programs.
    const { stdout } = await quint("up", "dev", "--yes", "--real", "samples");
    assert.match(stdout, /cancer\/api .* running /);
    assert.match(stdout, /cancer\/mlflow .* simulated /);
    assert.match(stdout, /NetworkPolicies are not enforced/);
    assert.deepEqual(await running(), {
      api: true,
      grafana: false,
      mlflow: false,
      prometheus: true,
      "restore-drill-metrics": false,
    });
    await answers();
  });

  it("cluster status shows the real node and what it runs", async () => {
    const { stdout } = await quint("cluster", "status", "dev");
    assert.match(stdout, /real node real-1, running, \d+ MiB\. NetworkPolicies are not enforced on it\./);
    assert.match(stdout, /podinfo:\S+ +6\.9\.2/);
    assert.match(stdout, /kubelet/);
  });

  it("cluster stop ends it, and up has the same pods running again", async () => {
    await quint("cluster", "stop");
    assert.deepEqual(clone!.processes(), []);
    await quint("up", "dev", "--yes", "--real", "samples");
    assert.deepEqual(await running(), {
      api: true,
      grafana: false,
      mlflow: false,
      prometheus: true,
      "restore-drill-metrics": false,
    });
    await answers();
  });

  it("--real none takes everything back to simulated", async () => {
    await quint("up", "dev", "--yes", "--real", "none");
    assert.ok(Object.values(await running()).every((runs) => !runs));
  });

  it("down and cluster stop leave nothing", async () => {
    await quint("down", "dev", "--yes");
    await quint("cluster", "stop");
    assert.deepEqual(clone!.processes(), []);
  });
});
