/** What the foundation does for traffic: routes to its tools, the login in the mesh's configuration, challenges. */
import assert from "node:assert/strict";
import { at } from "../../support/objects.ts";
import { objectsIn, registrationsOf, releasesIn, specOf, type StackChanges } from "./stack.ts";

const hostsOf = (changes: StackChanges = {}) =>
  specOf("production", changes).routes.map(({ spec }) => [spec.host, spec.access?.login ?? false]);

describe("routes of the foundation", () => {
  it("lead to Argo CD and Grafana, which know their users, and behind a login to Prometheus, which does not", () => {
    assert.deepEqual(hostsOf(), [
      ["argocd.example.com", false],
      ["grafana.example.com", false],
      ["prometheus.example.com", true],
    ]);
  });

  it("are those of tools that the stack has, and none without the gateway", () => {
    assert.deepEqual(hostsOf({ foundation: { disable: ["argo-cd"] } }), hostsOf().slice(1));
    assert.deepEqual(hostsOf({ foundation: { disable: ["ingress-gateway"] } }), []);
  });

  it("are hosts of the gateway, and lead to Services that the charts make", async () => {
    const simulated = await registrationsOf(specOf("production", { clusterType: "simulated" }), false);
    const services = objectsIn(simulated, "Service").flatMap(({ metadata, spec }) =>
      (spec.ports as readonly { readonly port: number }[]).map(
        ({ port }) => `${metadata.name}.${metadata.namespace ?? ""}.svc.cluster.local:${String(port)}`,
      ),
    );
    const routes = objectsIn(simulated, "VirtualService");
    assert.equal(routes.length, 3);
    for (const { spec } of routes) {
      const last = (spec.http as readonly unknown[]).at(-1);
      const { host, port } = at(last, "route.0.destination") as { host: string; port: { number: number } };
      assert.ok(services.includes(`${host}:${String(port.number)}`), host);
    }
    assert.equal(objectsIn(simulated, "Certificate").filter(({ spec }) => "dnsNames" in spec).length, 3);
  });

  it("speak TLS to Argo CD, which has a certificate of its own", async () => {
    const [rule] = objectsIn(await registrationsOf(specOf("production"), true), "DestinationRule");
    assert.equal(rule?.spec.host, "argocd-server.argocd.svc.cluster.local");
  });
});

describe("mesh", () => {
  const providersOf = async (changes: StackChanges = {}) => {
    const releases = releasesIn(await registrationsOf(specOf("production", changes), true));
    return at(releases.get("istiod")?.values, "meshConfig.extensionProviders") as readonly {
      readonly name: string;
    }[];
  };

  it("knows whom to ask for a login, where a route asks for one", async () => {
    const [, provider] = await providersOf();
    assert.deepEqual(provider, {
      name: "quint-login",
      envoyExtAuthzHttp: {
        service: "oauth2-proxy.login.svc.cluster.local",
        port: 80,
        failOpen: false,
        timeout: "5s",
        includeRequestHeadersInCheck: ["authorization", "cookie", "accept", "x-requested-with"],
        headersToDownstreamOnAllow: ["set-cookie"],
        headersToDownstreamOnDeny: ["content-type", "set-cookie", "location", "cache-control"],
      },
    });
    const without = await providersOf({ foundation: { disable: ["ingress-gateway"] } });
    assert.deepEqual(
      without.map(({ name }) => name),
      ["quint-tracing"],
    );
  });
});

describe("challenges of Let's Encrypt", () => {
  const issuers: readonly (readonly [what: string, certificates: object, byHttp: boolean])[] = [
    ["Let's Encrypt by HTTP", { issuer: "letsencrypt" }, true],
    ["Let's Encrypt by DNS", { issuer: "letsencrypt", route53: { region: "eu-central-1" } }, false],
    ["the cluster's own authority", { issuer: "self-signed" }, false],
  ];
  for (const [what, certificates, byHttp] of issuers) {
    it(`${byHttp ? "have" : "need"} ${byHttp ? "" : "no "}way through the gateway with ${what}`, async () => {
      const registrations = await registrationsOf(
        specOf("production", { foundation: { certificates } }),
        true,
      );
      const classes = objectsIn(registrations, "IngressClass").map(({ spec }) => spec);
      assert.deepEqual(classes, byHttp ? [{ controller: "istio.io/ingress-controller" }] : []);
      const ways = objectsIn(registrations, "NetworkPolicy").filter(
        ({ metadata }) => metadata.name === "challenges",
      );
      assert.deepEqual(
        ways.map(({ metadata, spec }) => [metadata.namespace, at(spec, "ingress.0.ports.0.port")]),
        byHttp ? [["istio-ingress", 8089]] : [],
      );
    });
  }

  it("come as Ingress objects for the gateway that there is", async () => {
    const releases = releasesIn(await registrationsOf(specOf("production"), true));
    assert.equal(at(releases.get("istiod")?.values, "meshConfig.ingressSelector"), "ingress");
  });
});
