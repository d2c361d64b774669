/**
 * Images that can be made on a machine which reaches no image registry, from programs that module and package
 * registries serve. A pod that names such a reference gets the image made here.
 */
import { observabilityCharts } from "../../config/catalog/charts/observability.ts";
import { images } from "../../config/catalog/images.ts";
import { goPrograms } from "./go-programs.ts";
import { startPostgres } from "./postgres-entrypoint.ts";
import type { MadeImage } from "./recipe.ts";

const collector = observabilityCharts["opentelemetry-gateway"].images.collector.reference;

/** Argo CD is one program that is all of these, by the name that it is called by. */
const argoCdNames = [
  "application-controller",
  "applicationset-controller",
  "cmp-server",
  "commit-server",
  "dex",
  "git-ask-pass",
  "k8s-auth",
  "notifications",
  "repo-server",
  "server",
];

const runAs = ({ user, group }: { user: number; group: number }): string => `${user}:${group}`;

/** Programs that ask who they run as. */
const usersOf = (name: string, { user, group }: { user: number; group: number }): Record<string, string> => ({
  "/etc/passwd": `root:x:0:0:root:/root:/bin/sh\n${name}:x:${user}:${group}::/tmp:/bin/sh\n`,
  "/etc/group": `root:x:0:\n${name}:x:${group}:\n`,
});

export const madeImages = {
  podinfo: {
    reference: images.podinfo.reference,
    // The module has no release tags that Go accepts; this commit's own `pkg/version` says 6.9.2.
    version: "6.9.2",
    recipe: {
      programs: { "/home/app/podinfo": goPrograms.podinfo },
      moduleFolders: { "/home/app/ui": { of: goPrograms.podinfo, folder: "ui" } },
    },
    entrypoint: [],
    command: ["./podinfo"],
    workingFolder: "/home/app",
    user: runAs(images.podinfo.runAs),
    kind: "sample",
  },
  prometheus: {
    reference: images.prometheus.reference,
    version: "3.14.0",
    recipe: {
      programs: { "/bin/prometheus": goPrograms.prometheus, "/bin/promtool": goPrograms.promtool },
      files: {
        "/etc/prometheus/prometheus.yml":
          "scrape_configs:\n  - job_name: prometheus\n    static_configs:\n      - targets: [localhost:9090]\n",
      },
      writable: ["/prometheus"],
    },
    entrypoint: ["/bin/prometheus"],
    command: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
    workingFolder: "/prometheus",
    user: runAs(images.prometheus.runAs),
    kind: "sample",
    note: "without the web pages: they are not part of the Go module; the HTTP API is complete",
  },
  alertmanager: {
    reference: images.alertmanager.reference,
    version: "0.34.0",
    recipe: {
      programs: { "/bin/alertmanager": goPrograms.alertmanager, "/bin/amtool": goPrograms.amtool },
      files: {
        "/etc/alertmanager/alertmanager.yml": "route: { receiver: none }\nreceivers: [{ name: none }]\n",
      },
      writable: ["/alertmanager"],
    },
    entrypoint: ["/bin/alertmanager"],
    command: ["--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/alertmanager"],
    workingFolder: "/alertmanager",
    user: runAs(images.alertmanager.runAs),
    kind: "tool",
    note: "without the web pages: they are not part of the Go module; the HTTP API is complete",
  },
  argoRollouts: {
    reference: images.argoRollouts.reference,
    version: "1.10.2",
    recipe: { programs: { "/bin/rollouts-controller": goPrograms.rollouts } },
    entrypoint: ["/bin/rollouts-controller"],
    user: runAs(images.argoRollouts.runAs),
    kind: "tool",
  },
  argoCd: {
    reference: images.argoCd.reference,
    version: "3.2.0",
    recipe: {
      debian: { release: "trixie", packages: ["dash", "git", "openssh-client", "tini"] },
      programs: { "/usr/local/bin/argocd": goPrograms.argoCd },
      links: Object.fromEntries(argoCdNames.map((name) => [`/usr/local/bin/argocd-${name}`, "argocd"])),
      files: usersOf("argocd", images.argoCd.runAs),
      writable: ["/app/config/gpg/keys", "/home/argocd"],
    },
    entrypoint: ["/usr/bin/tini", "--"],
    workingFolder: "/home/argocd",
    environment: { ARGOCD_GPG_ENABLED: "false", USER: "argocd" },
    user: runAs(images.argoCd.runAs),
    kind: "tool",
    note: "without Helm, kustomize, git-lfs and signatures of commits; without the web pages: they are not part of the Go module",
  },
  otelcol: {
    reference: collector,
    version: "0.158.0",
    recipe: { programs: { "/otelcol-k8s": goPrograms.otelcol } },
    entrypoint: ["/otelcol-k8s"],
    command: ["--config", "/etc/otelcol-k8s/config.yaml"],
    user: "10001:10001",
    kind: "tool",
    note: "of the distribution's parts only those that the foundation configures",
  },
  versitygw: {
    reference: images.versitygw.reference,
    version: "1.8.0",
    recipe: { programs: { "/usr/local/bin/versitygw": goPrograms.versitygw } },
    entrypoint: ["/usr/local/bin/versitygw"],
    user: runAs(images.versitygw.runAs),
    kind: "tool",
    note: "arguments are its command line; VGW_BACKEND is not read",
  },
  mlflow: {
    reference: images.mlflow.reference,
    version: "3.11.1",
    recipe: {
      // The wheels of numpy and its kin take the C++ library from the system.
      debian: { release: "trixie", packages: ["libstdc++6", "python3", "python3-pip"] },
      python: { tools: "mlflow" },
      scripts: {
        "/usr/local/bin/mlflow":
          "#!/usr/bin/python3\nimport sys\nfrom mlflow.cli import cli\nsys.exit(cli())\n",
      },
    },
    entrypoint: [],
    command: ["mlflow"],
    user: runAs(images.mlflow.runAs),
    kind: "tool",
  },
  postgres: {
    reference: images.postgres.reference,
    version: "17",
    recipe: {
      debian: { release: "trixie", packages: ["coreutils", "dash", "postgresql-17"] },
      files: usersOf("postgres", images.postgres.runAs),
      scripts: { "/usr/local/bin/docker-entrypoint.sh": startPostgres },
      writable: ["/run/postgresql", "/var/lib/postgresql/data"],
    },
    entrypoint: ["/usr/local/bin/docker-entrypoint.sh"],
    command: ["postgres"],
    environment: { LANG: "C.UTF-8", PGDATA: "/var/lib/postgresql/data/pgdata" },
    user: runAs(images.postgres.runAs),
    kind: "tool",
    note: "of the published image's settings only POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB and PGDATA",
  },
  valkey: {
    reference: images.valkey.reference,
    version: "8.1",
    recipe: {
      debian: { release: "trixie", packages: ["valkey-server", "valkey-tools"] },
      files: usersOf("valkey", images.valkey.runAs),
      writable: ["/data"],
    },
    entrypoint: [],
    command: ["valkey-server"],
    workingFolder: "/data",
    user: runAs(images.valkey.runAs),
    kind: "tool",
  },
} as const satisfies Record<string, MadeImage>;

export type MadeImageName = keyof typeof madeImages;

/** Holds a pod's network namespace open. Never in a pod's own spec, so not in the table above. */
export const pauseImage: MadeImage = {
  reference: "quint.invalid/pause:1",
  version: "1",
  recipe: { programs: { "/pause": goPrograms.pause } },
  entrypoint: ["/pause"],
  user: "65535:65535",
  kind: "sample",
};
