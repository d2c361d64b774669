/** The mesh: what goes through it, whether all of it is encrypted, and whether its control plane keeps up. */
import type { DashboardSpec } from "../../model/index.ts";
import { dashboard } from "../dashboard.ts";
import { line, stat } from "../panel.ts";

const arriving = `reporter="destination"`;
const server = "{{destination_workload_namespace}} {{destination_workload}}";
const by = "destination_workload_namespace, destination_workload";

export function mesh(): DashboardSpec {
  return dashboard({
    uid: "cluster-mesh",
    title: "Mesh",
    about: "cluster",
    rows: [
      {
        title: "Now",
        panels: [
          stat("Requests per second", "reqps", `sum(rate(istio_requests_total{${arriving}}[5m]))`),
          stat(
            "Under mutual TLS",
            "percentunit",
            `sum(rate(istio_requests_total{${arriving},connection_security_policy="mutual_tls"}[5m])) / sum(rate(istio_requests_total{${arriving}}[5m]))`,
            {
              description:
                "Of requests between pods of the mesh. Those of Prometheus and probes are outside it.",
              // Two sums of rates are hardly ever equal to the last digit.
              redBelow: 0.999,
            },
          ),
          stat("Proxies in touch", "none", "sum(pilot_xds)"),
          stat(
            "Refused configuration (1 hour)",
            "none",
            "sum(increase(pilot_total_xds_rejects[1h])) or vector(0)",
            { red: 1 },
          ),
          stat(
            "Days until the root certificate ends",
            "d",
            "(min(citadel_server_root_cert_expiry_timestamp) - time()) / 86400",
            { redBelow: 30 },
          ),
        ],
      },
      {
        title: "Traffic",
        panels: [
          line(
            "Busiest servers",
            "reqps",
            `topk(15, sum by (${by}) (rate(istio_requests_total{${arriving}}[5m])))`,
            server,
            { leadsToTraces: true },
          ),
          line(
            "Failing calls, by caller and server",
            "reqps",
            `sum by (source_workload, ${by}) (rate(istio_requests_total{${arriving},response_code=~"5.."}[5m])) > 0`,
            `{{source_workload}} to ${server}`,
            { leadsToTraces: true },
          ),
          line(
            "Slowest servers, p95",
            "s",
            `topk(15, histogram_quantile(0.95, sum by (le, ${by}) (rate(istio_request_duration_milliseconds_bucket{${arriving}}[5m])))) / 1000`,
            server,
            { leadsToTraces: true },
          ),
          line(
            "Calls that a limit or circuit breaker refused",
            "reqps",
            `sum by (${by}, response_flags) (rate(istio_requests_total{reporter="source",response_flags=~"UO|UF|URX|RL|UH"}[5m])) > 0`,
            `${server} {{response_flags}}`,
            {
              description:
                "UO overflow, UF no connection, URX retries used up, RL rate limit, UH nobody healthy.",
            },
          ),
        ],
      },
      {
        title: "Gateway",
        panels: [
          line(
            "Requests from outside, by answer",
            "reqps",
            `sum by (response_code) (rate(istio_requests_total{reporter="source",source_workload_namespace="istio-ingress"}[5m]))`,
            "{{response_code}}",
          ),
          line(
            "Bytes of TCP connections",
            "Bps",
            `sum by (${by}) (rate(istio_tcp_sent_bytes_total{${arriving}}[5m]))`,
            server,
          ),
        ],
      },
      {
        title: "Control plane",
        panels: [
          line(
            "Time until a change is with the proxies, p99",
            "s",
            "histogram_quantile(0.99, sum by (le) (rate(pilot_proxy_convergence_time_bucket[5m])))",
            "p99",
          ),
          line("Pushes per second", "ops", "sum by (type) (rate(pilot_xds_pushes[5m]))", "{{type}}"),
        ],
      },
    ],
  });
}
