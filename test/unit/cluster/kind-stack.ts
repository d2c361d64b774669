/** A kind cluster for tests, and stand-ins for the programs that make it. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kind, type KindSettings } from "../../../config/schema/cluster-kind.ts";

export const kindSettings = {
  type: "kind",
  nodePools: [
    {
      name: "general",
      architecture: "amd64",
      count: 3,
      cpu: 4,
      memoryGiB: 8,
      instanceType: "container",
      zones: ["a", "b"],
      labels: { "workload-type": "compute" },
    },
  ],
};

export function parsedKind(changes: object = {}): KindSettings {
  return kind.parse({ ...kindSettings, ...changes });
}

/** What the fake kind prints as a cluster's kubeconfig. */
export const authority = "Q0Etb2Yta2luZA==";

const fakeKind = `#!/bin/sh
here=$(dirname "$0")
echo "kind $*" >> "$here/calls"
case "$1 $2" in
  "create cluster")
    if [ -d "$here/clusters/$4" ]; then
      echo "ERROR: failed to create cluster: node(s) already exist for a cluster with the name \\"$4\\"" >&2
      exit 1
    fi
    [ -f "$here/broken" ] && { echo "ERROR: failed to create cluster: out of disk" >&2; exit 1; }
    mkdir -p "$here/clusters/$4" && cat > "$here/clusters/$4/configuration" ;;
  "get clusters") ls "$here/clusters" 2>/dev/null || echo "No kind clusters found." >&2 ;;
  "get kubeconfig") echo "clusters: [{cluster: {"; echo "certificate-authority-data: ${authority}"; echo "}}]" ;;
  "delete cluster") rm -rf "$here/clusters/$4" ;;
  *) echo "ERROR: unknown command" >&2; exit 1 ;;
esac
`;

const fakeDocker = `#!/bin/sh
here=$(dirname "$0")
[ -f "$here/docker-is-off" ] && { echo "Cannot connect to the Docker daemon." >&2; exit 1; }
echo x86_64
`;

/** A folder with a fake kind and docker in front of PATH. */
export class FakePrograms {
  readonly folder = mkdtempSync(join(tmpdir(), "quint-fake-kind-"));
  private readonly path = process.env.PATH;

  constructor(programs: readonly ("kind" | "docker")[] = ["kind", "docker"]) {
    const texts = { kind: fakeKind, docker: fakeDocker };
    for (const program of programs) {
      writeFileSync(join(this.folder, program), texts[program]);
      chmodSync(join(this.folder, program), 0o755);
    }
    // What the scripts themselves need, and neither a real kind nor a real docker.
    mkdirSync(join(this.folder, "bin"));
    for (const tool of ["sh", "dirname", "mkdir", "cat", "ls", "rm"]) {
      const real = ["/bin", "/usr/bin"].map((folder) => join(folder, tool)).find((file) => existsSync(file));
      writeFileSync(join(this.folder, "bin", tool), `#!/bin/sh\nexec ${real ?? tool} "$@"\n`);
      chmodSync(join(this.folder, "bin", tool), 0o755);
    }
    process.env.PATH = `${this.folder}:${join(this.folder, "bin")}`;
  }

  /** Command lines of kind so far. */
  calls(): string[] {
    const file = join(this.folder, "calls");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  }

  /** The configuration that a cluster was made with. */
  configurationOf(cluster: string): string {
    return readFileSync(join(this.folder, "clusters", cluster, "configuration"), "utf8");
  }

  /** Makes something go wrong. */
  set(trouble: "broken" | "docker-is-off"): void {
    writeFileSync(join(this.folder, trouble), "");
  }

  /** What somebody does behind the engine's back. */
  removeCluster(cluster: string): void {
    rmSync(join(this.folder, "clusters", cluster), { recursive: true });
  }

  remove(): void {
    process.env.PATH = this.path;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
