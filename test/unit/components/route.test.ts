/** A route: a host on the ingress gateway, who may use it, and where its paths lead. */
import assert from "node:assert/strict";
import type { RouteAccess, RouteRule } from "../../../platforms/model/index.ts";
import { at } from "../../support/objects.ts";
import { messageOf, type Recorded } from "../../support/program.ts";
import { deploy, lab, recordPlatform } from "../../support/test-platform.ts";

const destination = { host: "web.lab.svc.cluster.local", port: { number: 80 } };
const redirect = { match: [{ port: 80 }], redirect: { scheme: "https", redirectCode: 301 } };
const attached = {
  namespace: "istio-ingress",
  labels: {
    "app.kubernetes.io/managed-by": "quint",
    "app.kubernetes.io/part-of": "lab",
    "quint.dev/application": "front",
    "quint.dev/pods-of-chart": "istio-gateway",
  },
};
const sni = [{ key: "connection.sni", values: ["lab.example.com"] }];

/** The platform with access to its route, or with another rule. */
function withRoute(access: RouteAccess | undefined, rule: Partial<RouteRule> = {}) {
  return lab(({ applications }) => {
    const [route] = applications[1]!.routes;
    Object.assign(route!, access === undefined ? {} : { access });
    Object.assign(route!.rules[0]!, rule);
  });
}

describe("Route", () => {
  let recorded: Recorded;

  before(async () => {
    recorded = await recordPlatform(lab());
  });

  it("opens its host on the ingress gateway: HTTPS with the host's certificate, and HTTP", () => {
    assert.deepEqual(at(recorded.object("Gateway", "lab", "lab"), "spec"), {
      selector: { istio: "ingress" },
      servers: [
        { port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["lab.example.com"] },
        {
          port: { number: 443, name: "https", protocol: "HTTPS" },
          hosts: ["lab.example.com"],
          tls: { mode: "SIMPLE", credentialName: "lab-example-com-tls" },
        },
      ],
    });
  });

  it("has a certificate where the gateway looks for it, from the stack's issuer", () => {
    assert.deepEqual(at(recorded.object("Certificate", "lab-example-com", "istio-ingress"), "spec"), {
      secretName: "lab-example-com-tls",
      dnsNames: ["lab.example.com"],
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "quint-hosts" },
    });
  });

  it("redirects HTTP, then leads its paths to Services, the longest first, rewritten and timed as they say", () => {
    assert.deepEqual(at(recorded.object("VirtualService", "lab", "lab"), "spec"), {
      hosts: ["lab.example.com"],
      gateways: ["lab/lab"],
      http: [
        redirect,
        {
          match: [{ uri: { prefix: "/api/" } }],
          rewrite: { uri: "/" },
          route: [{ destination }],
          timeout: "5s",
        },
        { match: [{ uri: { prefix: "/" } }], route: [{ destination }], timeout: "30s" },
      ],
    });
  });

  it("shares a path between the Services of one name in several namespaces, or leads to another namespace", async () => {
    const platform = lab(({ applications }) => {
      const rules = applications[1]!.routes[0]!.rules;
      rules[0]!.weights = [
        { namespace: "lab", weight: 90 },
        { namespace: "lab-data", weight: 10 },
      ];
      rules[1]!.namespace = "lab-data";
    });
    const to = (namespace: string) => ({ host: `web.${namespace}.svc.cluster.local`, port: { number: 80 } });
    const routes = at((await recordPlatform(platform)).object("VirtualService"), "spec.http") as unknown[];
    assert.deepEqual(
      routes.slice(1).map((rule) => at(rule, "route")),
      [
        [{ destination: to("lab-data") }],
        [
          { destination: to("lab"), weight: 90 },
          { destination: to("lab-data"), weight: 10 },
        ],
      ],
    );
  });

  it("keeps nobody out where it asks for nothing", () => {
    assert.deepEqual(recorded.names("EnvoyFilter"), []);
    assert.ok(!recorded.names("AuthorizationPolicy").some((name) => name.startsWith("lab-example-com")));
  });

  it("is below its application, and its objects are below it", () => {
    const parents = ["Gateway", "VirtualService", "Certificate"].map((type) =>
      recorded.registration(type).parents.at(-1),
    );
    assert.deepEqual(new Set(parents), new Set(["quint:traffic:Route::lab-front-lab"]));
    assert.equal(
      recorded.registration("quint:traffic:Route").parents.at(-1),
      "quint:platform:Application::lab-front",
    );
  });

  it("is refused where it does not satisfy the schema of its kind, with the place", async () => {
    const platform = withRoute(undefined, { port: "eighty" as unknown as number });
    assert.match(await messageOf(deploy(platform)), /\/spec\/http\/\d\/route\/0\/destination\/port\/number/);
  });
});

