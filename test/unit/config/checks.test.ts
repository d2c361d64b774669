import assert from "node:assert/strict";
import { rules } from "../../../config/checks/index.ts";
import { imagesForTheNodes } from "../../../config/checks/images.ts";
import { factsOf } from "../../../config/checks/platform-facts.ts";
import type { ImagePin } from "../../../config/index.ts";
import { changed, problemsAfter, type Change, type Stack } from "./project-folder.ts";

interface Case {
  readonly stack: Stack;
  readonly change: Change;
  readonly key: string;
  readonly reason: RegExp;
  readonly remedy: RegExp;
}

const api = (override: object): Change => ({ "platforms.cancer.workloads": { api: override } });
/** An image for each service of the clinical-trials platform that is the user's own, with changes. */
const clinicalImages = (changes: Readonly<Record<string, object | undefined>>) => {
  const names = [
    "clinical-gateway",
    "kafka-producer",
    "kafka-consumer",
    "feature-engineering",
    "model-serving",
    "monitoring-service",
    "spark-streaming",
    "spark-batch",
    "training",
  ];
  const all = {
    ...Object.fromEntries(names.map((name) => [name, { image: `r/${name}:v1.0.0` }])),
    ...changes,
  };
  return Object.fromEntries(Object.entries(all).filter(([, override]) => override !== undefined));
};
const previews = { owner: "o", repository: "r", label: "preview", credentials: "github" };
const cancerAlone: Change = { platforms: { cancer: { expose: "direct" } } };
const taint = { key: "dedicated", value: "x", effect: "NoSchedule" };

/** A cluster that somebody else made. */
const existing = {
  type: "existing",
  kubeconfig: "k",
  context: "c",
  enforcesNetworkPolicy: true,
  nodePools: [
    {
      name: "general",
      architecture: "amd64",
      count: 3,
      cpu: 8,
      memoryGiB: 32,
      instanceType: "large",
      zones: ["a", "b", "c"],
      labels: { "workload-type": "compute" },
    },
  ],
  storageClasses: { readWriteOnce: "block", readWriteMany: "files" },
};

/** Three services' images, tagged alike. */
const release = (tag: string) =>
  Object.fromEntries(
    ["auth-service", "analysis-service", "ai-orchestrator"].map((service) => [
      service,
      `r/${service}:${tag}`,
    ]),
  );

