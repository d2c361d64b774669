/** Argo CD's ApplicationSet controller beside a simulated cluster, and pull requests that it reads on loopback. */
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, symlinkSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureProgram } from "../../../simulation/programs/ensure.ts";
import { ended, freePorts, report, type ArgoCd } from "./argo-cd.ts";

/** Starts the controller for the ApplicationSets of a namespace, whose token goes to the provider alone. */
export async function startApplicationSets(
  kubeconfig: string,
  namespace: string,
  provider: string,
): Promise<ArgoCd> {
  const argocd = await ensureProgram("argocd", report);
  const folder = mkdtempSync(join(tmpdir(), "quint-application-sets-"));
  // The binary acts by the name it is called with.
  const program = join(folder, "argocd-applicationset-controller");
  symlinkSync(argocd, program);
  const [metrics, probe, webhook, repositories] = await freePorts(4);
  const log = openSync(join(folder, "log"), "a");
  const child = spawn(
    program,
    [
      ...["--kubeconfig", kubeconfig, "--namespace", "argocd", "--enable-leader-election=false"],
      ...["--applicationset-namespaces", namespace, "--allowed-scm-providers", provider],
      ...["--metrics-addr", `127.0.0.1:${metrics}`, "--probe-addr", `127.0.0.1:${probe}`],
      ...["--webhook-addr", `127.0.0.1:${webhook}`],
      ...["--argocd-repo-server", `127.0.0.1:${repositories}`, "--repo-server-plaintext"],
    ],
    {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        KUBECONFIG: kubeconfig,
        NAMESPACE: "argocd",
        ARGOCD_FAKE_IN_CLUSTER: "true",
        ARGOCD_GPG_ENABLED: "false",
      },
      stdio: ["ignore", log, log],
    },
  );
  return { logs: folder, stop: () => ended([child], folder) };
}

export interface PullRequest {
  readonly number: number;
  readonly labels: readonly string[];
  /** Commit at its head. */
  readonly commit: string;
}

/** GitHub's list of a repository's open pull requests, as a server of one's own gives it. */
export class PullRequests {
  open: readonly PullRequest[] = [];
  /** What the controller asked for, and with which token. */
  readonly asked: string[] = [];
  private readonly server: Server;

  constructor(owner: string, repository: string) {
    this.server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
      this.asked.push(`${pathname} ${request.headers.authorization ?? ""}`);
      const known = pathname === `/api/v3/repos/${owner}/${repository}/pulls`;
      response.writeHead(known ? 200 : 404, { "content-type": "application/json" });
      response.end(JSON.stringify(known ? this.open.map(asGitHub) : { message: "Not Found" }));
    });
  }

  /** Listens; returns the address of the API. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function asGitHub({ number, labels, commit }: PullRequest) {
  return {
    number,
    state: "open",
    title: `Change ${number}`,
    user: { login: "somebody" },
    labels: labels.map((name) => ({ name })),
    head: { ref: `change-${number}`, sha: commit },
    base: { ref: "develop", sha: commit },
  };
}
