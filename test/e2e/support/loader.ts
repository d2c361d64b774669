/** The loader, run as its container runs it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LoadPlanInput } from "../../../services/recovery/load-plan.ts";
import { bucketName, type RealStores } from "./real-stores.ts";

const program = join(import.meta.dirname, "..", "..", "..", "services", "recovery", "main.ts");

export class Loader {
  readonly #scratch = mkdtempSync(join(tmpdir(), "quint-load-"));
  readonly #stores: RealStores;

  constructor(stores: RealStores) {
    this.#stores = stores;
  }

  /** Of the bucket for backups, in a plan. */
  get place(): LoadPlanInput["bucket"] {
    return { name: bucketName, region: "us-east-1", endpoint: this.#stores.endpoint };
  }

  /** @returns exit code, and the last line that it wrote. */
  async load(plan: LoadPlanInput, at: Date, env: NodeJS.ProcessEnv, ...more: readonly string[]) {
    const words = ["load", "--scratch", this.#scratch, "--at", at.toISOString(), ...more];
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, ...words], {
      env: { ...this.#stores.environment, PLAN: JSON.stringify(plan), ...env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const chunks: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    const [code] = (await once(child, "close")) as [number | null];
    assert.deepEqual(readdirSync(this.#scratch), [], "something was left behind");
    const lines = Buffer.concat(chunks).toString("utf8").trim().split("\n");
    return { code, words: lines.at(-1) ?? "", lines };
  }

  stop(): void {
    rmSync(this.#scratch, { recursive: true, force: true });
  }
}
