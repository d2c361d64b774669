/** Stacks that Argo CD delivers: what `up` keeps, what is rendered, and what ties the two together. */
import assert from "node:assert/strict";
import { differenceLines } from "../../../automation/console/difference.ts";
import { differencesOf } from "../../../automation/render/difference.ts";
import { filesOf, renderStack } from "../../../automation/render/index.ts";
import { kubernetesObjects } from "../../../automation/render/objects.ts";
import type { Registration } from "../../../automation/render/record.ts";
import type { KubernetesObject } from "../../../policy/index.ts";
import { nameOf } from "../../../policy/object.ts";
import { deployedRecordingOf, recordingOf, root } from "../../support/stacks.ts";

const key = ({ type, name }: Registration): string => `${type} ${name}`;

interface AppProject {
  readonly destinations: readonly { readonly namespace: string }[];
  readonly namespaceResourceBlacklist: readonly { readonly kind: string }[];
  readonly sourceRepos: readonly string[];
}
interface Application {
  readonly project: string;
  readonly source: {
    readonly repoURL: string;
    readonly path?: string;
    readonly chart?: string;
    readonly helm?: { readonly valuesObject: object };
  };
}

for (const stack of ["staging", "production"]) {
  describe(`${stack}, delivered by Argo CD`, () => {
    let direct: readonly Registration[];
    let kept: readonly Registration[];
    let rendered: readonly KubernetesObject[];
    let files: ReadonlyMap<string, string>;
    let applications: readonly KubernetesObject[];
    let projects: ReadonlyMap<string, AppProject>;

    before(async () => {
      direct = (await recordingOf(stack)).registrations;
      kept = (await deployedRecordingOf(stack)).registrations;
      const render = await renderStack({ root, stack });
      rendered = render.objects;
      files = await filesOf({ root, stack });
      const { objects } = kubernetesObjects(kept);
      applications = objects.filter(({ kind }) => kind === "Application");
      projects = new Map(
        objects
          .filter(({ kind }) => kind === "AppProject")
          .map(({ metadata, spec }) => [metadata.name, spec as AppProject]),
      );
    });

    it("keeps under the same names what a direct delivery has, so that neither way makes a password anew", () => {
      const all = new Map(direct.map((registration) => [key(registration), registration]));
      const others = kept.filter(
        (registration) =>
          // Alerts on Applications are there where Applications are.
          registration.name !== "foundation-argo-cd-rules" &&
          !registration.parents.some((parent) => parent.startsWith("quint:delivery:")) &&
          !registration.type.startsWith("quint:delivery:"),
      );
      for (const registration of others) assert.deepEqual(all.get(key(registration)), registration);
      assert.ok(others.some(({ type }) => type === "random:index/randomPassword:RandomPassword"));
    });

    it("loses nothing: each object is kept, rendered, or a chart's Application; and never two of them", () => {
      const ofKept = new Set(kubernetesObjects(kept).objects.map(nameOf));
      const ofRender = new Set(rendered.map(nameOf));
      for (const object of kubernetesObjects(direct).objects) {
        const places = [ofKept, ofRender].filter((names) => names.has(nameOf(object)));
        assert.equal(places.length, 1, nameOf(object));
      }
      const charts = kubernetesObjects(direct).releases.length - kubernetesObjects(kept).releases.length;
      const ofCharts = applications.filter(({ spec }) => (spec as Application).source.chart);
      assert.equal(ofCharts.length, charts);
      assert.ok(charts > 0);
    });

    it("keeps no pod of a platform, and renders no Secret, quota or namespace", () => {
      const workloads = kubernetesObjects(kept).objects.filter(
        ({ kind, metadata }) =>
          ["Deployment", "StatefulSet", "Job", "CronJob", "Rollout"].includes(kind) &&
          metadata.labels?.["app.kubernetes.io/part-of"] !== "foundation",
      );
      assert.deepEqual(workloads.map(nameOf), []);
      const refused = ["Secret", "SealedSecret", "ResourceQuota", "LimitRange", "Namespace"];
      assert.deepEqual(rendered.filter(({ kind }) => refused.includes(kind)).map(nameOf), []);
      // What an operator makes in the cluster may be copied there, by an identity that reads nothing else.
      const stores = rendered
        .filter(({ kind }) => kind === "ExternalSecret")
        .map(
          ({ spec }) => (spec as { readonly secretStoreRef: { readonly kind: string } }).secretStoreRef.kind,
        );
      assert.deepEqual([...new Set(stores)], ["SecretStore"]);
    });

    it("has an Application for each folder, of a project that lets its objects in", () => {
      const folders = new Map<string, string>();
      for (const { spec } of applications) {
        const { project, source } = spec as Application;
        assert.ok(projects.get(project)?.sourceRepos.includes(source.repoURL), project);
        if (source.path !== undefined) folders.set(source.path, project);
      }
      const written = new Set([...files.keys()].map((path) => path.replace(/\/[^/]+$/, "")));
      assert.deepEqual(
        [...written].map((folder) => `deploy/${stack}/${folder}`).sort(),
        [...folders.keys()].sort(),
      );
      for (const { kind, metadata } of rendered) {
        const { "app.kubernetes.io/part-of": platform, "quint.dev/application": application } =
          metadata.labels ?? {};
        const name = folders.get(`deploy/${stack}/${platform ?? ""}/${application ?? ""}`) ?? "";
        const project = projects.get(name);
        assert.ok(project, `${kind} ${metadata.name} of ${name}`);
        assert.ok(
          project.destinations.some(({ namespace }) => namespace === metadata.namespace),
          `${name} does not let ${kind} ${metadata.name} into ${metadata.namespace ?? "the whole cluster"}`,
        );
        assert.ok(!project.namespaceResourceBlacklist.some((refused) => refused.kind === kind));
      }
    });
  });
}

describe("the difference between two trees", () => {
  const deployment = (image: string, replicas?: number) =>
    [
      "apiVersion: apps/v1",
      "kind: Deployment",
      "metadata: { name: api, namespace: shop }",
      `spec: { ${replicas === undefined ? "" : `replicas: ${replicas}, `}template: { spec: { containers: [{ name: api, image: "${image}" }] } } }`,
      "",
    ].join("\n");
  const tree = (files: Record<string, string>) => new Map(Object.entries(files));

  it("is told field by field, entries of lists by their name", () => {
    const changes = differencesOf(
      tree({
        "shop/api/deployment-api.yaml": deployment("r/api:v1", 2),
        "shop/api/old.yaml": deployment("x"),
      }),
      tree({
        "shop/api/deployment-api.yaml": deployment("r/api:v2"),
        "shop/web/deployment-api.yaml": deployment("r/api:v2"),
        "shop/api/kustomization.yaml": "resources: []",
      }),
    );
    assert.deepEqual(differenceLines(changes), [
      "shop/api",
      "  ~ Deployment shop/api",
      "      - spec.replicas: 2",
      "      spec.template.spec.containers[api].image: r/api:v1 → r/api:v2",
      "  - Deployment shop/api",
      "",
      "shop/web",
      "  + Deployment shop/api",
      "",
      "3 objects: 1 added, 1 changed, 1 removed",
    ]);
  });

  it("is nothing where only the order of keys differs", () => {
    const swapped = deployment("x").split("\n").slice(0, 4).reverse().join("\n");
    assert.deepEqual(
      differencesOf(tree({ "a/b/c.yaml": deployment("x") }), tree({ "a/b/c.yaml": swapped })),
      [],
    );
    assert.deepEqual(differenceLines([]), ["nothing changes"]);
  });
});