const cases: Record<string, Case> = {
  "alerts that nobody is told": {
    stack: "production",
    change: { "foundation.alerting": { heartbeat: true } },
    key: "quint:foundation.alerting",
    reason: /^names no receiver, and alerts would be told nobody$/,
    remedy: /^`slack: \{ channel: alerts \}`, `email` or `pager`/,
  },
  "a team's mail without a server": {
    stack: "production",
    change: {
      "foundation.alerting": {
        slack: { channel: "alerts" },
        teams: { cancer: { email: { to: ["a@example.com"] } } },
      },
    },
    key: "quint:foundation.alerting.teams.cancer.email",
    reason: /^has recipients, and no mail server is named/,
    remedy: /^`foundation\.alerting\.email` with/,
  },
  "maintenance across midnight": {
    stack: "production",
    change: {
      "foundation.alerting": {
        slack: { channel: "alerts" },
        maintenance: [{ name: "night", days: ["sunday"], from: "22:00", to: "05:00" }],
      },
    },
    key: "quint:foundation.alerting.maintenance[0].to",
    reason: /^is not after `from` \(22:00\)/,
    remedy: /^two windows: one from 22:00 to 24:00, and one from 00:00 to 05:00/,
  },
  "two windows of one name": {
    stack: "production",
    change: {
      "foundation.alerting": {
        slack: { channel: "alerts" },
        maintenance: ["monday", "sunday"].map((day) => ({
          name: "night",
          days: [day],
          from: "01:00",
          to: "05:00",
        })),
      },
    },
    key: "quint:foundation.alerting.maintenance[1].name",
    reason: /^is the name of another window, too$/,
    remedy: /^another name/,
  },
  "maintenance of a platform that is not there": {
    stack: "dev",
    change: {
      platforms: { cancer: { expose: "direct" } },
      "foundation.alerting": {
        slack: { channel: "alerts" },
        maintenance: [
          { name: "night", days: ["sunday"], from: "01:00", to: "05:00", platforms: ["chest-xray"] },
        ],
      },
    },
    key: "quint:foundation.alerting.maintenance[0].platforms[0]",
    reason: /^is a platform that this stack does not deploy$/,
    remedy: /^one of `foundation`, `cancer`/,
  },
  "no repository for Argo CD": {
    stack: "production",
    change: { gitops: undefined },
    key: "quint:gitops",
    reason: /^is required: Argo CD has to know what to sync from$/,
    remedy: /repository: https:\/\/github\.com\/your-organization\/quint\.git\nor `delivery: direct`$/,
  },
  "a stable version without a release": {
    stack: "production",
    change: { "platforms.code-review": {} },
    key: "quint:platforms.code-review.versions.stable",
    reason: /^is required: without a release stable would be empty$/,
    remedy: /^the name of one of `releases`/,
  },
  "a release that is not there": {
    stack: "production",
    change: {
      "platforms.code-review": { releases: { "v2.3.0": release("v2.3.0") }, versions: { stable: "v2.3.1" } },
    },
    key: "quint:platforms.code-review.versions.stable",
    reason: /^is not a release; there is `v2\.3\.0`$/,
    remedy: /`v2\.3\.0`/,
  },
  "a release without an image of a service": {
    stack: "production",
    change: {
      "platforms.code-review": {
        releases: { "v2.3.0": { ...release("v2.3.0"), "ai-orchestrator": undefined } },
        versions: { stable: "v2.3.0" },
      },
    },
    key: `quint:platforms.code-review.releases["v2.3.0"].ai-orchestrator`,
    reason: /^is required: stable runs this release$/,
    remedy: /^ai-orchestrator: ghcr.io\/your-organization\/ai-orchestrator:v2.3.0$/,
  },
  "a branch in a release": {
    stack: "production",
    change: {
      "platforms.code-review": {
        releases: { r1: { ...release("v1.0.0"), "auth-service": "r/auth-service:main" } },
        versions: { stable: "r1" },
      },
    },
    key: "quint:platforms.code-review.releases.r1.auth-service",
    reason: /^is tagged by a branch or a moving name, and production runs releases$/,
    remedy: /`r\/auth-service:v1.2.3`/,
  },
  "a hosted runner for a private cluster": {
    stack: "production",
    change: { ci: { runner: ["ubuntu-latest"] } },
    key: "quint:ci.runner",
    reason: /^names a runner that GitHub hosts \(ubuntu-latest\), and `quint:cluster\.api\.access: private`/,
    remedy: /`runner: \[self-hosted, production-network\]`/,
  },
  "a stack of another environment": {
    stack: "production",
    change: { environment: "staging" },
    key: "quint:environment",
    reason: /^is not the environment that the stack `production` is named after$/,
    remedy: /^`quint:environment: production`/,
  },
  "no platform": {
    stack: "dev",
    change: { platforms: {} },
    key: "quint:platforms",
    reason: /^names no platform/,
    remedy: /^at least one of `cancer`.*, e\.g\.\nquint:platforms:/,
  },
  "a namespace of the cluster": {
    stack: "dev",
    change: { "platforms.cancer.namespace": "kube-system" },
    key: "quint:platforms.cancer.namespace",
    reason: /^is a namespace of the cluster or the foundation$/,
    remedy: /`namespace: cancer-mlops`/,
  },
  "a namespace of the foundation": {
    stack: "dev",
    change: { "platforms.cancer.namespace": "istio-system" },
    key: "quint:platforms.cancer.namespace",
    reason: /^is a namespace of the cluster or the foundation$/,
    remedy: /`namespace: cancer-mlops`/,
  },
  "a domain of one machine": {
    stack: "staging",
    change: { domain: "quint.localhost" },
    key: "quint:domain",
    reason: /^resolves on one machine only, and staging has users elsewhere$/,
    remedy: /`quint:domain: example.com`/,
  },
  "samples outside dev": {
    stack: "staging",
    change: { images: { sample: true } },
    key: "quint:images.sample",
    reason: /^would run a sample in place of your services in staging/,
    remedy: /`workloads.api.image`/,
  },
  "no image and no sample": {
    stack: "dev",
    change: { ...cancerAlone, images: undefined },
    key: "quint:platforms.cancer.workloads.api.image",
    reason: /^is required: this service is your own/,
    remedy:
      /^image: ghcr.io\/your-organization\/cancer-mlops-api:v1.0.0\nor, in dev, `quint:images: \{ sample: true \}`/,
  },
  "the tag latest": {
    stack: "staging",
    change: api({ image: "ghcr.io/a/b:latest" }),
    key: "quint:platforms.cancer.workloads.api.image",
    reason: /^moves: what `latest` is changes without a deploy$/,
    remedy: /^`ghcr.io\/a\/b:v1.2.3`$/,
  },
  "a branch in production": {
    stack: "production",
    change: api({ image: "ghcr.io/a/b:develop" }),
    key: "quint:platforms.cancer.workloads.api.image",
    reason: /^is tagged by a branch or a moving name, and production runs releases$/,
    remedy: /`ghcr.io\/a\/b:v1.2.3`, `ghcr.io\/a\/b@sha256:…`/,
  },
  "no image of one of several services": {
    stack: "dev",
    change: {
      images: undefined,
      platforms: { "clinical-trials": { workloads: clinicalImages({ training: undefined }) } },
    },
    key: "quint:platforms.clinical-trials.workloads.training.image",
    reason: /^is required: this service is your own/,
    remedy: /^image: ghcr.io\/your-organization\/training:v1.0.0\n/,
  },
  "no class for the logs of Airflow": {
    stack: "dev",
    change: {
      "platforms.cancer": undefined,
      "platforms.clinical-trials": {},
      "cluster.storageClasses.readWriteMany": undefined,
    },
    key: "quint:cluster.storageClasses.readWriteMany",
    reason: /^is required by `quint:platforms.clinical-trials`: Airflow/,
    remedy: /`readWriteMany: fss`/,
  },
  // 200Gi of requests in production (seed 000, "Resource Management").
  "more replicas than the quota beside its data services": {
    stack: "production",
    change: {
      "platforms.clinical-trials.workloads": {
        ...clinicalImages({}),
        mlflow: { replicas: 200 },
      },
    },
    key: "quint:platforms.clinical-trials.workloads.mlflow.replicas",
    reason: /^is more than the quota of the namespace allows in production: `requests.memory` \(200Gi\)/,
    remedy: /^at most `replicas: \d+`$/,
  },
  "replicas of an application that is left out": {
    stack: "production",
    change: {
      "platforms.health-data.workloads": {
        "health-api": { image: "r/health-api:v1.0.0" },
        "webauthn-server": { replicas: 2 },
      },
    },
    key: "quint:platforms.health-data.workloads.webauthn-server",
    reason: /^is said of a workload that this stack does not run$/,
    remedy: /^`webauthn-stack` among `applications`, or leave it out$/,
  },
  "replicas of a service that stable's release has no image of": {
    stack: "production",
    change: { "platforms.code-review.workloads": { "project-service": { replicas: 2 } } },
    key: "quint:platforms.code-review.workloads.project-service",
    reason: /^is said of a workload that this stack does not run$/,
    remedy: /^an image of it in the release that stable runs/,
  },
  "no node that the orchestrator selects": {
    stack: "dev",
    change: {
      platforms: { "code-review": {} },
      "cluster.nodePools.*.labels": { "workload-type": "general" },
    },
    key: "quint:cluster.nodePools",
    reason:
      /^have no node for ai-orchestrator of `quint:platforms.code-review`, which runs on nodes labelled `workload-type: compute` alone$/,
    remedy:
      /^a pool with `labels: \{ workload-type: compute \}`, without `NoSchedule` and `NoExecute` taints$/,
  },
  "Secrets from a store that is not there": {
    stack: "dev",
    change: { secrets: { store: "vault" } },
    key: "quint:secrets.store",
    reason: /^is none of the stores of `quint:foundation.secretStores`$/,
    remedy: /^a store there first, e\.g\.\nquint:foundation:\n {2}secretStores:/,
  },
  "a pull secret of the name of the registry's own": {
    stack: "production",
    change: { "cluster.registryAccess": true, "images.pullSecret": "registry" },
    key: "quint:images.pullSecret",
    reason: /^is the name of the Secret that `quint:cluster.registryAccess` makes$/,
    remedy: /^another name, e\.g\. `pullSecret: private-images`$/,
  },
  "a label that Quint derives": {
    stack: "dev",
    change: { "cluster.nodePools.0.labels": { "kubernetes.io/arch": "amd64" } },
    key: 'quint:cluster.nodePools[0].labels["kubernetes.io/arch"]',
    reason: /^is set by Quint from the pool's `architecture`$/,
    remedy: /^leave the label out, and set `architecture`$/,
  },
  "more zones than nodes": {
    stack: "dev",
    change: { "cluster.nodePools.0.zones": ["a", "b", "c"] },
    key: "quint:cluster.nodePools[0].zones",
    reason: /^names 3 zones for 2 nodes: c would stay empty$/,
    remedy: /^at most 2 zones, or `count: 3`$/,
  },
  "one zone in production": {
    stack: "production",
    change: { "cluster.nodePools.*.zones": ["EU-FRANKFURT-1-AD-1"] },
    key: "quint:cluster.nodePools",
    reason: /^are all in one zone/,
    remedy: /^pools over at least 2 zones/,
  },
  "only tainted pools": {
    stack: "dev",
    change: { "cluster.nodePools.*.taints": [taint] },
    key: "quint:cluster.nodePools",
    reason: /^are all tainted/,
    remedy: /^at least one pool without/,
  },
  "no class for shared volumes": {
    stack: "dev",
    change: { "cluster.storageClasses.readWriteMany": undefined },
    key: "quint:cluster.storageClasses.readWriteMany",
    reason: /^is required by `quint:platforms.cancer`/,
    remedy: /`readWriteMany: fss`/,
  },
  "policies that nobody enforces": {
    stack: "production",
    change: { cluster: { ...existing, enforcesNetworkPolicy: false } },
    key: "quint:cluster.enforcesNetworkPolicy",
    reason: /^would leave every default-deny policy in production without effect$/,
    remedy: /`enforcesNetworkPolicy: true`/,
  },
  "plain HTTP outside dev": {
    stack: "staging",
    change: { "platforms.cancer.expose": "direct" },
    key: "quint:platforms.cancer.expose",
    reason: /^opens plain HTTP ports to the world, which only dev may do; this stack is staging$/,
    remedy: /^`expose: gateway`/,
  },
  "a load balancer that is not there": {
    stack: "dev",
    change: {
      "cluster.type": "existing",
      "cluster.kubeconfig": "k",
      "cluster.context": "c",
      "cluster.enforcesNetworkPolicy": false,
      "cluster.loadBalancer": false,
    },
    key: "quint:platforms.cancer.expose",
    reason: /^needs a load balancer, and `quint:cluster.loadBalancer` says that the cluster has none$/,
    remedy: /^`expose: gateway`, or `loadBalancer: true`/,
  },
  "previews beside production's data": {
    stack: "production",
    change: { "platforms.health-data.previews": previews },
    key: "quint:platforms.health-data.previews",
    reason: /^would run what nobody has reviewed beside production's data$/,
    remedy: /^leave it out here/,
  },
  "previews from nowhere": {
    stack: "staging",
    change: { "platforms.health-data.previews": previews, delivery: "direct", gitops: undefined },
    key: "quint:platforms.health-data.previews",
    reason: /^needs `quint:gitops`/,
    remedy: /repository: https:/,
  },
  "previews of samples": {
    stack: "dev",
    change: {
      "platforms.health-data.previews": previews,
      "platforms.health-data.applications": [],
      gitops: { repository: "https://github.com/your-organization/quint.git" },
    },
    key: "quint:platforms.health-data.previews",
    reason: /^shows images of a pull request, and `workloads.health-api` has none$/,
    remedy: /image: ghcr\.io\/your-organization\/health-api:v1\.0\.0/,
  },
  "two writers of one volume": {
    stack: "dev",
    change: { "platforms.cancer.workloads": { mlflow: { replicas: 2 } } },
    key: "quint:platforms.cancer.workloads.mlflow.replicas",
    reason: /^is more than one, and this workload keeps a database on a volume that one pod may write$/,
    remedy: /^`replicas: 1`, or leave it out$/,
  },
  // Production's API requests 500m and 512Mi (seed 001, "API Service"), its sidecar 50m and 64Mi.
  "pods bigger than any node": {
    stack: "production",
    change: { cluster: { ...existing, nodePools: [{ ...existing.nodePools[0], cpu: 0.5 }] } },
    key: "quint:cluster.nodePools",
    reason: /^have no node for a pod of cancer's `api`: in production it requests 0.55 CPU and 0.57 GiB$/,
    remedy: /at least `cpu: 1` and `memoryGiB: 1`$/,
  },
  // Seed 001, "API Service": three replicas.
  "fewer replicas than production has": {
    stack: "production",
    change: api({ image: "ghcr.io/a/b:v1.0.0", replicas: 1 }),
    key: "quint:platforms.cancer.workloads.api.replicas",
    reason: /^is fewer than the 3 that production has of it, so that it survives the loss of a node$/,
    remedy: /^`replicas: 3` or more, or leave it out; .* `fewerReplicas: true` beside it$/,
  },
  "an account that nobody can write to": {
    stack: "production",
    change: { "foundation.certificates": {} },
    key: "quint:foundation.certificates.email",
    reason: /^is required where Let's Encrypt, production's default, signs production's certificates/,
    remedy: /`email: platform@example\.com`, or `issuer: self-signed`$/,
  },
  // 8 CPU of limits in dev: less 2 for the three tools and their sidecars leaves 8 API pods of 750m, one for a rollout.
  "more replicas than the quota": {
    stack: "dev",
    change: api({ replicas: 8 }),
    key: "quint:platforms.cancer.workloads.api.replicas",
    reason: /^is more than the quota of the namespace allows in dev: `limits.cpu` \(8\) is enough for 7$/,
    remedy: /^at most `replicas: 7`$/,
  },
};

