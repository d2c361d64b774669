/** How an image is made. */
import type { DebianPackages } from "./debian-root.ts";
import type { GoProgram } from "./go-programs.ts";
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
  /** Symbolic links, by path: programs that go by their name. */
  readonly links?: Readonly<Record<string, string>>;
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
