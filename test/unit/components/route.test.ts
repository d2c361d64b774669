/** A route: a host on the ingress gateway, and where its paths lead. */
import assert from "node:assert/strict";
import { at } from "../../support/objects.ts";
import { messageOf, type Recorded } from "../../support/program.ts";
import { deploy, lab, recordPlatform } from "../../support/test-platform.ts";

describe("Route", () => {
  let recorded: Recorded;

  before(async () => {
    recorded = await recordPlatform(lab());
  });

  it("opens its host on the ingress gateway: HTTPS with the host's certificate, HTTP only to redirect", () => {
    assert.deepEqual(at(recorded.object("Gateway", "lab", "lab"), "spec"), {
      selector: { istio: "ingress" },
      servers: [
        {
          port: { number: 80, name: "http", protocol: "HTTP" },
          hosts: ["lab.example.com"],
          tls: { httpsRedirect: true },
        },
        {
          port: { number: 443, name: "https", protocol: "HTTPS" },
          hosts: ["lab.example.com"],
          tls: { mode: "SIMPLE", credentialName: "lab-example-com-tls" },
        },
      ],
    });
  });

  it("leads its paths to Services, the longest first, rewritten and timed as they say", () => {
    const destination = { host: "web.lab.svc.cluster.local", port: { number: 80 } };
    assert.deepEqual(at(recorded.object("VirtualService", "lab", "lab"), "spec"), {
      hosts: ["lab.example.com"],
      gateways: ["lab/lab"],
      http: [
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

  it("is below its application, and its two objects are below it", () => {
    const parents = ["Gateway", "VirtualService"].map((type) => recorded.registration(type).parents.at(-1));
    assert.deepEqual(parents, ["quint:traffic:Route::lab-front-lab", "quint:traffic:Route::lab-front-lab"]);
    assert.equal(
      recorded.registration("quint:traffic:Route").parents.at(-1),
      "quint:platform:Application::lab-front",
    );
  });

  it("is refused where it does not satisfy the schema of its kind, with the place", async () => {
    const platform = lab(({ applications }) => {
      applications[1]!.routes[0]!.rules[0]!.port = "eighty" as unknown as number;
    });
    assert.match(await messageOf(deploy(platform)), /\/spec\/http\/\d\/route\/0\/destination\/port\/number/);
  });
});
