/**
 * Images that can be made on a machine which reaches no image registry, from programs that module and package
 * registries serve. A pod that names such a reference gets the image made here.
 */
import { images } from "../../config/catalog/images.ts";
import { type GoProgram, goPrograms } from "./go-program.ts";

/** What goes into an image. */
export interface Recipe {
  /** Programs built from pinned Go modules, by their path in the image. */
  readonly programs: Readonly<Record<string, GoProgram>>;
  /** Folders of a program's module that the image carries too, by their path in the image. */
  readonly moduleFolders?: Readonly<Record<string, { readonly of: GoProgram; readonly folder: string }>>;
  /** Small text files, by path. */
  readonly files?: Readonly<Record<string, string>>;
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
  /** `user:group`, as numbers. */
  readonly user: string;
  /** With `--real samples` only the first kind is made. */
  readonly kind: "sample" | "tool";
  /** What this image lacks that the published one has, for `status`. */
  readonly note?: string;
}

/** Version of the tag of a reference, without a leading `v`. */
export function tagVersion(reference: string): string {
  return reference.slice(reference.lastIndexOf(":") + 1).replace(/^v/, "");
}

const runAs = ({ user, group }: { user: number; group: number }): string => `${user}:${group}`;

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
} as const satisfies Record<string, MadeImage>;

export type MadeImageName = keyof typeof madeImages;

/** How much runs for real: nothing, the sample application and what watches it, or everything in the table. */
export type RealChoice = "none" | "samples" | "all";

/** Images of the table that a choice runs. */
export function chosenImages(choice: RealChoice): readonly (readonly [MadeImageName, MadeImage])[] {
  const all = Object.entries(madeImages) as [MadeImageName, MadeImage][];
  if (choice === "none") return [];
  return choice === "all" ? all : all.filter(([, { kind }]) => kind === "sample");
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
