/** Cases of the rules on who may talk to a workload of the mesh, and how calls to it are treated. */
import { named } from "../../../support/objects.ts";
import { api, apiLabels, copying, openPort, setting, without, type Cases } from "./case.ts";

const policy = "AuthorizationPolicy cancer-mlops/api";
const defaultDeny = "Namespace cancer-mlops is in the mesh and does not refuse callers by default";
const own = `${api} has no AuthorizationPolicy of its own`;
const apiPolicy = (path: string, value: unknown) =>
  setting("AuthorizationPolicy", "api", `spec.${path}`, value);

const destinationRule = (host: string) => ({
  apiVersion: "networking.istio.io/v1",
  kind: "DestinationRule",
  metadata: { name: "api", namespace: "cancer-mlops" },
  spec: { host },
});

export const meshCases: Cases = {
  "mesh-authorization": [
    {
      when: "a namespace refuses nobody by default",
      change: without("AuthorizationPolicy", "default-deny"),
      says: [defaultDeny],
    },
    {
      when: "a default is for some pods",
      change: setting("AuthorizationPolicy", "default-deny", "spec.selector", { matchLabels: apiLabels }),
      says: [defaultDeny],
    },
    {
      when: "a default lets callers in",
      change: setting("AuthorizationPolicy", "default-deny", "spec.rules", [{}]),
      says: [defaultDeny, "AuthorizationPolicy cancer-mlops/default-deny lets callers in at every port"],
    },
    {
      when: "a default is elsewhere",
      change: setting("AuthorizationPolicy", "default-deny", "metadata.namespace", "elsewhere"),
      says: [defaultDeny],
    },
    { when: "a workload has no policy", change: without("AuthorizationPolicy", "api"), says: [own] },
    {
      when: "a workload's policy is for others",
      change: apiPolicy("selector.matchLabels", { app: "other" }),
      says: [own],
    },
    {
      when: "a pod is not injected, and has its own ways",
      change: (objects) => {
        setting("Deployment", "api", "spec.template.metadata.labels", {
          ...apiLabels,
          "sidecar.istio.io/inject": "false",
        })(objects);
        without("AuthorizationPolicy", "api")(objects);
      },
      says: [],
    },
    {
      when: "a namespace is outside of the mesh",
      change: (objects) => {
        delete named(objects, "Namespace").metadata.labels!["istio-injection"];
        without("AuthorizationPolicy", "default-deny")(objects);
        without("AuthorizationPolicy", "api")(objects);
      },
      says: [],
    },
    {
      when: "a policy lets in whoever comes",
      change: apiPolicy("rules.0.from", undefined),
      says: [`${policy} lets everyone in at 8000, which is not open to the world`],
    },
    {
      when: "a policy lets in everyone by a pattern",
      change: apiPolicy("rules.0.from.0.source.principals", ["*"]),
      says: [`${policy} lets callers in by a pattern`],
    },
    {
      when: "a policy names no port",
      change: apiPolicy("rules.0.to", undefined),
      says: [`${policy} lets callers in at every port`],
    },
    {
      when: "a port is open to the world, whose callers have no names",
      change: (objects) => {
        apiPolicy("rules.0.from", undefined)(objects);
        objects.push(openPort("STRICT", "PERMISSIVE"));
      },
      says: [],
    },
    {
      when: "another port is open to the world",
      change: (objects) => {
        apiPolicy("rules.0.from", undefined)(objects);
        apiPolicy("rules.0.to.0.operation.ports", ["9000"])(objects);
        objects.push(openPort("STRICT", "PERMISSIVE"));
      },
      says: [`${policy} lets everyone in at 9000, which is not open to the world`],
    },
    {
      when: "a policy refuses whoever it is for",
      change: (objects) => {
        copying("AuthorizationPolicy", "api", "refuse", (copy) => {
          copy.spec = { action: "DENY", rules: [{}] };
        })(objects);
      },
      says: [],
    },
  ],

  "service-traffic": [
    {
      when: "a DestinationRule is for a Service that is not there",
      change: (objects) => objects.push(destinationRule("apy.cancer-mlops.svc.cluster.local")),
      says: [
        "DestinationRule cancer-mlops/api is for apy.cancer-mlops.svc.cluster.local, which no Service is called",
      ],
    },
    {
      when: "a DestinationRule is for a Service that is there",
      change: (objects) => objects.push(destinationRule("api-service.cancer-mlops.svc.cluster.local")),
      says: [],
    },
  ],
};
