/** The mesh: base, CNI plugin and istiod; STRICT everywhere, access logs and traces of every proxy. */
import { PeerAuthentication } from "@kubernetes-models/istio/security.istio.io/v1/PeerAuthentication";
import { Telemetry } from "@kubernetes-models/istio/telemetry.istio.io/v1/Telemetry";
import { PodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import type { Values } from "../../config/catalog/mirror.ts";
import { login } from "../../platforms/model/index.ts";
import { customResource } from "../custom-resource.ts";
import { quantities } from "../quantities.ts";
import { gatewayPods } from "../traffic/gateway.ts";
import { serviceHost } from "../traffic/service-host.ts";
import {
  foundationLabels,
  requiredPod,
  resourcesOf,
  spreadOf,
  type AddOnContext,
  type AddOnDefinition,
  type AddOnScope,
} from "./definition.ts";

const rootNamespace = "istio-system";
/** Name under which Telemetry finds the collector of traces. */
const tracingProvider = "quint-tracing";
/** Service of the collectors of traces. */
const collector = { service: "otel-gateway.platform-monitoring.svc.cluster.local", port: 4317 };

export const istio: AddOnDefinition = {
  values: (context) => {
    const istiod = requiredPod(context, "istiod/istiod");
    const node = requiredPod(context, "istio-cni/node");
    return {
      "istio-base": { base: { enableCRDTemplates: true } },
      "istio-cni": {
        resources: resourcesOf(node),
        seccompProfile: { type: "RuntimeDefault" },
        // The plugin must not wait for itself where it starts.
        excludeNamespaces: ["kube-system", node.namespace],
      },
      istiod: {
        autoscaleEnabled: istiod.maxReplicas !== undefined,
        ...(istiod.maxReplicas === undefined
          ? { replicaCount: istiod.replicas }
          : { autoscaleMin: istiod.replicas, autoscaleMax: istiod.maxReplicas }),
        resources: resourcesOf(istiod),
        seccompProfile: { type: "RuntimeDefault" },
        topologySpreadConstraints: spreadOf(istiod),
        // Without the plugin every injected pod has an init container that `restricted` pod security refuses.
        cni: { enabled: true },
        env: { ENABLE_NATIVE_SIDECARS: "true" },
        global: {
          priorityClassName: istiod.priority,
          logAsJson: true,
          defaultPodDisruptionBudget: { enabled: false },
          proxy: { resources: quantities(context.options.sidecar) },
        },
        meshConfig: {
          enableTracing: true,
          accessLogEncoding: "JSON",
          accessLogFormat: JSON.stringify(accessLog),
          defaultConfig: { holdApplicationUntilProxyStarts: true },
          // Challenges of Let's Encrypt come as Ingress objects; they are answered by our gateway.
          ingressSelector: gatewayPods.istio,
          extensionProviders: [
            { name: tracingProvider, opentelemetry: { ...collector } },
            ...loginProvider(context),
          ],
        },
      },
    };
  },
  after: (scope) => {
    strictEverywhere(scope);
    telemetry(scope);
    sidecarMetrics(scope);
  },
};

/** A line of a proxy's access log: Istio's own fields, and the number of the trace that the request belongs to. */
const accessLog = {
  start_time: "%START_TIME%",
  trace_id: "%TRACE_ID%",
  request_id: "%REQ(X-REQUEST-ID)%",
  route_name: "%ROUTE_NAME%",
  method: "%REQ(:METHOD)%",
  authority: "%REQ(:AUTHORITY)%",
  path: "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
  protocol: "%PROTOCOL%",
  response_code: "%RESPONSE_CODE%",
  response_code_details: "%RESPONSE_CODE_DETAILS%",
  response_flags: "%RESPONSE_FLAGS%",
  connection_termination_details: "%CONNECTION_TERMINATION_DETAILS%",
  bytes_received: "%BYTES_RECEIVED%",
  bytes_sent: "%BYTES_SENT%",
  duration: "%DURATION%",
  upstream_service_time: "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%",
  upstream_transport_failure_reason: "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
  upstream_host: "%UPSTREAM_HOST%",
  upstream_cluster: "%UPSTREAM_CLUSTER_RAW%",
  upstream_local_address: "%UPSTREAM_LOCAL_ADDRESS%",
  downstream_local_address: "%DOWNSTREAM_LOCAL_ADDRESS%",
  downstream_remote_address: "%DOWNSTREAM_REMOTE_ADDRESS%",
  requested_server_name: "%REQUESTED_SERVER_NAME%",
  x_forwarded_for: "%REQ(X-FORWARDED-FOR)%",
  user_agent: "%REQ(USER-AGENT)%",
};

/** Whom the gateway asks about requests to hosts with a login: its cookie and password, and what it answers in. */
function loginProvider({ options }: AddOnContext): Values[] {
  return options.login
    ? [
        {
          name: login.provider,
          envoyExtAuthzHttp: {
            service: serviceHost(login.service, login.namespace),
            port: login.port,
            // While nobody can be asked, nobody comes in: that is the default, said once more.
            failOpen: false,
            timeout: "5s",
            includeRequestHeadersInCheck: ["authorization", "cookie", "accept", "x-requested-with"],
            // A cookie that is renewed on the way.
            headersToDownstreamOnAllow: ["set-cookie"],
            headersToDownstreamOnDeny: ["content-type", "set-cookie", "location", "cache-control"],
          },
        },
      ]
    : [];
}

function strictEverywhere({ name, opts }: AddOnScope): void {
  customResource(
    `${name}-strict`,
    new PeerAuthentication({
      metadata: { name: "default", namespace: rootNamespace, labels: foundationLabels("istio") },
      spec: { mtls: { mode: "STRICT" } },
    }),
    opts,
  );
}

/** The mesh begins the traces and hands their numbers on (W3C); what is kept of them the collector decides. */
function telemetry({ name, opts, options }: AddOnScope): void {
  customResource(
    `${name}-telemetry`,
    new Telemetry({
      metadata: { name: "mesh-default", namespace: rootNamespace, labels: foundationLabels("istio") },
      spec: {
        accessLogging: [{ providers: [{ name: "envoy" }] }],
        tracing: [
          {
            providers: [{ name: tracingProvider }],
            randomSamplingPercentage: options.tracing.offeredPercent,
          },
        ],
      },
    }),
    opts,
  );
}

/** Envoy's own metrics of every sidecar; the port is outside the mesh's capture, so STRICT does not close it. */
function sidecarMetrics({ name, opts }: AddOnScope): void {
  customResource(
    `${name}-sidecars`,
    new PodMonitor({
      metadata: { name: "istio-sidecars", namespace: rootNamespace, labels: foundationLabels("istio") },
      spec: {
        namespaceSelector: { any: true },
        selector: {
          matchExpressions: [
            { key: "security.istio.io/tlsMode", operator: "Exists" },
            // The gateway has a monitor of its own.
            { key: "istio", operator: "NotIn", values: ["ingress"] },
          ],
        },
        podMetricsEndpoints: [{ portNumber: 15090, path: "/stats/prometheus", interval: "30s" }],
      },
    }),
    opts,
  );
}
