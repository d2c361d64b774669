/** A built image written back to a stack's settings, digest included. */
import { editStack, openStack } from "../../config/index.ts";
import { badInput } from "../exit.ts";
import { builtImages, imageParts } from "./declared-images.ts";

/**
 * Writes an image wherever the stack names its repository. Where images stand under the name of a release
 * (code-review), a release keeps its version: it gets the digest of that version alone.
 *
 * @returns the changed lines, as a difference for each place; empty where the stack does not name the repository.
 * @throws CommandError (bad input) for an image without tag and digest; SettingsError where the file cannot hold it.
 */
export function pinImage(root: string, stack: string, image: string): readonly string[] {
  const parts = imageParts(image);
  if (parts === undefined || parts.tag === "" || !image.includes("@sha256:")) {
    throw badInput(
      `${image} is not an image with tag and digest.`,
      "Write registry/name:tag@sha256:…: the tag for people, the digest for the cluster.",
    );
  }
  return builtImages(openStack({ root, stack }).settings)
    .filter(({ repository }) => repository === parts.repository)
    .filter(({ path, tag }) => path[2] !== "releases" || tag === parts.tag)
    .map(({ path }) => editStack({ root, stack, path, value: image }))
    .filter((difference) => difference !== "");
}
