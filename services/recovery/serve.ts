/** Serves the metrics of the last report: a drill has long ended when Prometheus asks. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { messageOf } from "./failure.ts";
import { metricsText, parseReport, type DrillReport } from "./report.ts";

/**
 * @param file that holds the report; read at each request, since it is replaced while this runs. No drill has ended yet
 *   where it is not there.
 */
export function serveMetrics(file: string, host: string, port: number): Server {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/health") {
      response.end("ok\n");
      return;
    }
    if (pathname !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    try {
      response
        .writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" })
        .end(metricsText(reportsIn(file)));
    } catch (error) {
      response.writeHead(500).end(`The report cannot be read: ${messageOf(error)}\n`);
    }
  });
  return server.listen(port, host);
}

function reportsIn(file: string): readonly DrillReport[] {
  try {
    return [parseReport(readFileSync(file, "utf8"))];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
