/** The catalog of charts, mirrors, and what `./quint images` lists. */
import assert from "node:assert/strict";
import { definitions } from "../../../components/foundation/definitions.ts";
import { chartOf, charts, foundationCharts, type ChartName } from "../../../config/catalog/charts.ts";
import { chartSource, imageValues, mergeValues, mirroredImage } from "../../../config/catalog/mirror.ts";
import { charts as chartSettings, imageMirror } from "../../../config/schema/mirrors.ts";
import { foundationNamespaceNames } from "../../../config/catalog/namespaces.ts";
import { quintImages } from "../../../platforms/foundation/index.ts";
import { connections } from "../../../platforms/foundation/connections.ts";
import { store } from "../../support/data-platform.ts";
import { everything, factsOf, specOf, stackOf } from "./stack.ts";

const names = Object.keys(charts) as ChartName[];
const mirror = "registry.example.com:5000/mirror";
/** Registries that the catalog's images come from. */
const publicRegistry =
  /\b(docker\.io|quay\.io|ghcr\.io|registry\.k8s\.io|ecr-public\.aws\.com|gcr\.io|registry\.istio\.io)\b/;

describe("catalog of charts", () => {
  it("pins each chart, and says where it comes from and who keeps it", () => {
    for (const name of names) {
      const pin = chartOf(name);
      assert.match(pin.version, /^v?\d+\.\d+\.\d+$/, name);
      assert.notEqual(pin.appVersion, "", name);
      assert.match(pin.repository, /^(https|oci):\/\//, name);
      assert.match(pin.homepage, /^https:\/\//, name);
      assert.ok(pin.maintenance.length > 20, name);
    }
  });

  it("pins each image by tag, for an architecture, and none by a moving one", () => {
    for (const name of names) {
      for (const { reference, architectures } of Object.values(chartOf(name).images)) {
        assert.match(reference, /^[a-z0-9.-]+\.[a-z]+(\/[a-z0-9._-]+)+:[\w.-]+$/, reference);
        assert.doesNotMatch(reference, /:(latest|main|master|nightly)$/, reference);
        assert.ok(architectures.length > 0, reference);
      }
    }
  });

  it("runs no container without an image, in namespaces of the exemption table", () => {
    for (const [name, pin] of Object.entries(foundationCharts)) {
      const { images, pods, namespace } = chartOf(name as ChartName);
      assert.ok((foundationNamespaceNames as readonly string[]).includes(pin.namespace), namespace);
      for (const [pod, { containers }] of Object.entries(pods)) {
        assert.ok(`${name}/${pod}` in connections, `${name}/${pod}`);
        for (const image of Object.values(containers)) assert.ok(image in images, `${name}: ${image}`);
      }
    }
  });

  it("leaves Google's hosts, which stop serving Istio in December 2026", () => {
    for (const name of ["istio-base", "istiod", "istio-cni", "istio-gateway"] as const) {
      const text = JSON.stringify(chartOf(name));
      assert.doesNotMatch(text, /storage\.googleapis\.com|gcr\.io\/istio|registry\.istio\.io/, name);
    }
  });
});

describe("mirrors", () => {
  it("put the mirror in the place of an image's registry", () => {
    const through = (reference: string) => mirroredImage(reference, { images: mirror });
    assert.equal(through("quay.io/argoproj/argocd:v3.4.4"), `${mirror}/argoproj/argocd:v3.4.4`);
    assert.equal(through("redis:8"), `${mirror}/library/redis:8`);
    assert.equal(through("grafana/loki:3.7.6"), `${mirror}/grafana/loki:3.7.6`);
    assert.equal(through("localhost:5000/a/b:1"), `${mirror}/a/b:1`);
    const digest = `sha256:${"0".repeat(64)}`;
    assert.equal(through(`ghcr.io/a/b:1@${digest}`), `${mirror}/a/b:1@${digest}`);
    assert.equal(mirroredImage("quay.io/a/b:1", {}), "quay.io/a/b:1");
  });

  it("never put two images in one place", () => {
    const references = names.flatMap((name) =>
      Object.values(chartOf(name).images).map(({ reference }) => reference),
    );
    const places = new Map<string, string>();
    for (const reference of references) {
      const place = mirroredImage(reference, { images: mirror });
      assert.equal(places.get(place) ?? reference, reference);
      places.set(place, reference);
    }
  });

  it("reach every image of every add-on, through the values that its chart reads", () => {
    const spec = specOf("production", { foundation: everything, imageMirror: mirror });
    for (const addOn of spec.addOns) {
      const values = definitions[addOn.name].values({
        spec: addOn,
        options: spec.options,
        facts: factsOf(true),
      });
      for (const { chart, images, pods } of addOn.releases) {
        const text = JSON.stringify([mergeValues(images, values[chart] ?? {}), pods]);
        assert.doesNotMatch(text, publicRegistry, chart);
        for (const [name, { reference, keys }] of Object.entries(chartOf(chart).images)) {
          const path = mirroredImage(reference, { images: mirror }).slice(mirror.length + 1);
          const [repository] = path.split(":");
          // By its own keys, written by the component, by an image with the same hub, or injected by istiod.
          const elsewhere = ["proxy", "kafka"].includes(name);
          assert.ok(keys.length > 0 || elsewhere || text.includes(repository ?? path), `${chart}: ${name}`);
        }
      }
    }
  });

  it("set the parts of an image that a chart asks for", () => {
    assert.deepEqual(imageValues(chartOf("istio-cni"), { images: mirror }), {
      global: { hub: `${mirror}/istio`, tag: "1.30.3" },
      image: "install-cni",
    });
    assert.deepEqual(imageValues(chartOf("strimzi-kafka-operator"), {}), {
      defaultImageRegistry: "quay.io",
      defaultImageRepository: "strimzi",
      defaultImageTag: "1.2.0",
    });
    assert.deepEqual(imageValues(chartOf("velero"), {}), {
      image: { repository: "docker.io/velero/velero", tag: "v1.18.1" },
    });
  });

  it("serve every chart under its own name", () => {
    assert.deepEqual(chartSource(chartOf("velero"), { charts: "oci://registry.example.com/charts/" }), {
      chart: "oci://registry.example.com/charts/velero",
      version: "12.1.0",
    });
    assert.deepEqual(chartSource(chartOf("istiod"), { charts: "https://charts.example.com" }), {
      chart: "istiod",
      repository: "https://charts.example.com",
      version: "1.30.3",
    });
    assert.deepEqual(chartSource(chartOf("argo-cd"), {}), {
      chart: "oci://ghcr.io/argoproj/argo-helm/argo-cd",
      version: "10.1.1",
    });
  });

  it("are addresses", () => {
    for (const address of [
      "oci://registry.example.com/charts",
      "https://charts.example.com",
      "http://127.0.0.1:8080",
    ])
      assert.ok(chartSettings.safeParse({ mirror: address }).success, address);
    for (const address of [
      "http://charts.example.com",
      "registry.example.com",
      "oci://u:p@registry.example.com",
    ])
      assert.ok(!chartSettings.safeParse({ mirror: address }).success, address);
    for (const address of ["registry.example.com/mirror", "localhost:5000", "10.0.0.1:5000/a"])
      assert.ok(imageMirror.safeParse(address).success, address);
    for (const address of ["https://registry.example.com", "mirror", "a b"])
      assert.ok(!imageMirror.safeParse(address).success, address);
  });
});

describe("charts and images of a stack", () => {
  it("lists each once, with version, architectures and where it comes from", () => {
    const stack = stackOf("production", {
      foundation: everything,
      chartMirror: "oci://registry.example.com/charts",
      imageMirror: mirror,
    });
    const spec = specOf("production", { foundation: everything });
    const services = store((platform) => {
      const [data] = platform.applications;
      data!.data = data!.data!.filter(({ name }) => ["sessions", "ledger", "decisions"].includes(name));
      platform.applications = [data!];
    });
    const { charts: rows, images } = quintImages(stack, spec, [services]);
    // Two collectors share one chart; Valkey is a data service's, Calico's definitions come with OKE.
    assert.equal(rows.length, 24);
    assert.deepEqual(rows.find(({ chart }) => chart === "crd.projectcalico.org.v1")?.usedBy, ["cluster oke"]);
    assert.deepEqual(rows.find(({ chart }) => chart === "opentelemetry-collector")?.usedBy, [
      "add-on opentelemetry",
    ]);
    const argoCd = rows.find(({ chart }) => chart === "argo-cd");
    assert.deepEqual(
      [argoCd?.version, argoCd?.appVersion, argoCd?.origin, argoCd?.source],
      [
        "10.1.1",
        "v3.4.4",
        "oci://ghcr.io/argoproj/argo-helm/argo-cd",
        "oci://registry.example.com/charts/argo-cd",
      ],
    );
    assert.equal(new Set(images.map(({ origin }) => origin)).size, images.length);
    for (const { source, architectures } of images) {
      assert.ok(source.startsWith(`${mirror}/`), source);
      assert.deepEqual(architectures, ["amd64", "arm64"]);
    }
    assert.ok(images.some(({ origin }) => origin === "docker.io/istio/proxyv2:1.30.3"));
    assert.deepEqual(rows.find(({ chart }) => chart === "valkey")?.usedBy, [
      "platform store (valkey sessions)",
    ]);
    const used = (part: string) => images.find(({ origin }) => origin.includes(part))?.usedBy;
    assert.deepEqual(used("cloudnative-pg/postgresql"), ["platform store (postgresql ledger)"]);
    assert.deepEqual(used("openpolicyagent/opa"), ["platform store (opa decisions)"]);
  });
});
