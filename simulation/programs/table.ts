/** Every program that Quint may have to build, and which pinned Go module it comes from. Versions stand in `tools/`. */

export interface Program {
  /** Folder under `tools/` whose go.mod pins it. */
  readonly tools: string;
  /** Package that `go build` builds. */
  readonly package: string;
  /** Module of that go.mod whose version is the program's version. */
  readonly module: string;
  /** Arguments that make it print its version. */
  readonly versionArguments: readonly string[];
  /** Go variables to stamp at link time, given the version (`v1.2.3`), e.g. so that the program knows its own version. */
  readonly stamp: (version: string) => Readonly<Record<string, string>>;
  /** Minutes that a first build takes on two cores: measured, shown before a build. */
  readonly buildMinutes: number;
}

const nothing = (): Readonly<Record<string, string>> => ({});

/** Unstamped, the API server says it is `v0.0.0-master`, and clients that look at the server's version are misled. */
function kubernetesVersion(version: string): Readonly<Record<string, string>> {
  const [major = "", minor = ""] = version.slice(1).split(".");
  const variables = (packagePath: string): Record<string, string> => ({
    [`${packagePath}.gitVersion`]: version,
    [`${packagePath}.gitMajor`]: major,
    [`${packagePath}.gitMinor`]: minor,
    [`${packagePath}.gitTreeState`]: "clean",
  });
  return { ...variables("k8s.io/component-base/version"), ...variables("k8s.io/client-go/pkg/version") };
}

function kubernetes(name: string, buildMinutes: number): Program {
  return {
    tools: "kubernetes",
    package: `k8s.io/kubernetes/cmd/${name}`,
    module: "k8s.io/kubernetes",
    versionArguments: ["--version"],
    stamp: kubernetesVersion,
    buildMinutes,
  };
}

export const programs = {
  etcd: {
    tools: "etcd",
    package: "go.etcd.io/etcd/server/v3",
    module: "go.etcd.io/etcd/server/v3",
    versionArguments: ["--version"],
    stamp: nothing,
    buildMinutes: 1,
  },
  "kube-apiserver": kubernetes("kube-apiserver", 4),
  "kube-controller-manager": kubernetes("kube-controller-manager", 1),
  "kube-scheduler": kubernetes("kube-scheduler", 1),
  kubelet: kubernetes("kubelet", 1),
  "kube-proxy": kubernetes("kube-proxy", 1),
  kwok: {
    tools: "kwok",
    package: "sigs.k8s.io/kwok/cmd/kwok",
    module: "sigs.k8s.io/kwok",
    versionArguments: ["--version"],
    stamp: nothing,
    buildMinutes: 2,
  },
  kind: {
    tools: "kind",
    package: "sigs.k8s.io/kind",
    module: "sigs.k8s.io/kind",
    versionArguments: ["version"],
    stamp: nothing,
    buildMinutes: 1,
  },
  pulumi: {
    tools: "pulumi",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    module: "github.com/pulumi/pulumi/pkg/v3",
    versionArguments: ["version"],
    // The SDK asks the engine for its version and refuses one that it cannot parse.
    stamp: (version) => ({ "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": version }),
    buildMinutes: 3,
  },
  opa: {
    tools: "opa",
    package: "github.com/open-policy-agent/opa",
    module: "github.com/open-policy-agent/opa",
    versionArguments: ["version"],
    stamp: nothing,
    buildMinutes: 3,
  },
  // One binary that acts by the name it is called with; the tests of delivery run it beside a simulated cluster.
  argocd: {
    tools: "argocd",
    package: "github.com/argoproj/argo-cd/v3/cmd",
    module: "github.com/argoproj/argo-cd/v3",
    versionArguments: ["version", "--client", "--short"],
    stamp: (version) => ({ "github.com/argoproj/argo-cd/v3/common.version": version.slice(1) }),
    buildMinutes: 4,
  },
  helm: {
    tools: "helm",
    package: "helm.sh/helm/v3/cmd/helm",
    module: "helm.sh/helm/v3",
    versionArguments: ["version", "--short"],
    // Charts may ask for Helm's version, and it asks itself whether a chart's metadata fit it.
    stamp: (version) => ({ "helm.sh/helm/v3/internal/version.version": version }),
    buildMinutes: 3,
  },
  actionlint: {
    tools: "actionlint",
    package: "github.com/rhysd/actionlint/cmd/actionlint",
    module: "github.com/rhysd/actionlint",
    versionArguments: ["-version"],
    stamp: nothing,
    buildMinutes: 1,
  },
  gitleaks: {
    tools: "gitleaks",
    package: "github.com/zricethezav/gitleaks/v8",
    module: "github.com/zricethezav/gitleaks/v8",
    versionArguments: ["version"],
    // Its reports name the version of the rules by it.
    stamp: (version) => ({ "github.com/zricethezav/gitleaks/v8/version.Version": version }),
    buildMinutes: 1,
  },
} as const satisfies Record<string, Program>;

export type ProgramName = keyof typeof programs;
