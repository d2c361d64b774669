/** The login in front of tools: there where a route asks for it, for a generated user or an identity provider. */
import assert from "node:assert/strict";
import { images, SettingsError } from "../../../config/index.ts";
import { foundation } from "../../../config/schema/foundation.ts";
import { loginSizes } from "../../../config/sizes/login.ts";
import { refuseSharedHosts, routesOf } from "../../../platforms/hosts.ts";
import { login, type LoginStack } from "../../../platforms/login/index.ts";
import { violations } from "../../../policy/index.ts";
import { contextOf } from "../../support/stacks.ts";
import { lab, recordPlatform } from "../../support/test-platform.ts";

const stack: LoginStack = { environment: "production", sizes: { login: loginSizes.production } };
const provided: LoginStack = {
  ...stack,
  foundation: foundation.parse({
    oidc: {
      issuer: "https://login.example.com",
      clientId: "argocd",
      secret: "argocd-oidc",
      login: { clientId: "quint-login", secret: "login-oidc", groups: ["quint:sre", "quint:qa"] },
    },
  }),
};

const proxyOf = (of: LoginStack) => login(of).applications[0]!.workloads[0]!;

describe("login", () => {
  it("knows a generated user, by the hash of its password and a page of its own", () => {
    const [application] = login(stack).applications;
    const [secret, ...others] = application!.secrets;
    assert.deepEqual(others, []);
    assert.deepEqual(secret!.keys, {
      cookie: { kind: "key", length: 32 },
      username: { kind: "plain", value: "operator" },
      password: { kind: "password", length: 24 },
      htpasswd: { kind: "htpasswd", user: "operator", password: "password" },
    });
    const { args = [] } = proxyOf(stack).container;
    assert.ok(args.includes("--htpasswd-file=/etc/oauth2-proxy/login/htpasswd"));
    assert.ok(args.includes("--custom-templates-dir=/etc/oauth2-proxy/pages"));
    assert.match(application!.configs[0]!.data["sign_in.html"]!, /action="\{\{\.ProxyPrefix\}\}\/sign_in"/);
  });

  it("asks the stack's identity provider, with a client's secret that people bring", () => {
    const [application] = login(provided).applications;
    assert.deepEqual(
      application!.secrets.map(({ name, existing }) => [name, existing]),
      [
        ["oauth2-proxy", undefined],
        ["login-oidc", true],
      ],
    );
    const { container, egress } = proxyOf(provided);
    const { args = [] } = container;
    for (const argument of [
      "--provider=oidc",
      "--oidc-issuer-url=https://login.example.com",
      "--client-id=quint-login",
      "--allowed-group=quint:sre",
      "--allowed-group=quint:qa",
    ]) {
      assert.ok(args.includes(argument), argument);
    }
    assert.ok(!args.some((argument) => argument.includes("htpasswd")));
    assert.deepEqual(container.env?.OAUTH2_PROXY_CLIENT_SECRET, {
      secret: "login-oidc",
      key: "clientSecret",
    });
    assert.deepEqual(egress, [{ kind: "cidr", cidr: "0.0.0.0/0", ports: [443] }]);
    assert.equal(proxyOf(stack).egress, undefined);
  });

  it("answers 200 to everyone only under its own prefix: elsewhere a tool's path would be open", () => {
    const { args = [], probes } = proxyOf(stack).container;
    assert.ok(args.includes("--ping-path=/oauth2/ping") && args.includes("--ready-path=/oauth2/ready"));
    assert.deepEqual([probes.liveness.path, probes.readiness.path], ["/oauth2/ping", "/oauth2/ready"]);
  });

  it("takes questions of the gateway alone, and breaks no rule", async () => {
    assert.deepEqual(proxyOf(stack).callers, [
      { kind: "gateway", port: "http" },
      { kind: "monitoring", port: "metrics" },
    ]);
    assert.equal(proxyOf(stack).container.image, images.oauth2Proxy.reference);
    const { objects, requiredSecrets } = (await recordPlatform(login(stack))).rendered();
    const found = violations(objects, {
      ...(await contextOf("production")),
      secrets: new Map(
        requiredSecrets.map(({ namespace, name, keys }) => [`${namespace}/${name}`, Object.keys(keys)]),
      ),
    });
    assert.deepEqual(found, []);
  });
});

describe("hosts of a stack", () => {
  const twin = (host: string) => [
    lab(),
    lab((platform) => {
      platform.name = "twin";
      platform.applications[1]!.routes[0]!.host = host;
    }),
  ];
  const refusalOf = (host: string): string => {
    try {
      refuseSharedHosts(routesOf(twin(host)), "dev");
    } catch (error) {
      assert.ok(error instanceof SettingsError);
      return error.problems.map(({ reason }) => reason).join("\n");
    }
    return "";
  };

  it("belong to one route each: the message names both", () => {
    assert.equal(
      refusalOf("lab.example.com"),
      "is the host of platform lab (route lab) and of platform twin (route lab); the gateway could lead to one of them only",
    );
  });

  it("differ in more than dots and dashes: their certificates are named after them", () => {
    assert.match(
      refusalOf("lab-example.com"),
      /differs from lab\.example\.com of platform lab \(route lab\)/,
    );
  });

  it("are accepted where they differ", () => {
    assert.equal(refusalOf("twin.example.com"), "");
  });
});
