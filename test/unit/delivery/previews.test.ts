/** Previews of pull requests: what is rendered of one, what Argo CD makes of it, and what keeps it apart and small. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import { recordStack } from "../../../automation/render/index.ts";
import { kubernetesObjects } from "../../../automation/render/objects.ts";
import { previewCharts, renderPreviews } from "../../../automation/render/preview.ts";
import { namespaceExemptions } from "../../../config/catalog/namespaces.ts";
import { violations, type KubernetesObject } from "../../../policy/index.ts";
import { ensureProgram } from "../../../simulation/programs/ensure.ts";
import { at, named } from "../../support/objects.ts";
import { previewedStaging, previewSettings } from "../../support/previews.ts";
import { settingsOf } from "../../support/stacks.ts";
import { problemsAfter } from "../config/project-folder.ts";

const run = promisify(execFile);
const staging = previewedStaging();

describe("a preview of a pull request", () => {
  let folder: string;
  let helm: string;
  let seventh: readonly KubernetesObject[];
  let eighth: readonly KubernetesObject[];
  let kept: readonly KubernetesObject[];

  /** What Helm makes of the rendered chart. */
  async function templated(chart: string, parameters: Readonly<Record<string, string>>) {
    const set = Object.entries(parameters).flatMap(([name, value]) => ["--set-string", `${name}=${value}`]);
    const { stdout } = await run(
      helm,
      ["template", "preview", join(folder, chart, "health-data/preview"), ...set],
      {
        env: { HOME: folder },
        maxBuffer: 2 ** 26,
      },
    );
    return parseAllDocuments(stdout, { version: "1.1" }).map(
      (document) => document.toJS() as KubernetesObject,
    );
  }
  async function write(chart: string, overrides: object): Promise<void> {
    const files = previewCharts("staging", await renderPreviews({ ...staging, overrides }));
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, chart, path)), { recursive: true });
      writeFileSync(join(folder, chart, path), text);
    }
  }

  before(async function () {
    this.timeout(90 * 60_000); // On a machine that never built Helm.
    folder = mkdtempSync(join(tmpdir(), "quint-preview-"));
    helm = await ensureProgram("helm");
    await write("own", {});
    seventh = await templated("own", { number: "7", tag: "sha-0123456789ab" });
    eighth = await templated("own", { number: "8", tag: "sha-ba9876543210" });
    kept = kubernetesObjects((await recordStack(staging)).registrations).objects;
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("shares no object, namespace or host with another", () => {
    const names = (objects: readonly KubernetesObject[]) =>
      objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`);
    const others = new Set(names(eighth));
    assert.deepEqual(
      names(seventh).filter((name) => others.has(name)),
      [],
    );
    assert.equal(seventh.length, eighth.length);
    // Whatever says anything of the one says nothing of the other: hosts, addresses, principals.
    assert.equal(JSON.stringify(seventh).includes("pr-8"), false);
    const hosts = seventh
      .filter(({ kind }) => kind === "VirtualService")
      .flatMap(({ spec }) => (spec as { readonly hosts: string[] }).hosts);
    assert.deepEqual(hosts.sort(), [
      "api.pr-7.health-data.staging.example.com",
      "auth.pr-7.health-data.staging.example.com",
      "example.pr-7.health-data.staging.example.com",
    ]);
    const namespaces = new Set(seventh.map(({ metadata }) => metadata.namespace));
    // Certificates and filters are where the gateway looks for them, its place is where places are counted.
    assert.deepEqual([...namespaces].sort(), [
      "health-data-previews",
      "health-platform-pr-7",
      "istio-ingress",
      undefined,
    ]);
  });

  it("runs the images of the pull request's commit, and no other server of the platform's does", () => {
    const images = seventh
      .filter(({ kind }) => kind === "Deployment")
      .map((deployment) => at(deployment, "spec.template.spec.containers.0.image"));
    assert.deepEqual(images.sort(), [
      "ghcr.io/your-organization/etl-engine:sha-0123456789ab",
      "ghcr.io/your-organization/health-api:sha-0123456789ab",
      "ghcr.io/your-organization/webauthn-example-service:sha-0123456789ab",
      "ghcr.io/your-organization/webauthn-server:sha-0123456789ab",
    ]);
  });

  it("brings its namespace, quota and default deny, no value of a Secret, and nothing that would outlive it", () => {
    const namespace = named(seventh, "Namespace", "health-platform-pr-7");
    assert.equal(at(namespace, "metadata.labels", "pod-security.kubernetes.io/enforce"), "restricted");
    assert.equal(at(namespace, "metadata.labels", "istio-injection"), "enabled");
    assert.equal(
      seventh.some(({ kind }) => kind === "Secret"),
      false,
    );
    assert.equal(
      seventh.some(({ kind }) => ["ScheduledBackup", "ObjectStore"].includes(kind)),
      false,
    );
    const database = named(seventh, "Cluster");
    assert.deepEqual([at(database, "spec.instances"), at(database, "spec.plugins")], [1, undefined]);
    assert.deepEqual(
      [...new Set(seventh.map((object) => at(object, "spec.template.spec.priorityClassName")))].sort(),
      ["low-priority", undefined],
    );
  });

  it("makes every value of its Secrets in the cluster, once", () => {
    const values = named(seventh, "ExternalSecret", "generated-values");
    assert.equal(at(values, "spec.refreshPolicy"), "CreatedOnce");
    const made = (at(values, "spec.dataFrom") as object[]).map((one) => at(one, "rewrite.0.regexp.target"));
    const read = seventh
      .filter(({ kind, metadata }) => kind === "ExternalSecret" && metadata.name !== "generated-values")
      .flatMap((one) => {
        assert.deepEqual(at(one, "spec.secretStoreRef"), { kind: "SecretStore", name: "generated-values" });
        return ((at(one, "spec.data") ?? []) as object[]).map((entry) => at(entry, "remoteRef.property"));
      });
    assert.deepEqual([...new Set(read)].sort(), made.sort());
    const role = named(seventh, "Role", "generated-values");
    assert.deepEqual(at(role, "rules.0.resourceNames"), ["generated-values"]);
    const key = named(seventh, "ExternalSecret", "health-api");
    assert.equal(at(key, "spec.target.template.data", "signing-key"), "{{ .signing_key | b64enc }}");
  });

  it("keeps to every policy, with all pods that charts and operators make", async () => {
    await write("simulated", { cluster: "simulated" });
    const objects = await templated("simulated", { number: "7", tag: "sha-0123456789ab" });
    const { cluster, environment, sizes } = settingsOf("staging");
    const nodes = cluster.nodePools.reduce((sum, { count }) => sum + count, 0);
    const context = { environment, nodes, sidecar: sizes.mesh.sidecar, exemptions: namespaceExemptions };
    for (const all of [objects, seventh]) {
      assert.deepEqual(
        violations(all, { ...context, secrets: new Map() }).map(
          ({ object, reason }) => `${object} ${reason}`,
        ),
        [],
      );
    }
  });

  it("is let in by its project, object by object; the platform's own namespace is not", () => {
    const project = named(kept, "AppProject", "health-data-previews");
    const glob = (pattern: string, text: string | undefined) =>
      new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(text ?? "");
    const destinations = at(project, "spec.destinations") as { readonly namespace: string }[];
    const lets = (namespace: string | undefined) =>
      destinations.some((destination) => glob(destination.namespace, namespace));
    const kinds = at(project, "spec.namespaceResourceWhitelist") as { group: string; kind: string }[];
    for (const { apiVersion, kind, metadata } of seventh) {
      const group = apiVersion.includes("/") ? apiVersion.replace(/\/.*$/, "") : "";
      if (kind === "Namespace") continue;
      assert.ok(lets(metadata.namespace), `${kind} ${metadata.name}`);
      assert.ok(
        kinds.some((one) => one.group === group && glob(one.kind, kind)),
        `${group} ${kind}`,
      );
    }
    assert.equal(lets("health-platform-staging"), false);
    assert.equal(
      kinds.some((one) => one.group === "" && glob(one.kind, "Secret")),
      false,
    );
    assert.deepEqual(at(project, "spec.clusterResourceWhitelist"), [{ group: "", kind: "Namespace" }]);
    assert.deepEqual(at(project, "spec.sourceNamespaces"), ["health-data-previews"]);
  });

  it("is made by an ApplicationSet for each open pull request with the label, as many as are allowed", () => {
    const set = named(kept, "ApplicationSet", "health-data-previews", "health-data-previews");
    assert.deepEqual(at(set, "spec.generators.0.pullRequest"), {
      github: {
        owner: "your-organization",
        repo: "health-data",
        labels: ["preview"],
        tokenRef: { secretName: "github-pull-requests", key: "token" },
      },
      requeueAfterSeconds: 300,
    });
    assert.deepEqual(at(set, "spec.goTemplateOptions"), ["missingkey=error"]);
    assert.equal(at(set, "spec.syncPolicy.preserveResourcesOnDeletion"), false);
    const sources = at(set, "spec.template.spec.sources") as object[];
    assert.deepEqual(
      sources.map((source) => at(source, "path") ?? at(source, "chart")),
      ["deploy/staging/health-data/preview", "valkey", "seaweedfs"],
    );
    assert.deepEqual(at(sources[0], "helm.valuesObject"), {
      number: "{{.number}}",
      tag: "sha-{{trunc 12 .head_sha}}",
    });
    const quota = named(kept, "ResourceQuota", undefined, "health-data-previews");
    assert.equal(at(quota, "spec.hard", "count/controllerrevisions.apps"), String(previewSettings.atMost));
    const places = seventh.filter(({ metadata }) => metadata.namespace === "health-data-previews");
    assert.deepEqual(
      places.map(({ kind, metadata }) => [kind, metadata.name, metadata.annotations]),
      [["ControllerRevision", "health-platform-pr-7", { "argocd.argoproj.io/sync-wave": "-1" }]],
    );
    // Without a place it tries again, for as long as it takes.
    assert.equal(at(set, "spec.template.spec.syncPolicy.retry.limit"), -1);
  });

  for (const [mistake, parameters] of Object.entries({
    "no number": { tag: "v1" },
    "a number that is more than one": { number: "7\nkind: x", tag: "v1" },
    "a tag that is more than one": { number: "7", tag: "v1 # x" },
  })) {
    it(`is refused by Helm with ${mistake}`, async () => {
      await assert.rejects(
        templated("own", parameters),
        /values don't meet the specifications of the schema/,
      );
    });
  }

  const previews = "platforms.health-data.previews";
  for (const [mistake, value, key, reason] of [
    ["no label", { label: undefined }, "label", /required|missing/],
    ["an empty label", { label: " " }, "label", /without one every pull request would get a preview/],
    [
      "a Secret's name in capitals",
      { credentials: "GitHub_Token" },
      "credentials",
      /not a lower-case DNS name/,
    ],
    ["an owner with a repository", { owner: "a/b" }, "owner", /is not the name of a GitHub user/],
    ["an API in the clear", { api: "http://github.example.com" }, "api", /is not an https address/],
  ] as const) {
    it(`is refused with ${mistake}`, () => {
      const [problem, ...others] = problemsAfter("staging", { [previews]: { ...previewSettings, ...value } });
      assert.deepEqual(others, []);
      assert.equal(problem?.key, `quint:${previews}.${key}`);
      assert.match(problem.reason, reason);
    });
  }
});
