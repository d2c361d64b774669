/** What Argo CD is told of a project and an application: how it syncs, what it leaves alone, whose commits it takes. */
import assert from "node:assert/strict";
import { application } from "../../../components/delivery/application.ts";
import { project } from "../../../components/delivery/project.ts";
import type { ProjectSpec, SyncSource } from "../../../platforms/model/index.ts";
import { lab, labWith } from "../../support/test-platform.ts";

const shop: ProjectSpec = {
  name: "shop",
  description: "a shop",
  automated: true,
  roles: [{ name: "release", purpose: "releases", right: "sync", groups: ["release-managers"] }],
  reportOrphans: true,
};
const repository = "https://git.example.com/quint.git";
const sync: SyncSource = { repository, revision: "main", folder: "deploy", stack: "lab", signatureKeys: [] };

describe("an Application", () => {
  const made = (over: Partial<ProjectSpec> = {}, platform = lab()) =>
    application({
      name: "shop-web",
      platform,
      spec: platform.applications.find(({ workloads }) => workloads.some((one) => one.name === "web"))!,
      project: { ...shop, ...over },
      source: { repoURL: repository },
    });
  const policy = (over: Partial<ProjectSpec> = {}) => made(over).spec.syncPolicy;

  it("is synced, pruned and mended by itself where its project says so, and else by hand", () => {
    assert.deepEqual(policy()?.automated, { prune: true, selfHeal: true });
    assert.equal(policy({ automated: false })?.automated, undefined);
  });

  it("applies on the server what is out of sync alone, prunes last, and takes nothing of another's", () => {
    const always = [
      "ServerSideApply=true",
      "ApplyOutOfSyncOnly=true",
      "PruneLast=true",
      "FailOnSharedResource=true",
    ];
    assert.deepEqual(policy()?.syncOptions, always);
    const how = { retries: 3, history: 7, foregroundPruning: true };
    assert.deepEqual(policy({ sync: how })?.syncOptions, [...always, "PrunePropagationPolicy=foreground"]);
    assert.equal(policy({ sync: how })?.retry?.limit, 3);
    assert.equal(made({ sync: how }).spec.revisionHistoryLimit, 7);
    assert.deepEqual(made().metadata.finalizers, ["resources-finalizer.argocd.argoproj.io/foreground"]);
  });

  it("leaves to Argo Rollouts what that writes, where there is a Rollout, and nothing else", () => {
    const stepping = labWith("web", (web) =>
      Object.assign(web, { progressive: { kind: "canary", steps: [], analyses: [] } }),
    );
    assert.deepEqual(
      made({}, stepping).spec.ignoreDifferences?.map(({ kind, jqPathExpressions }) => [
        kind,
        jqPathExpressions,
      ]),
      [
        ["VirtualService", [".spec.http[].route[].weight"]],
        ["Service", ['.spec.selector["rollouts-pod-template-hash"]']],
      ],
    );
    assert.equal(made().spec.ignoreDifferences, undefined);
  });
});

describe("an AppProject", () => {
  const made = (over: Partial<ProjectSpec> = {}, source: Partial<SyncSource> = {}) =>
    project({ platform: lab(), spec: { ...shop, ...over }, sync: { ...sync, ...source }, repositories: [] })
      .spec;

  it("takes signed commits alone where the settings name keys", () => {
    assert.deepEqual(made({}, { signatureKeys: ["0123456789ABCDEF"] }).signatureKeys, [
      { keyID: "0123456789ABCDEF" },
    ]);
    assert.equal(made().signatureKeys, undefined);
  });

  it("has the windows with their time zone, and lets people sync by hand only where they say so", () => {
    const window = { schedule: "0 9 * * 1-5", hours: 8, timeZone: "Europe/Berlin", manualSync: false };
    assert.deepEqual(made({ windows: [window] }).syncWindows, [
      {
        kind: "allow",
        schedule: "0 9 * * 1-5",
        duration: "8h",
        timeZone: "Europe/Berlin",
        manualSync: false,
        applications: ["*"],
      },
    ]);
  });

  it("lets a role do what it may, in its own project, and objects into its own namespaces", () => {
    const { roles, destinations, sourceRepos } = made();
    assert.deepEqual(roles?.[0]?.policies, [
      "p, proj:shop:release, applications, get, shop/*, allow",
      "p, proj:shop:release, logs, get, shop/*, allow",
      "p, proj:shop:release, applications, sync, shop/*, allow",
      "p, proj:shop:release, applications, action/*, shop/*, allow",
    ]);
    assert.deepEqual(sourceRepos, [repository]);
    assert.deepEqual(
      [...new Set(destinations?.map(({ namespace }) => namespace))],
      [...lab().namespaces.map(({ name }) => name), "istio-ingress"],
    );
  });
});
