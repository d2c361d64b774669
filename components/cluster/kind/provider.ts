/**
 * Makes and removes kind clusters, as a dynamic provider. The engine runs it in a process of its own, from source text
 * that is kept in the state: so everything here stands by itself, and imports what it needs where it needs it.
 */
import type * as pulumi from "@pulumi/pulumi";

export interface KindClusterInputs {
  readonly clusterName: string;
  /** kind's configuration. */
  readonly configuration: string;
  /** Architecture that the stack's pools have. */
  readonly architecture: string;
  /** Folder that workers share; made where it is missing. */
  readonly sharedFolder: string;
}

export interface KindClusterState extends KindClusterInputs {
  /** Kubeconfig with the client's key in it: a secret. */
  readonly kubeconfig: string;
  /** Changes with the cluster's authority: tells a cluster from another that was made under the same name. */
  readonly identity: string;
}

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

const minutes = 60_000;

/** Runs a program to its end. `undefined` where there is no such program. */
async function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly input?: string; readonly timeout: number },
): Promise<Outcome | undefined> {
  const { spawn } = await import("node:child_process");
  return await new Promise((resolve, reject) => {
    // spawn's own time-out would keep the process alive where the program is missing.
    const signal = AbortSignal.timeout(options.timeout);
    const child = spawn(program, [...args], { stdio: ["pipe", "pipe", "pipe"], signal });
    let output = "";
    let errors = "";
    child.stdout.on("data", (data: Buffer) => (output += data.toString()));
    child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
    child.once("error", (error: Error & { code?: string }) => {
      if (error.code === "ENOENT") resolve(undefined);
      else if (!signal.aborted) reject(error);
      else reject(new Error(`${program} ${args.join(" ")} took longer than ${options.timeout / 1000} s`));
    });
    child.once("close", (code) => {
      resolve({ code: code ?? -1, output, errors });
    });
    // A program that ends early closes its end first; its exit code says the rest.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

/** The last lines that a program printed: where its reason is. */
function lastLines({ output, errors }: Outcome): string {
  const text = errors.trim() === "" ? output : errors;
  return text.trim().split("\n").slice(-8).join("\n  ");
}

/** Runs kind. @throws with the reason and a remedy. */
async function kind(
  args: readonly string[],
  failure: string,
  options: { readonly input?: string; readonly timeout?: number } = {},
): Promise<string> {
  const outcome = await runProgram("kind", args, { timeout: 2 * minutes, ...options });
  if (outcome === undefined) {
    throw new Error(
      `${failure}: there is no kind on PATH. ./quint builds it from tools/kind, which needs Go; by hand: ` +
        "go build -C tools/kind -o <folder on PATH>/kind sigs.k8s.io/kind",
    );
  }
  if (outcome.code === 0) return outcome.output;
  const taken = outcome.errors.includes("already exist for a cluster with the name")
    ? "\nIt was not made by this stack. Remove it (kind delete cluster --name <name>), or import it."
    : "";
  throw new Error(`${failure} (kind ${args.slice(0, 2).join(" ")}):\n  ${lastLines(outcome)}${taken}`);
}

/** Architecture of the machine that Docker runs on, in Kubernetes' spelling. @throws where Docker is missing or off. */
async function dockerArchitecture(failure: string): Promise<string> {
  const outcome = await runProgram("docker", ["info", "--format", "{{.Architecture}}"], {
    timeout: minutes / 2,
  });
  if (outcome === undefined) {
    throw new Error(
      `${failure}: there is no docker on PATH. Install Docker, or use cluster type \`simulated\`, which needs none.`,
    );
  }
  if (outcome.code !== 0) {
    throw new Error(
      `${failure}: Docker does not answer. Start it, or use cluster type \`simulated\`, which needs none.\n  ${lastLines(outcome)}`,
    );
  }
  const spellings: Record<string, string> = { x86_64: "amd64", aarch64: "arm64" };
  const spelling = outcome.output.trim();
  return spellings[spelling] ?? spelling;
}

/** Whether a cluster of that name is there. */
async function isThere(clusterName: string, failure: string): Promise<boolean> {
  const clusters = await kind(["get", "clusters"], failure);
  return clusters.split("\n").some((line) => line.trim() === clusterName);
}

/** What a cluster's kubeconfig says: how to reach it, and which one it is. */
async function access(clusterName: string, failure: string) {
  const { createHash } = await import("node:crypto");
  const kubeconfig = await kind(["get", "kubeconfig", "--name", clusterName], failure);
  const authority = /certificate-authority-data:\s*(\S+)/.exec(kubeconfig)?.[1];
  if (authority === undefined) throw new Error(`${failure}: kind gave a kubeconfig without an authority`);
  const identity = createHash("sha256").update(authority).digest("hex").slice(0, 16);
  return { kubeconfig, identity };
}

/** Makes a cluster, or says why not. What is half made, kind itself removes. */
async function create(inputs: KindClusterInputs): Promise<pulumi.dynamic.CreateResult<KindClusterState>> {
  const { mkdir, mkdtemp, rm } = await import("node:fs/promises");
  const os = await import("node:os");
  const path = await import("node:path");
  const { clusterName, architecture, sharedFolder, configuration } = inputs;
  const failure = `the kind cluster "${clusterName}" could not be made`;
  const actual = await dockerArchitecture(failure);
  if (actual !== architecture) {
    throw new Error(
      `${failure}: its pools are ${architecture}, and Docker runs on ${actual}. ` +
        `Set cluster.nodePools[].architecture to ${actual}.`,
    );
  }
  await mkdir(sharedFolder, { recursive: true });
  // kind would otherwise write into the user's own kubeconfig, and change its current context.
  const folder = await mkdtemp(path.join(os.tmpdir(), "quint-kind-"));
  try {
    await kind(
      [
        "create",
        "cluster",
        "--name",
        clusterName,
        "--config",
        "-",
        "--wait",
        "180s",
        "--kubeconfig",
        path.join(folder, "kubeconfig"),
      ],
      failure,
      { input: configuration, timeout: 15 * minutes },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { id: clusterName, outs: { ...inputs, ...(await access(clusterName, failure)) } };
}

/** Looks whether the cluster is still there; without an id, the engine makes it anew. */
async function read(
  id: string,
  state?: KindClusterState,
): Promise<pulumi.dynamic.ReadResult<KindClusterState>> {
  const failure = `the kind cluster "${id}" could not be read`;
  if (!(await isThere(id, failure)) || state === undefined) return {};
  return { id, props: { ...state, ...(await access(id, failure)) } };
}

/** Nothing of a kind cluster can be changed: other inputs make another cluster, once the old one is gone. */
function diff(
  _id: string,
  old: KindClusterState,
  wanted: KindClusterInputs,
): Promise<pulumi.dynamic.DiffResult> {
  const keys = ["clusterName", "configuration", "architecture", "sharedFolder"] as const;
  const replaces = keys.filter((key) => old[key] !== wanted[key]);
  // They have names and ports in common.
  return Promise.resolve({
    changes: replaces.length > 0,
    replaces: [...replaces],
    deleteBeforeReplace: true,
  });
}

/** Removes the cluster, and nothing where it is gone already. Volumes in the shared folder stay. */
async function remove(id: string): Promise<void> {
  await kind(["delete", "cluster", "--name", id], `the kind cluster "${id}" could not be removed`);
}

/** The provider. */
export const kindProvider: pulumi.dynamic.ResourceProvider<KindClusterInputs, KindClusterState> = {
  create,
  read,
  diff,
  delete: remove,
};
