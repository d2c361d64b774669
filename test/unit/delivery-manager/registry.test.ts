/** Whether images are there for the nodes: asked of a registry on loopback. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { imageReference } from "../../../automation/delivery/image-reference.ts";
import { checkImages } from "../../../automation/delivery/registry.ts";

describe("an image's name", () => {
  for (const [image, registry, repository, reference] of [
    ["nginx", "registry-1.docker.io", "library/nginx", "latest"],
    ["grafana/grafana:12.1", "registry-1.docker.io", "grafana/grafana", "12.1"],
    ["ghcr.io/o/a:v1", "ghcr.io", "o/a", "v1"],
    ["localhost:5000/a", "localhost:5000", "a", "latest"],
    ["r.example:5000/o/a:v1@sha256:ab", "r.example:5000", "o/a", "sha256:ab"],
  ] as const) {
    it(`${image} is ${reference} of ${repository} at ${registry}`, () => {
      assert.deepEqual(imageReference(image), { registry, repository, reference });
    });
  }
});

describe("images in a registry", () => {
  let server: Server;
  let host = "";
  before(async () => {
    const index = (...architectures: string[]) => ({
      manifests: architectures.map((architecture) => ({ platform: { architecture } })),
    });
    const answers: Readonly<Record<string, unknown>> = {
      "/v2/o/both/manifests/v1": index("amd64", "arm64", "unknown"),
      "/v2/o/one/manifests/v1": { config: { digest: "sha256:c" } },
      "/v2/o/one/blobs/sha256:c": { architecture: "amd64" },
    };
    server = createServer(({ url = "", headers }, response) => {
      const json = (status: number, body: unknown, more: Record<string, string> = {}): void => {
        response.writeHead(status, { "content-type": "application/json", ...more }).end(JSON.stringify(body));
      };
      if (url.startsWith("/token")) {
        json(url.includes("scope=repository%3Ao%2Fsecret") ? 401 : 200, { token: "anybody" });
      } else if (headers.authorization !== "Bearer anybody") {
        json(401, {}, { "www-authenticate": `Bearer realm="http://${host}/token",service="r"` });
      } else {
        json(answers[url] === undefined ? 404 : 200, answers[url] ?? {});
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
  });
  const found = async (image: string) => (await checkImages([image], ["amd64", "arm64"]))[0]!;

  it("are there for every architecture, by an anonymous token", async () => {
    assert.deepEqual(await found(`${host}/o/both:v1`), {
      image: `${host}/o/both:v1`,
      found: "there",
      architectures: ["amd64", "arm64"],
    });
  });
  it("are missing where the tag or an architecture is not there", async () => {
    assert.equal((await found(`${host}/o/both:v9`)).found, "missing");
    const one = await found(`${host}/o/one:v1`);
    assert.deepEqual(
      [one.found, "reason" in one && one.reason],
      ["missing", "it is there for amd64, and nodes are arm64, too"],
    );
  });
  it("are unknown where the registry wants credentials, or does not answer", async () => {
    assert.equal((await found(`${host}/o/secret:v1`)).found, "unknown");
    const [none] = await checkImages(["127.0.0.1:9/o/a:v1"], ["amd64"]);
    assert.equal(none?.found, "unknown");
  });
  it("are asked for one by one, also after one that wants credentials", async () => {
    const findings = await checkImages([`${host}/o/secret:v1`, `${host}/o/both:v9`], ["amd64"]);
    assert.deepEqual(
      findings.map(({ found: what }) => what),
      ["unknown", "missing"],
    );
  });
  it("of a registry that does not answer are asked for once", async () => {
    let asked = 0;
    const findings = await checkImages(["r.invalid/a:1", "r.invalid/b:1"], ["amd64"], () => {
      asked++;
      return Promise.reject(new Error("no such host"));
    });
    assert.deepEqual([asked, findings.map(({ found: what }) => what)], [1, ["unknown", "unknown"]]);
  });
});
