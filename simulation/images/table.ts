/**
 * Images that can be made on a machine which reaches no image registry, from programs that module and package
 * registries serve. A pod that names such a reference gets the image made here.
 */
import { images } from "../../config/catalog/images.ts";
import type { RealChoice } from "../../config/schema/real-choice.ts";
import type { DebianPackages } from "./debian-root.ts";
import { type GoProgram, goPrograms } from "./go-program.ts";
import { startPostgres } from "./postgres-entrypoint.ts";
import type { PythonPackages } from "./python-packages.ts";

/** What goes into an image. */
export interface Recipe {
  /** Programs built from pinned Go modules, by their path in the image. */
  readonly programs?: Readonly<Record<string, GoProgram>>;
  /** The root file system; an image without it holds nothing but what is named here. */
  readonly debian?: DebianPackages;
  /** For the Python of `debian`. */
  readonly python?: PythonPackages;
  /** Folders of a program's module that the image carries too, by their path in the image. */
  readonly moduleFolders?: Readonly<Record<string, { readonly of: GoProgram; readonly folder: string }>>;
  /** Small text files, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Scripts, by path. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** Folders that any user may write to, as `/tmp`. */
  readonly writable?: readonly string[];
}

export interface MadeImage {
  /** The reference that pods use. */
  readonly reference: string;
  /** Release that the pinned source is, as the reference's tag has it. */
  readonly version: string;
  readonly recipe: Recipe;
  readonly entrypoint: readonly string[];
  readonly command?: readonly string[];
  readonly workingFolder?: string;
  /** Environment variables beside PATH. */
  readonly environment?: Readonly<Record<string, string>>;
  /** `user:group`, as numbers. */
  readonly user: string;
  /** With `--real samples` only the first kind is made. */
  readonly kind: "sample" | "tool";
  /** What this image lacks that the published one has, for `status`. */
  readonly note?: string;
}

/** Version of the tag of a reference, without a leading `v` and without the name of a base image. */
export function tagVersion(reference: string): string {
  return reference.slice(reference.lastIndexOf(":") + 1).replace(/^v|-trixie$/g, "");
}

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

/**
 * Images of the table that a choice runs.
 * @param used references that the stack names: no other is made. All of the choice without it.
 */
export function chosenImages(
  choice: RealChoice,
  used?: readonly string[],
): readonly (readonly [MadeImageName, MadeImage])[] {
  const all = Object.entries(madeImages) as [MadeImageName, MadeImage][];
  return all.filter(
    ([, { kind, reference }]) =>
      choice !== "none" &&
      (choice === "all" || kind === "sample") &&
      (used === undefined || used.includes(reference)),
  );
}

/** Holds a pod's network namespace open. Never in a pod's own spec, so not in the table above. */
export const pauseImage: MadeImage = {
  reference: "quint.invalid/pause:1",
  version: "1",
  recipe: { programs: { "/pause": goPrograms.pause } },
  entrypoint: ["/pause"],
  user: "65535:65535",
  kind: "sample",
};
