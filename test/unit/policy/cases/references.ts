/** Cases of the rules on how objects refer to each other. */
import { named, put, type Draft } from "../../../support/objects.ts";
import {
  adding,
  api,
  apiLabels,
  bare,
  container,
  copying,
  openPort,
  pod,
  setting,
  without,
  type Cases,
} from "./case.ts";

/** A ServiceMonitor of the API; the cancer platform has a Prometheus of its own and none. */
const monitor = (matchLabels: Record<string, string>, port = "http"): Draft => ({
  apiVersion: "monitoring.coreos.com/v1",
  kind: "ServiceMonitor",
  metadata: { name: "api", namespace: "cancer-mlops", labels: { "app.kubernetes.io/managed-by": "quint" } },
  spec: { selector: { matchLabels }, endpoints: [{ port, path: "/metrics" }] },
});

/** A volume with the certificate of Kafka's authority. */
const authority = { name: "authority", secret: { secretName: "events-cluster-ca-cert" } };

export const referencesCases: Cases = {
  "pod-references": [
    {
      when: "a ServiceAccount is missing",
      change: without("ServiceAccount", "api"),
      says: [`${api} refers to ServiceAccount api, which nothing makes`],
    },
    {
      when: "a mounted ConfigMap is missing",
      change: without("ConfigMap", "prometheus-config"),
      says: ["Deployment cancer-mlops/prometheus refers to ConfigMap prometheus-config, which nothing makes"],
    },
    {
      when: "a ConfigMap of the environment is missing",
      change: without("ConfigMap", "app-config"),
      says: [`${api} refers to ConfigMap app-config, which nothing makes`],
    },
    {
      when: "a ConfigMap is there, in another namespace",
      change: setting("ConfigMap", "app-config", "metadata.namespace", "elsewhere"),
      says: [`${api} refers to ConfigMap app-config, which nothing makes`],
    },
    {
      when: "a claim is missing",
      change: without("PersistentVolumeClaim", "models-pvc"),
      says: [`${api} refers to PersistentVolumeClaim models-pvc, which nothing makes`],
    },
    {
      when: "a Secret is one that Kafka's operator makes, of a Kafka that is not there",
      change: adding("Deployment", "api", `${pod}.volumes`, authority),
      says: [`${api} refers to Secret events-cluster-ca-cert, which nothing makes`],
    },
    {
      when: "a Secret is one that Kafka's operator makes",
      change: (objects) => {
        adding("Deployment", "api", `${pod}.volumes`, authority)(objects);
        objects.push({
          apiVersion: "kafka.strimzi.io/v1",
          kind: "Kafka",
          metadata: { name: "events", namespace: "cancer-mlops" },
        });
      },
      says: [],
    },
    {
      when: "a volume is missing",
      change: adding("Deployment", "api", `${container}.volumeMounts`, {
        name: "cache",
        mountPath: "/cache",
      }),
      says: [`${api} mounts the volume cache, which the pod does not have`],
    },
    {
      when: "a mounted Secret is missing",
      change: adding("Deployment", "api", `${pod}.volumes`, {
        name: "tls",
        secret: { secretName: "api-tls" },
      }),
      says: [`${api} refers to Secret api-tls, which nothing makes`],
    },
    {
      when: "a Secret of the environment is missing",
      change: adding("Deployment", "api", `${container}.envFrom`, { secretRef: { name: "api-keys" } }),
      says: [`${api} refers to Secret api-keys, which nothing makes`],
    },
    {
      when: "a Secret of a variable is missing",
      change: adding("Deployment", "grafana", `${container}.env`, {
        name: "X",
        valueFrom: { secretKeyRef: { name: "grafana-admn", key: "password" } },
      }),
      says: ["Deployment cancer-mlops/grafana refers to Secret grafana-admn, which nothing makes"],
    },
    {
      when: "a key of a Secret is missing",
      change: adding("Deployment", "grafana", `${container}.env`, {
        name: "X",
        valueFrom: { secretKeyRef: { name: "grafana-admin", key: "pasword" } },
      }),
      says: [
        "Deployment cancer-mlops/grafana refers to key pasword of Secret grafana-admin, which has none such",
      ],
    },
    {
      when: "a ConfigMap of a variable is missing",
      change: adding("Deployment", "grafana", `${container}.env`, {
        name: "X",
        valueFrom: { configMapKeyRef: { name: "flags", key: "x" } },
      }),
      says: ["Deployment cancer-mlops/grafana refers to ConfigMap flags, which nothing makes"],
    },
    {
      when: "a pod has nothing but a container",
      change: bare,
      says: [],
    },
  ],

  services: [
    {
      when: "a Service selects nothing",
      change: setting("Service", "api-service", "spec.selector", { "app.kubernetes.io/name": "apy" }),
      says: ["Service cancer-mlops/api-service selects the pods of 0 workloads (none)"],
    },
    {
      when: "a Service selects two workloads",
      change: copying("Deployment", "api", "api-again"),
      says: [
        `Service cancer-mlops/api-service selects the pods of 2 workloads (${api}, Deployment cancer-mlops/api-again)`,
      ],
    },
    {
      when: "a Service leads to a port that is not there",
      change: setting("Service", "api-service", "spec.ports.0.targetPort", 8001),
      says: ["Service cancer-mlops/api-service leads to port 8001, which its pods do not open"],
    },
    {
      when: "a Service leads to a port by its number",
      change: setting("Service", "api-service", "spec.ports.0.targetPort", 8000),
      says: [],
    },
    {
      when: "a Service selects no pods at all: it stands for a name elsewhere",
      change: setting("Service", "api-service", "spec", {
        type: "ExternalName",
        externalName: "example.com",
      }),
      says: [],
    },
    {
      when: "a Service leads to pods that open no port",
      change: setting("Deployment", "api", `${container}.ports`, undefined),
      says: ["Service cancer-mlops/api-service leads to port http, which its pods do not open"],
    },
  ],

  routes: [
    {
      when: "a route leads to a Service that is not there",
      change: setting(
        "VirtualService",
        "cancer-api",
        "spec.http.1.route.0.destination.host",
        "api.cancer-mlops.svc.cluster.local",
      ),
      says: [
        "VirtualService cancer-mlops/cancer-api leads to api.cancer-mlops.svc.cluster.local, which no Service answers " +
          "on that port",
      ],
    },
    {
      when: "a route leads to a port that the Service does not have",
      change: setting("VirtualService", "cancer-api", "spec.http.1.route.0.destination.port.number", 80),
      says: [
        "VirtualService cancer-mlops/cancer-api leads to api-service.cancer-mlops.svc.cluster.local, which no Service " +
          "answers on that port",
      ],
    },
    {
      when: "a route leads to a Service that a chart makes",
      change: (objects) => {
        const host = "grafana.platform-monitoring.svc.cluster.local";
        setting("VirtualService", "cancer-api", "spec.http.1.route.0.destination.host", host)(objects);
        copying("NetworkPolicy", "api", "grafana", (policy) => {
          policy.metadata.namespace = "platform-monitoring";
          policy.metadata.labels!["quint.dev/pods-of-chart"] = "grafana";
        })(objects);
      },
      says: [],
    },
    {
      when: "a route delegates to one that is not there",
      change: setting("VirtualService", "cancer-api", "spec.http.1", {
        delegate: { name: "api-weights", namespace: "cancer-mlops" },
      }),
      says: [
        "VirtualService cancer-mlops/cancer-api delegates to cancer-mlops/api-weights, which does not exist",
      ],
    },
    {
      when: "a route only redirects",
      change: setting("VirtualService", "cancer-api", "spec.http", [{ redirect: { uri: "/" } }]),
      says: [],
    },
    {
      when: "a route is not for HTTP",
      change: setting("VirtualService", "cancer-api", "spec.http", undefined),
      says: [],
    },
  ],

  "policy-selectors": [
    {
      when: "an AuthorizationPolicy selects no pod",
      change: setting("AuthorizationPolicy", "api", "spec.selector.matchLabels", { app: "apy" }),
      says: [`AuthorizationPolicy cancer-mlops/api selects no pod ({"app":"apy"})`],
    },
    {
      when: "a policy is about pods that a chart makes",
      change: (objects) => {
        setting("AuthorizationPolicy", "api", "spec.selector.matchLabels", { istio: "ingress" })(objects);
        named(objects, "AuthorizationPolicy", "api").metadata.labels!["quint.dev/pods-of-chart"] = "gateway";
      },
      says: [],
    },
    {
      when: "a NetworkPolicy selects no pod",
      change: setting("NetworkPolicy", "api", "spec.podSelector.matchLabels", { app: "api" }),
      says: ['NetworkPolicy cancer-mlops/api selects no pod ({"app":"api"})'],
    },
    {
      when: "a NetworkPolicy selects pods that a chart makes",
      change: (objects) => {
        const policy = named(objects, "NetworkPolicy", "api");
        put(policy, "spec.podSelector.matchLabels", { app: "api" });
        policy.metadata.labels!["quint.dev/pods-of-chart"] = "velero";
      },
      says: [],
    },
    {
      when: "a budget selects no pod",
      change: setting("PodDisruptionBudget", "api", "spec.selector.matchLabels", { app: "api" }),
      says: ['PodDisruptionBudget cancer-mlops/api selects no pod ({"app":"api"})'],
    },
    {
      when: "an exception of the mesh selects no pod",
      change: (objects) => objects.push(openPort("STRICT", "STRICT", { app: "api" })),
      says: ['PeerAuthentication cancer-mlops/api selects no pod ({"app":"api"})'],
    },
    {
      when: "a monitor selects no Service",
      change: (objects) => objects.push(monitor({ app: "api" })),
      says: [
        "ServiceMonitor cancer-mlops/api scrapes the port http, which 0 of the Services that it selects have",
      ],
    },
    {
      when: "a monitor scrapes a port that its Service does not have",
      change: (objects) => objects.push(monitor(apiLabels, "metrics")),
      says: [
        "ServiceMonitor cancer-mlops/api scrapes the port metrics, which 0 of the Services that it selects have",
      ],
    },
    {
      when: "a monitor scrapes the same pods through two Services",
      change: (objects) => {
        objects.push(monitor(apiLabels));
        copying("Service", "api-service", "api-again")(objects);
      },
      says: [
        "ServiceMonitor cancer-mlops/api scrapes the port http, which 2 of the Services that it selects have",
      ],
    },
    {
      when: "a monitor scrapes through one Service",
      change: (objects) => objects.push(monitor(apiLabels)),
      says: [],
    },
    {
      when: "a monitor names no port",
      change: (objects) => {
        const unnamed = monitor(apiLabels);
        put(unnamed, "spec.endpoints", [{ targetPort: 8000 }]);
        objects.push(unnamed);
      },
      says: [
        "ServiceMonitor cancer-mlops/api scrapes the port (none), which 0 of the Services that it selects have",
      ],
    },
  ],
};
