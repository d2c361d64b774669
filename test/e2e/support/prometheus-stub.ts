/** Something that speaks Prometheus' query API and answers what a test wants: errors, response times, alerts. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Measured {
  /** Share of requests that fail, 0 to 1; not a number where there are none. */
  errors: number;
  /** Response time, in seconds. */
  seconds: number;
  /** Labels of critical alerts that fire. */
  alerts: Record<string, string>[];
}

export class PrometheusStub {
  readonly #server: Server;
  /** Changed by the test at any time. */
  measured: Measured = { errors: 0, seconds: 0.1, alerts: [] };
  /** Queries so far. */
  asked = 0;

  /** @param namespace of the server that the metrics are of. */
  constructor(namespace: string, workload: string) {
    const of = { destination_workload_namespace: namespace, destination_workload: workload };
    this.#server = createServer(({ url = "" }, response) => {
      this.asked++;
      const query = new URL(url, "http://stub").searchParams.get("query") ?? "";
      const { errors, seconds, alerts } = this.measured;
      const result = query.includes("ALERTS")
        ? alerts.map((metric) => ({ metric, value: [0, "1"] }))
        : [{ metric: of, value: [0, String(query.includes("histogram_quantile") ? seconds : errors)] }];
      response.end(JSON.stringify({ status: "success", data: { resultType: "vector", result } }));
    });
  }

  /**
   * Returns its address.
   * @param at port; left out: any.
   */
  async start(at = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(at, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
