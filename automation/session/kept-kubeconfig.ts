/** The kubeconfig of a cluster that the program makes: kept under `.quint/`, for commands and for people. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { kubeconfigOf, type Settings } from "../../config/index.ts";

/**
 * Writes what the stack gives out, readable by its owner only; never to the home folder, where it would change what
 * other tools reach. Nothing happens where the stack gives none out: it was not deployed to its end yet.
 */
export async function keepKubeconfig(
  engineStack: Pick<Stack, "outputs">,
  settings: Settings,
  root: string,
): Promise<void> {
  const { kubeconfig } = await engineStack.outputs();
  const text: unknown = kubeconfig?.value;
  if (typeof text !== "string") return;
  const path = kubeconfigOf(settings, root);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, path);
}

/** Forgets the kubeconfig of a cluster that is gone. */
export function dropKubeconfig(settings: Settings, root: string): void {
  rmSync(kubeconfigOf(settings, root), { force: true });
}
