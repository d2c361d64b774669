/** The Go programs that run on or as part of a real node, each pinned by a go.mod of its own. */

export interface GoProgram {
  /** Name of the executable. */
  readonly name: string;
  /** Folder under `tools/` whose go.mod pins it. */
  readonly tools: string;
  /** Package that `go build` builds. */
  readonly package: string;
  /** Module whose version is the program's; `undefined` when the source is our own. */
  readonly module?: string;
  readonly tags?: readonly string[];
  /** Link flags beside `-s -w`. */
  readonly linkFlags?: readonly string[];
  /** Variable that the link sets to the version, without a leading `v`: what the program says of itself. */
  readonly versionVariable?: string;
  /** Text files that its source embeds and its module is published without, by path in the module: web pages. */
  readonly missingFiles?: Readonly<Record<string, string>>;
  /** Seconds that a first build takes on two cores with an empty module cache: measured, shown before a build. */
  readonly buildSeconds: number;
}

const noPages = "<!doctype html>\n<title>no web pages</title>\n<p>Only the API is in this build.</p>\n";

/** Everything static, so that a program runs in an image that holds nothing else. */
export const goPrograms = {
  pause: { name: "pause", tools: "pause", package: ".", buildSeconds: 2 },
  podinfo: {
    name: "podinfo",
    tools: "podinfo",
    package: "github.com/stefanprodan/podinfo/cmd/podinfo",
    module: "github.com/stefanprodan/podinfo",
    buildSeconds: 35,
  },
  prometheus: {
    name: "prometheus",
    tools: "prometheus",
    package: "github.com/prometheus/prometheus/cmd/prometheus",
    module: "github.com/prometheus/prometheus",
    tags: ["netgo"],
    buildSeconds: 240,
  },
  promtool: {
    name: "promtool",
    tools: "prometheus",
    package: "github.com/prometheus/prometheus/cmd/promtool",
    module: "github.com/prometheus/prometheus",
    tags: ["netgo"],
    buildSeconds: 20,
  },
  coredns: {
    name: "coredns",
    tools: "coredns",
    package: "github.com/coredns/coredns",
    module: "github.com/coredns/coredns",
    buildSeconds: 90,
  },
  alertmanager: {
    name: "alertmanager",
    tools: "alertmanager",
    package: "github.com/prometheus/alertmanager/cmd/alertmanager",
    module: "github.com/prometheus/alertmanager",
    tags: ["netgo"],
    missingFiles: { "ui/app/dist/index.html": noPages },
    buildSeconds: 90,
  },
  amtool: {
    name: "amtool",
    tools: "alertmanager",
    package: "github.com/prometheus/alertmanager/cmd/amtool",
    module: "github.com/prometheus/alertmanager",
    tags: ["netgo"],
    missingFiles: { "ui/app/dist/index.html": noPages },
    buildSeconds: 15,
  },
  rollouts: {
    name: "rollouts-controller",
    tools: "rollouts",
    package: "github.com/argoproj/argo-rollouts/cmd/rollouts-controller",
    module: "github.com/argoproj/argo-rollouts",
    buildSeconds: 150,
  },
  argoCd: {
    name: "argocd",
    tools: "argocd",
    package: "github.com/argoproj/argo-cd/v3/cmd",
    module: "github.com/argoproj/argo-cd/v3",
    versionVariable: "github.com/argoproj/argo-cd/v3/common.version",
    buildSeconds: 300,
  },
  otelcol: {
    name: "otelcol-k8s",
    tools: "otelcol",
    package: ".",
    module: "go.opentelemetry.io/collector/otelcol",
    versionVariable: "main.version",
    buildSeconds: 120,
  },
  versitygw: {
    name: "versitygw",
    tools: "versitygw",
    package: "github.com/versity/versitygw/cmd/versitygw",
    module: "github.com/versity/versitygw",
    versionVariable: "main.Version",
    buildSeconds: 60,
  },
} as const satisfies Record<string, GoProgram>;