describe("rule of a route", () => {
  const ruleOf = async (access: RouteAccess | undefined, rule: Partial<RouteRule> = {}) => {
    const recorded = await recordPlatform(withRoute(access, rule));
    return { recorded, http: at(recorded.object("VirtualService"), "spec.http") as unknown[] };
  };

  it("repeats requests as often as it says, and not where it says nothing", async () => {
    const { http } = await ruleOf(undefined, { retries: { attempts: 3, perTryTimeoutSeconds: 2 } });
    assert.deepEqual(
      http.map((route) => at(route, "retries")),
      [
        undefined,
        undefined,
        { attempts: 3, perTryTimeout: "2s", retryOn: "connect-failure,refused-stream,gateway-error" },
      ],
    );
  });

  it("lets in the origins, methods and headers that it names, on every path", async () => {
    const cors = {
      origins: ["https://a.example.com", "*"],
      methods: ["GET"],
      headers: ["x-a"],
      maxAgeSeconds: 60,
    };
    const { http } = await ruleOf({ cors });
    const policy = {
      allowOrigins: [{ exact: "https://a.example.com" }, { exact: "*" }],
      allowMethods: ["GET"],
      allowHeaders: ["x-a"],
      maxAge: "60s",
    };
    assert.deepEqual(
      http.map((route) => at(route, "corsPolicy")),
      [undefined, policy, policy],
    );
  });

  it("leads into another namespace where it says so, and speaks TLS to a Service that does", async () => {
    const { http, recorded } = await ruleOf(undefined, {
      namespace: "lab-data",
      service: "store",
      tls: true,
    });
    assert.equal(at(http[2], "route.0.destination.host"), "store.lab-data.svc.cluster.local");
    assert.deepEqual(at(recorded.object("DestinationRule", "lab-store", "lab-data"), "spec"), {
      host: "store.lab-data.svc.cluster.local",
      trafficPolicy: {
        portLevelSettings: [{ port: { number: 80 }, tls: { mode: "SIMPLE", insecureSkipVerify: true } }],
      },
    });
  });
});

