/**
 * What a mesh's proxies would measure, where there are no proxies: calls that the test makes up, exported in the mesh's
 * own metrics, and a real Prometheus that scrapes them every second.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureGoProgram } from "../../../simulation/images/go-program.ts";
import { goPrograms } from "../../../simulation/images/go-programs.ts";
import { diesWithParent } from "../../../simulation/process/dies-with-parent.ts";

/** Calls of a Service. */
export interface Calls {
  readonly perSecond: number;
  /** Share of them that is answered with 500. */
  readonly failing: number;
  readonly milliseconds: number;
}

export const good: Calls = { perSecond: 50, failing: 0, milliseconds: 20 };
export const failing: Calls = { perSecond: 50, failing: 0.5, milliseconds: 20 };

const buckets = [5, 10, 25, 50, 100, 250, 500, 1000] as const;

interface Counted {
  calls: Calls;
  since: number;
  fine: number;
  failed: number;
  readonly byBucket: number[];
}

export class MeshMetrics {
  readonly #namespace: string;
  readonly #counted = new Map<string, Counted>();
  readonly #server: Server;
  #prometheus: ChildProcess | undefined;

  constructor(namespace: string) {
    this.#namespace = namespace;
    this.#server = createServer((_, response) => {
      response.setHeader("Content-Type", "text/plain; version=0.0.4");
      response.end(this.#exposition());
    });
  }

  /** Starts the exporter and Prometheus, which answers on the port. */
  async start(folder: string, port: number): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const target = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "prometheus.yml");
    const configuration = {
      global: { scrape_interval: "1s" },
      scrape_configs: [{ job_name: "mesh", static_configs: [{ targets: [target] }] }],
    };
    writeFileSync(file, JSON.stringify(configuration));
    const program = await ensureGoProgram(goPrograms.prometheus);
    const [command, ...rest] = diesWithParent([
      program,
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--log.level=error",
    ]);
    this.#prometheus = spawn(command, rest, { stdio: ["ignore", "ignore", "inherit"] });
    while (!(await ready(port))) {
      if (this.#prometheus.exitCode !== null) throw new Error("Prometheus ended when it started");
      await sleep(100);
    }
  }

  /** From now on a Service is called so; `undefined`: not at all. What was counted stays. */
  call(service: string, calls: Calls | undefined): void {
    this.#count(service);
    const nobody: Calls = { perSecond: 0, failing: 0, milliseconds: 1 };
    const counted = this.#counted.get(service);
    if (counted !== undefined) counted.calls = calls ?? nobody;
    else if (calls !== undefined) {
      const byBucket = buckets.map(() => 0);
      this.#counted.set(service, { calls, since: Date.now(), fine: 0, failed: 0, byBucket });
    }
  }

  async stop(): Promise<void> {
    const prometheus = this.#prometheus;
    if (prometheus?.exitCode === null && prometheus.signalCode === null) {
      const ended = once(prometheus, "exit");
      prometheus.kill("SIGTERM");
      await ended;
    }
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #count(service: string): void {
    const counted = this.#counted.get(service);
    if (counted === undefined) return;
    const { perSecond, failing: share, milliseconds } = counted.calls;
    const calls = (perSecond * (Date.now() - counted.since)) / 1000;
    counted.since = Date.now();
    counted.fine += calls * (1 - share);
    counted.failed += calls * share;
    buckets.forEach((bound, index) => {
      if (milliseconds <= bound) counted.byBucket[index] = (counted.byBucket[index] ?? 0) + calls;
    });
  }

  #exposition(): string {
    const lines = [...this.#counted.keys()].flatMap((service) => {
      this.#count(service);
      const counted = this.#counted.get(service);
      if (counted === undefined) return [];
      const of = `reporter="source",destination_service_namespace="${this.#namespace}",destination_service_name="${service}",response_flags="-"`;
      const total = counted.fine + counted.failed;
      return [
        `istio_requests_total{${of},response_code="200"} ${counted.fine}`,
        `istio_requests_total{${of},response_code="500"} ${counted.failed}`,
        ...buckets.map(
          (bound, index) =>
            `istio_request_duration_milliseconds_bucket{${of},le="${bound}"} ${counted.byBucket[index] ?? 0}`,
        ),
        `istio_request_duration_milliseconds_bucket{${of},le="+Inf"} ${total}`,
      ];
    });
    return `${lines.join("\n")}\n`;
  }
}

async function ready(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok;
  } catch {
    return false;
  }
}
