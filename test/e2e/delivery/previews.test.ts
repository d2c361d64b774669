/**
 * Previews of pull requests by Argo CD's own ApplicationSet controller: an open pull request with the label makes one
 * Application, and a closed one takes it away. The objects are those that `up` makes; GitHub is a
 * server on loopback. What an Application would sync is accepted by the API server, by the kinds' real definitions.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseAllDocuments } from "yaml";
import { connect, type Client } from "../../../automation/cluster/access.ts";
import { recordStack } from "../../../automation/render/index.ts";
import { kubernetesObjects } from "../../../automation/render/objects.ts";
import { previewCharts, renderPreviews } from "../../../automation/render/preview.ts";
import type { KubernetesObject } from "../../../policy/index.ts";
import { startCluster, stopCluster } from "../../../simulation/index.ts";
import { contextName } from "../../../simulation/pki/kubeconfig.ts";
import { ensureProgram } from "../../../simulation/programs/ensure.ts";
import { drafts, named, put } from "../../support/objects.ts";
import { previewedStaging, previewSettings } from "../../support/previews.ts";
import { startApplicationSets, PullRequests } from "../support/application-sets.ts";
import { configure, type ArgoCd } from "../support/argo-cd.ts";
import { eventually, spec } from "../support/small-cluster.ts";

const inPreviews = "health-data-previews";

interface Application {
  readonly metadata: {
    readonly name: string;
    readonly deletionTimestamp?: string;
    readonly finalizers?: string[];
  };
  readonly spec: {
    readonly project: string;
    readonly destination: { readonly namespace: string };
    readonly sources: readonly {
      readonly path?: string;
      readonly helm?: { readonly valuesObject?: object };
    }[];
  };
}

describe("previews of pull requests", function () {
  this.timeout(1_800_000);
  this.slow(60_000);
  this.bail(true);
  const root = mkdtempSync(join(tmpdir(), "quint-previews-"));
  const pulls = new PullRequests(previewSettings.owner, previewSettings.repository);
  let api: Client;
  let controller: ArgoCd | undefined;

  const commitOf = (number: number): string => String(number).repeat(40);
  function open(...numbers: readonly number[]): void {
    pulls.open = numbers.map((number) => ({ number, labels: ["preview"], commit: commitOf(number) }));
  }
  async function applications(): Promise<readonly Application[]> {
    const { items } = (await api.custom.listNamespacedCustomObject({
      group: "argoproj.io",
      version: "v1alpha1",
      namespace: inPreviews,
      plural: "applications",
    })) as { readonly items: readonly Application[] };
    return items;
  }
  /** Until there are just these. Nobody syncs here, so nobody else would let go of one that is to go. */
  async function previewed(...numbers: readonly number[]): Promise<readonly Application[]> {
    return await eventually(`previews of ${numbers.join(", ") || "nothing"}`, async () => {
      const all = await applications();
      for (const { metadata } of all) {
        if (metadata.deletionTimestamp === undefined) continue;
        await api.custom.patchNamespacedCustomObject({
          group: "argoproj.io",
          version: "v1alpha1",
          namespace: inPreviews,
          plural: "applications",
          name: metadata.name,
          body: [{ op: "remove", path: "/metadata/finalizers" }],
        });
      }
      const names = all.map(({ metadata }) => metadata.name).sort();
      const wanted = numbers.map((number) => `health-platform-pr-${number}`);
      return JSON.stringify(names) === JSON.stringify(wanted.sort()) && all;
    });
  }

  before(async function () {
    this.timeout(90 * 60_000); // On a machine that never built the programs.
    const github = await pulls.start();
    const { objects } = kubernetesObjects((await recordStack(previewedStaging())).registrations);
    const made = drafts(
      objects.filter(({ metadata: { name, namespace = "" } }) => [name, namespace].includes(inPreviews)),
    );
    const generator = "spec.generators.0.pullRequest";
    const set = named(made, "ApplicationSet");
    put(set, `${generator}.github.api`, github);
    put(set, `${generator}.requeueAfterSeconds`, 2);

    const { kubeconfigPath: kubeconfig } = await startCluster(spec, { root });
    api = await connect({ kubeconfig, context: contextName(spec.stack), simulated: true });
    await api.objects.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "argocd" } });
    await configure(api, {});
    const order = ["Namespace", "ResourceQuota", "AppProject"];
    made.sort((a, b) => (order.indexOf(a.kind) + 1 || 9) - (order.indexOf(b.kind) + 1 || 9));
    for (const object of made) await api.objects.create(object as never);
    await api.objects.create({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: previewSettings.credentials, namespace: inPreviews },
      stringData: { token: "of-the-test" },
    } as never);
    await eventually("the quota", async () => {
      const quota = await api.core.readNamespacedResourceQuota({ name: "quota", namespace: inPreviews });
      return quota.status?.used?.["count/controllerrevisions.apps"] === "0";
    });
    controller = await startApplicationSets(kubeconfig, inPreviews, github);
  });
  after(async function () {
    if (this.currentTest?.state === "failed" && controller !== undefined) {
      process.stderr.write(readFileSync(join(controller.logs, "log"), "utf8").slice(-4000));
    }
    await controller?.stop();
    await pulls.stop();
    await stopCluster({ root });
    rmSync(root, { recursive: true, force: true });
  });

  it("are made for a pull request with the label, and for no other", async () => {
    open(7);
    pulls.open = [...pulls.open, { number: 9, labels: ["bug"], commit: commitOf(9) }];
    const [application] = await previewed(7);
    assert.equal(application?.spec.project, "health-data-previews");
    assert.equal(application.spec.destination.namespace, "health-platform-pr-7");
    const [own] = application.spec.sources;
    assert.equal(own?.path, "deploy/staging/health-data/preview");
    assert.deepEqual(own.helm?.valuesObject, { number: "7", tag: "sha-777777777777" });
    assert.match(pulls.asked[0] ?? "", /pulls Bearer of-the-test$/);
  });

  it("follow the pull request's commits", async () => {
    pulls.open = [{ number: 7, labels: ["preview"], commit: "abcdef0123456789".padEnd(40, "0") }];
    await eventually("the new commit", async () => {
      const [application] = await applications();
      return JSON.stringify(application?.spec.sources[0]).includes("sha-abcdef012345");
    });
  });

  it("go with their pull requests, and take with them what they synced", async () => {
    open(7, 8);
    await previewed(7, 8);
    for (const { metadata } of await applications()) {
      assert.deepEqual(metadata.finalizers, ["resources-finalizer.argocd.argoproj.io/foreground"]);
    }
    open(8);
    await previewed(8);
    open();
    await previewed();
  });

  it("bring objects that the API server takes, as many times as are allowed", async () => {
    const staging = { ...previewedStaging(), overrides: { cluster: "simulated" } } as const;
    for (const [path, text] of previewCharts("staging", await renderPreviews(staging))) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const chart = join(root, "health-data/preview");
    const helm = await ensureProgram("helm");
    const preview = (number: number): KubernetesObject[] => {
      const set = ["--set-string", `number=${number}`, "--set-string", "tag=sha-0123456789ab"];
      const text = execFileSync(helm, ["template", "preview", chart, ...set], {
        env: { HOME: root },
        encoding: "utf8",
        maxBuffer: 2 ** 26,
      });
      return parseAllDocuments(text, { version: "1.1" }).map((one) => one.toJS() as KubernetesObject);
    };
    await api.objects.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "istio-ingress" } });
    const objects = preview(7);
    objects.sort((a, b) => Number(b.kind === "Namespace") - Number(a.kind === "Namespace"));
    for (const object of objects) await api.objects.create(object as never);
    const place = (number: number) => named(preview(number), "ControllerRevision");
    await api.objects.create(place(8) as never);
    await assert.rejects(api.objects.create(place(10) as never), /exceeded quota/);
    await api.objects.delete(place(8));
    await eventually("the place of the one that is gone", async () => {
      await api.objects.create(place(10) as never);
      return true;
    });
    await api.core.deleteNamespace({ name: "health-platform-pr-7" });
    await eventually("the end of the namespace", async () => {
      const { items } = await api.core.listNamespace();
      return !items.some(({ metadata }) => metadata?.name === "health-platform-pr-7");
    });
  });
});
