/** What a stack may change of the servers: images and replicas; and the sample that stands in for the API. */
import assert from "node:assert/strict";
import type { WorkloadSpec } from "../../../../platforms/model/index.ts";
import { settingsOf } from "../../../support/stacks.ts";
import { application, page, workload } from "./page.ts";

describe("settings of the servers of cancer", () => {
  describe("sample images", () => {
    const dev = () => settingsOf("dev");

    it("stand in for the API alone: the tools are what they are", () => {
      const images = application(page({}, dev())).workloads.map(({ name, container }) => [
        name,
        container.image.split("/").at(-1)?.split(":")[0],
      ]);
      assert.deepEqual(images, [
        ["api", "podinfo"],
        ["mlflow", "mlflow"],
        ["prometheus", "prometheus"],
        ["grafana", "grafana"],
      ]);
    });

    it("serve on the API's port, and are probed where they answer", () => {
      const { container } = workload(page({}, dev()), "api");
      assert.deepEqual(container.command, ["./podinfo"]);
      assert.deepEqual(container.args, ["--port=8000", "--level=info"]);
      assert.deepEqual(container.ports, [{ name: "http", port: 8000 }]);
      const { startup, liveness, readiness } = container.probes;
      assert.deepEqual([startup?.path, liveness.path, readiness.path], ["/healthz", "/healthz", "/readyz"]);
      assert.deepEqual([startup?.port, liveness.port, readiness.port], ["http", "http", "http"]);
    });

    it("leave everything else of the API as it is", () => {
      const settings = dev();
      const sampled = workload(page({}, settings), "api");
      const own = workload(page({}, { ...settings, images: { sample: false } }), "api");
      const podinfo = ["image", "command", "args", "probes"];
      const kept = ({ container }: WorkloadSpec) =>
        Object.entries(container).filter(([field]) => !podinfo.includes(field));
      assert.deepEqual(kept(sampled), kept(own));
      assert.deepEqual({ ...sampled, container: {} }, { ...own, container: {} });
    });

    it("give way to an image that is set", () => {
      const image = "registry.example/api:develop";
      const { container } = workload(page({ workloads: { api: { image } } }, dev()), "api");
      assert.equal(container.image, image);
      assert.equal(container.command, undefined);
      assert.equal(container.probes.liveness.path, "/health");
    });
  });

  describe("overrides", () => {
    for (const name of ["api", "mlflow", "prometheus", "grafana"] as const) {
      it(`of the image of ${name} hold for it alone`, () => {
        const image = `registry.example/${name}:9.9.9`;
        const others = settingsOf("production").platforms.cancer?.workloads;
        const before = page();
        const after = page({ workloads: { ...others, [name]: { image } } });
        for (const spec of application(after).workloads) {
          const expected = workload(before, spec.name).container;
          assert.deepEqual(spec.container, spec.name === name ? { ...expected, image } : expected);
        }
      });
    }

    it("of replicas switch the autoscaler off and leave the rest of the size", () => {
      const { size } = workload(page({ workloads: { api: { replicas: 5 } } }), "api");
      assert.deepEqual(size, {
        replicas: 5,
        resources: {
          requests: { cpu: "500m", memory: "512Mi" },
          limits: { cpu: "2000m", memory: "2Gi" },
        },
      });
    });

    it("of replicas may be none at all", () => {
      assert.equal(workload(page({ workloads: { grafana: { replicas: 0 } } }), "grafana").size.replicas, 0);
    });
  });
});
