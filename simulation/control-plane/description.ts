/** Reads and writes a cluster's `cluster.json`. */
import { readFileSync, renameSync } from "node:fs";
import type { ClusterFolder } from "../folder.ts";
import { writePrivate } from "../pki/files.ts";
import type { ClusterDescription } from "./launch.ts";

/** What the cluster was last started from, or `undefined` when it never was, or by another layout of this file. */
export function readDescription(paths: ClusterFolder): ClusterDescription | undefined {
  try {
    const read = JSON.parse(readFileSync(paths.description, "utf8")) as { readonly layout?: number };
    return read.layout === 1 ? (read as ClusterDescription) : undefined;
  } catch {
    return undefined;
  }
}

export function writeDescription(paths: ClusterFolder, description: ClusterDescription): void {
  const temporary = `${paths.description}.partial`;
  writePrivate(temporary, `${JSON.stringify(description, null, 2)}\n`);
  renameSync(temporary, paths.description);
}