describe("checks across settings", () => {
  for (const [mistake, { stack, change, key, reason, remedy }] of Object.entries(cases)) {
    it(`refuse ${mistake}`, () => {
      const problems = problemsAfter(stack, change);
      assert.deepEqual(
        problems.map((problem) => problem.key),
        [key],
      );
      assert.match(problems[0]!.reason, reason);
      assert.match(problems[0]!.remedy, remedy);
    });
  }

  it("have a rule for each of these", () => {
    // Two cases each break the rules on namespaces, images, shared volumes, quota, releases, what runs and maintenance
    // windows, three that on tags; architectures are below.
    assert.equal(Object.keys(cases).length - 9 + 1, rules.length);
  });

  it("run on what is valid while something else is not", () => {
    const problems = problemsAfter("staging", {
      domain: 5,
      "platforms.cancer.expose": "direct",
      "platforms.cancer.workloads.api.image": "ghcr.io/a/b:latest",
    });
    assert.deepEqual(
      problems.map(({ key }) => key),
      ["quint:domain", "quint:platforms.cancer.workloads.api.image", "quint:platforms.cancer.expose"],
    );
  });

  it("do not call missing what is there and wrong by itself", () => {
    const problems = problemsAfter("production", { "gitops.repository": "not an address" });
    assert.deepEqual(
      problems.map(({ key }) => key),
      ["quint:gitops.repository"],
    );
  });

  it("let nobody's pods call a large part of the internet", () => {
    const cidrs = ["0.0.0.0/0"];
    for (const [change, key] of [
      [{ "platforms.code-review.providerCidrs": cidrs }, "code-review.providerCidrs[0]"],
      [
        { "platforms.chest-xray.database": { type: "external", external: { cidrs } } },
        "chest-xray.database.external.cidrs[0]",
      ],
    ] as const) {
      const [problem] = problemsAfter("production", change);
      assert.equal(problem?.key, `quint:platforms.${key}`);
      assert.match(problem.reason, /^is a large part of the internet, and/);
    }
  });

  it("send clusters of others to `existing`, not to the cloud of the nearest letters", () => {
    for (const type of ["gke", "aks", "minikube"]) {
      const [problem] = problemsAfter("production", { "cluster.type": type });
      assert.match(problem?.remedy ?? "", /^`existing`: /);
    }
  });

  for (const image of [
    "r/a:v1.2.3",
    "r/a:1.2.3",
    "r/a:1.2",
    "r/a:v1.2.3-rc.1",
    "r/a:2026.01.30",
    `r/a@sha256:${"0".repeat(64)}`,
  ]) {
    it(`let production run ${image}`, () => {
      assert.equal(changed("production", api({ image })).platforms.cancer?.workloads.api?.image, image);
    });
  }
  for (const tag of ["develop", "main", "staging-latest", "v1", "stable", "sha-0a1b2c3", "release"]) {
    it(`keep the tag ${tag} out of production`, () => {
      assert.equal(problemsAfter("production", api({ image: `r/a:${tag}` })).length, 1);
    });
  }

  it("let dev float on a branch and on latest", () => {
    for (const image of ["r/a:develop", "r/a:latest"]) assert.ok(changed("dev", api({ image })));
  });

  it("take a hosted runner where the API server is public, and any other where it is private", () => {
    const api = { access: "public", allowedCidrs: ["203.0.113.0/24"] };
    assert.ok(changed("production", { ci: { runner: ["ubuntu-latest"] }, "cluster.api": api }));
    assert.ok(changed("production", { ci: { runner: ["self-hosted", "production-network"] } }));
    assert.match(problemsAfter("production", { ci: {} })[0]!.reason, /required/);
  });

  it("take the most replicas that the quota allows", () => {
    assert.ok(changed("dev", api({ replicas: 7 })));
    assert.ok(changed("dev", api({ replicas: 0 })));
  });

  it("take fewer replicas in production where a stack says that they are meant, and of a copy that takes no requests", () => {
    const image = "ghcr.io/a/b:v1.0.0";
    const one = { image, replicas: 1 };
    assert.ok(changed("production", api({ ...one, replicas: 0, fewerReplicas: true })));
    assert.ok(changed("production", api({ ...one, replicas: 3 })));
    assert.ok(changed("staging", api(one)));
    const copies = (blue: object, green: object): Change => ({
      "platforms.chest-xray.workloads": { blue: { image, ...blue }, green: { image, ...green } },
    });
    assert.ok(changed("production", copies({}, { replicas: 1 })));
    const refused = [
      [api({ image, replicas: 0 }), "cancer.workloads.api"],
      [{ "platforms.cancer.workloads.mlflow": { replicas: 0 } }, "cancer.workloads.mlflow"],
      [copies({ replicas: 2 }, {}), "chest-xray.workloads.blue"],
      [copies({}, { replicas: 0 }), "chest-xray.workloads.green"],
    ] as const;
    for (const [change, workload] of refused) {
      assert.deepEqual(
        problemsAfter("production", change).map(({ key }) => key),
        [`quint:platforms.${workload}.replicas`],
      );
    }
  });

  it("want an address for Let's Encrypt in production alone, and for no authority of the cluster's own", () => {
    assert.ok(changed("staging", { "foundation.certificates": {} }));
    assert.ok(changed("production", { "foundation.certificates": { issuer: "self-signed" } }));
    const trial = { "foundation.certificates": { issuer: "letsencrypt-staging" } };
    assert.match(problemsAfter("production", trial)[0]!.reason, /^is required where Let's Encrypt signs/);
  });

  it("count replicas of others against the quota", () => {
    const problems = problemsAfter("dev", {
      "platforms.cancer.workloads": { api: { replicas: 9 }, mlflow: { replicas: 0 } },
    });
    assert.match(problems[0]!.remedy, /`replicas: 8`/);
  });

  it("find a catalog image that no pool can run", () => {
    const pin = {
      reference: "r/mlflow:1",
      architectures: ["amd64"],
      runAs: { user: 1, group: 1 },
      homepage: "",
    } as const;
    const settings = changed("dev", {
      ...cancerAlone,
      "cluster.nodePools.*.architecture": "arm64",
    });
    const withPins =
      (mlflow: ImagePin): typeof factsOf =>
      (platforms) =>
        factsOf(platforms).map((facts) => ({ ...facts, pins: { mlflow } }));
    const found = imagesForTheNodes(withPins(pin)).find(settings);
    assert.deepEqual(found, [
      {
        path: ["platforms", "cancer", "workloads", "mlflow", "image"],
        value: "r/mlflow:1",
        reason: "is published for amd64, and no node pool has that architecture",
        remedy: "a node pool with `architecture: amd64`, or another image",
      },
    ]);
    assert.deepEqual(imagesForTheNodes(withPins({ ...pin, architectures: ["arm64"] })).find(settings), []);
  });
});
