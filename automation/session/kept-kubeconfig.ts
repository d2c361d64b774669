/** The kubeconfig of a cluster that the program makes: kept under `.quint/`, for commands and for people. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { kubeconfigOf, type Settings } from "../../config/index.ts";
import type { ExportedState } from "../engine/pending.ts";

/**
 * Writes the kubeconfig that the state knows, readable by its owner only; never to the home folder, where it would
 * change what other tools reach. It is read from the cluster's provider and not from the stack's outputs, which a first
 * deployment that fails half-way does not have. Nothing happens where there is none yet.
 */
export async function keepKubeconfig(
  engineStack: Pick<Stack, "exportStack">,
  settings: Settings,
  root: string,
): Promise<void> {
  // The SDK exports secrets as they are.
  const { deployment } = (await engineStack.exportStack()) as ExportedState;
  const text = kubeconfigIn(deployment?.resources ?? []);
  if (text === undefined) return;
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

type Resources = NonNullable<NonNullable<ExportedState["deployment"]>["resources"]>;

/** What the Kubernetes provider of a made cluster was given. */
function kubeconfigIn(resources: Resources): string | undefined {
  const provider = resources.find(
    ({ type, urn }) => type === "pulumi:providers:kubernetes" && urn.includes("::quint:cluster:"),
  );
  const given = provider?.inputs?.kubeconfig;
  if (typeof given === "string") return given;
  // A secret comes as JSON in an envelope.
  if (typeof given !== "object" || given === null || !("plaintext" in given)) return undefined;
  const text: unknown = JSON.parse(String(given.plaintext));
  return typeof text === "string" ? text : undefined;
}