describe("access to a route", () => {
  const filter = (sniHost: string, extra: object = {}) => ({
    context: "GATEWAY",
    listener: {
      filterChain: {
        sni: sniHost,
        filter: { name: "envoy.filters.network.http_connection_manager", ...extra },
      },
    },
  });

  it("is limited to a rate: each of the gateway's replicas has its share, rounded up", async () => {
    const recorded = await recordPlatform(withRoute({ rateLimit: { requestsPerSecond: 25, burst: 51 } }));
    const object = recorded.object("EnvoyFilter", "lab-example-com", "istio-ingress");
    assert.deepEqual(object.metadata, { name: "lab-example-com", ...attached });
    assert.deepEqual(at(object, "spec.workloadSelector"), { labels: { istio: "ingress" } });
    const [patch, ...others] = at(object, "spec.configPatches") as unknown[];
    assert.deepEqual(others, []);
    assert.deepEqual(at(patch, "match"), filter("lab.example.com"));
    assert.equal(at(patch, "patch.operation"), "INSERT_FIRST");
    assert.deepEqual(at(patch, "patch.value.typed_config.token_bucket"), {
      max_tokens: 26,
      tokens_per_fill: 13,
      fill_interval: "1s",
    });
    assert.equal(at(patch, "patch.value.typed_config.filter_enforced.default_value.numerator"), 100);
  });

  it("has a bucket no smaller than its rate", async () => {
    const recorded = await recordPlatform(withRoute({ rateLimit: { requestsPerSecond: 100 } }));
    const patch = at(
      recorded.object("EnvoyFilter"),
      "spec.configPatches.0.patch.value.typed_config.token_bucket",
    );
    assert.deepEqual(patch, { max_tokens: 50, tokens_per_fill: 50, fill_interval: "1s" });
  });

  it("is limited to bodies of a size, which are held after who sends them is known", async () => {
    const recorded = await recordPlatform(withRoute({ maxBody: "10Mi" }));
    const patch = at(recorded.object("EnvoyFilter"), "spec.configPatches.0");
    assert.deepEqual(
      at(patch, "match"),
      filter("lab.example.com", { subFilter: { name: "envoy.filters.http.router" } }),
    );
    assert.deepEqual(at(patch, "patch"), {
      operation: "INSERT_BEFORE",
      value: {
        name: "envoy.filters.http.buffer",
        typed_config: {
          "@type": "type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer",
          max_request_bytes: 10 * 2 ** 20,
        },
      },
    });
  });

  it("is for addresses of a list alone", async () => {
    const recorded = await recordPlatform(withRoute({ allowCidrs: ["10.0.0.0/8", "192.0.2.7/32"] }));
    const object = recorded.object("AuthorizationPolicy", "lab-example-com-allow-list", "istio-ingress");
    assert.deepEqual(object.metadata, { name: "lab-example-com-allow-list", ...attached });
    assert.deepEqual(object.spec, {
      selector: { matchLabels: { istio: "ingress" } },
      action: "DENY",
      rules: [{ from: [{ source: { notRemoteIpBlocks: ["10.0.0.0/8", "192.0.2.7/32"] } }], when: sni }],
    });
    assert.ok(!recorded.names("AuthorizationPolicy").includes("lab-example-com-login"));
  });

  it("is for some methods alone", async () => {
    const recorded = await recordPlatform(withRoute({ methods: ["GET", "HEAD"] }));
    const object = recorded.object("AuthorizationPolicy", "lab-example-com-methods", "istio-ingress");
    assert.deepEqual(object.spec, {
      selector: { matchLabels: { istio: "ingress" } },
      action: "DENY",
      rules: [{ to: [{ operation: { notMethods: ["GET", "HEAD"] } }], when: sni }],
    });
  });

  it("is by login: the gateway asks about every path but the login's own, which lead to it", async () => {
    const recorded = await recordPlatform(withRoute({ login: true }));
    const object = recorded.object("AuthorizationPolicy", "lab-example-com-login", "istio-ingress");
    assert.deepEqual(object.spec, {
      selector: { matchLabels: { istio: "ingress" } },
      action: "CUSTOM",
      provider: { name: "quint-login" },
      rules: [{ to: [{ operation: { notPaths: ["/oauth2/*"] } }], when: sni }],
    });
    assert.deepEqual(at(recorded.object("VirtualService"), "spec.http.1"), {
      match: [{ uri: { prefix: "/oauth2/" } }],
      route: [{ destination: { host: "oauth2-proxy.login.svc.cluster.local", port: { number: 80 } } }],
      timeout: "30s",
    });
  });

  it("is by login for all but the prefixes that are open", async () => {
    const recorded = await recordPlatform(withRoute({ login: true, openPrefixes: ["/"] }));
    const object = recorded.object("AuthorizationPolicy", "lab-example-com-login", "istio-ingress");
    assert.deepEqual(at(object, "spec.rules.0.to"), [{ operation: { notPaths: ["/oauth2/*", "/*"] } }]);
  });

  it("by login from addresses of a list shows the form to them alone", async () => {
    const recorded = await recordPlatform(withRoute({ login: true, allowCidrs: ["10.0.0.0/8"] }));
    const login = recorded.object("AuthorizationPolicy", "lab-example-com-login");
    assert.deepEqual(at(login, "spec.rules.0.from"), [{ source: { remoteIpBlocks: ["10.0.0.0/8"] } }]);
    assert.ok(recorded.names("AuthorizationPolicy").includes("lab-example-com-allow-list"));
  });

  it("is closed before the host is opened", async () => {
    const recorded = await recordPlatform(
      withRoute({ login: true, allowCidrs: ["10.0.0.0/8"], rateLimit: { requestsPerSecond: 1 } }),
    );
    for (const type of ["Gateway", "VirtualService"]) {
      const { dependsOn } = recorded.wiringOf(recorded.registration(type));
      assert.deepEqual(
        dependsOn.map((key) => key.split("::")[1]),
        ["", "-allow-list", "-login"].map((guard) => `lab-front-lab-lab-example-com${guard}`),
      );
    }
  });

  const cors = { origins: ["https://a.example.com"], methods: [], headers: [], maxAgeSeconds: 1 };
  const refused: readonly (readonly [when: string, access: RouteAccess, message: RegExp])[] = [
    ["no method is let in", { methods: [] }, /route "lab" has an empty list of `methods`/],
    ["a list is empty", { allowCidrs: [] }, /route "lab" has an empty list of `allowCidrs`/],
    [
      "bodies are larger than a gateway should hold",
      { maxBody: "65Mi" },
      /takes bodies of 65Mi.*at most 64Mi/,
    ],
    [
      "a prefix is open that no rule has",
      { login: true, openPrefixes: ["/nowhere"] },
      /opens "\/nowhere" without a login, and none of its rules/,
    ],
    ["a login meets other origins", { login: true, cors }, /asks for a login and allows other origins/],
    [
      "an origin is a pattern",
      { cors: { ...cors, origins: ["https://*.example.com"] } },
      /compared as they are/,
    ],
  ];
  for (const [when, access, message] of refused) {
    it(`is refused where ${when}`, async () => {
      assert.match(await messageOf(deploy(withRoute(access))), message);
    });
  }
});
