/** Argo CD beside a simulated cluster: its repository server and its controller as processes, with a store on loopback. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../../../automation/cluster/access.ts";
import { freePort } from "../../../simulation/control-plane/ports.ts";
import { ensurePackages, packageEnvironment } from "../../../simulation/images/packages.ts";
import { ensureProgram } from "../../../simulation/programs/ensure.ts";

const namespace = "argocd";

export interface ArgoCd {
  /** What its processes have written. */
  readonly logs: string;
  readonly stop: () => Promise<void>;
}

/** What Argo CD reads of its own namespace. Without the label it does not see them. */
const configMaps = ["cm", "cmd-params-cm", "gpg-keys-cm", "rbac-cm", "ssh-known-hosts-cm", "tls-certs-cm"];

/**
 * Starts Argo CD on a cluster whose kubeconfig is given. Its namespace is there already.
 *
 * @param data what `argocd-cm` says.
 */
export async function startArgoCd(
  kubeconfig: string,
  api: Client,
  data: Readonly<Record<string, string>>,
): Promise<ArgoCd> {
  const argocd = await ensureProgram("argocd", report);
  const packages = await ensurePackages(["redis-server"], report);
  await configure(api, data);
  const folder = mkdtempSync(join(tmpdir(), "quint-argo-cd-"));
  // The binary acts by the name it is called with.
  const named = (name: string): string => {
    const link = join(folder, name);
    symlinkSync(argocd, link);
    return link;
  };
  for (const one of ["ssh", "tls", "work"]) mkdirSync(join(folder, one));
  const [store, repositories, metrics, controllerMetrics] = await freePorts(4);
  const environment = {
    PATH: process.env.PATH,
    HOME: folder,
    TMPDIR: join(folder, "work"),
    KUBECONFIG: kubeconfig,
    // "https://kubernetes.default.svc" is the cluster of the kubeconfig.
    ARGOCD_FAKE_IN_CLUSTER: "true",
    ARGOCD_GPG_ENABLED: "false",
    ARGOCD_SSH_DATA_PATH: join(folder, "ssh"),
    ARGOCD_TLS_DATA_PATH: join(folder, "tls"),
    ARGOCD_ASK_PASS_SOCK: join(folder, "ask-pass.sock"),
    ARGOCD_RECONCILIATION_TIMEOUT: "10s",
    ARGOCD_RECONCILIATION_JITTER: "0s",
    // The scratch repository belongs to whoever runs the test.
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "safe.directory",
    GIT_CONFIG_VALUE_0: "*",
  };
  const children: ChildProcess[] = [];
  const start = (name: string, program: string, args: readonly string[], env: NodeJS.ProcessEnv): void => {
    const log = openSync(join(folder, `${name}.log`), "a");
    children.push(spawn(program, [...args], { env, cwd: folder, stdio: ["ignore", log, log] }));
  };
  start(
    "store",
    join(packages, "usr", "bin", "redis-server"),
    ["--bind", "127.0.0.1", "--port", String(store), "--save", "", "--appendonly", "no"],
    packageEnvironment(packages),
  );
  start(
    "repo-server",
    named("argocd-repo-server"),
    [
      ...["--disable-tls", "--address", "127.0.0.1", "--port", String(repositories)],
      ...["--metrics-address", "127.0.0.1", "--metrics-port", String(metrics)],
      ...["--redis", `127.0.0.1:${store}`, "--logformat", "text"],
    ],
    environment,
  );
  start(
    "controller",
    named("argocd-application-controller"),
    [
      ...["--namespace", namespace, "--kubeconfig", kubeconfig],
      ...["--repo-server", `127.0.0.1:${repositories}`, "--repo-server-plaintext"],
      ...[
        "--metrics-port",
        String(controllerMetrics),
        "--redis",
        `127.0.0.1:${store}`,
        "--logformat",
        "text",
      ],
    ],
    environment,
  );
  return { logs: folder, stop: () => ended(children, folder) };
}

/** Ends processes, and removes their folder. */
export async function ended(children: readonly ChildProcess[], folder: string): Promise<void> {
  for (const child of children) child.kill("SIGTERM");
  const deadline = Date.now() + 10_000;
  while (children.some(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
    if (Date.now() > deadline) for (const child of children) child.kill("SIGKILL");
    await sleep(100);
  }
  rmSync(folder, { recursive: true, force: true });
}

/** A first build takes minutes, and says so. */
export function report(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The ConfigMaps and the Secret without which no part of Argo CD starts. @param data what `argocd-cm` says. */
export async function configure(api: Client, data: Readonly<Record<string, string>>): Promise<void> {
  const labels = { "app.kubernetes.io/part-of": "argocd" };
  for (const name of configMaps) {
    await api.objects.create({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: `argocd-${name}`, namespace, labels },
      data: name === "cm" ? { "application.resourceTrackingMethod": "annotation", ...data } : {},
    });
  }
  await api.objects.create({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "argocd-secret", namespace, labels },
    // Signs sessions of a server that does not run here.
    stringData: { "server.secretkey": crypto.randomUUID() },
  });
}

/** Ports of loopback that nobody listens on, and that no outgoing connection takes in between. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort(ports));
  return [...ports];
}
