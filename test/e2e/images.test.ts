/** Every image of the table answers in a pod, under the rules that hold for every pod. The samples have tests of their own. */
import { randomUUID } from "node:crypto";
import type { ApiObject } from "../../simulation/api/client.ts";
import { type MadeImageName, madeImages } from "../../simulation/images/index.ts";
import { realNodeName } from "../../simulation/node/index.ts";
import { RealCluster, until, workload } from "./support/real-cluster.ts";

interface Smoke {
  readonly port: number;
  /** What a container says and asks of it: ready is who answers. */
  readonly container: Record<string, unknown>;
  /** Folders that it writes to. */
  readonly writes: readonly string[];
}

/** podinfo and Prometheus answer in embedded.test.ts, the Rollouts controller decides in canary.test.ts. */
const smoke: Readonly<Record<Exclude<MadeImageName, "podinfo" | "prometheus" | "argoRollouts">, Smoke>> = {
  alertmanager: {
    port: 9093,
    container: { readinessProbe: { httpGet: { path: "/-/ready", port: "http" } } },
    writes: ["/alertmanager"],
  },
  argoCd: {
    port: 8084,
    container: {
      args: ["argocd-repo-server", "--metrics-address=0.0.0.0"],
      readinessProbe: { httpGet: { path: "/healthz?full=true", port: "http" } },
    },
    writes: ["/app/config", "/tmp"],
  },
  otelcol: {
    port: 13133,
    container: {
      args: ["--config=env:CONFIGURATION"],
      env: [
        {
          name: "CONFIGURATION",
          value: JSON.stringify({
            extensions: { health_check: { endpoint: "0.0.0.0:13133" } },
            receivers: { otlp: { protocols: { http: { endpoint: "0.0.0.0:4318" } } } },
            exporters: { debug: {} },
            service: {
              extensions: ["health_check"],
              pipelines: { traces: { receivers: ["otlp"], exporters: ["debug"] } },
            },
          }),
        },
      ],
      readinessProbe: { httpGet: { path: "/", port: "http" } },
    },
    writes: ["/tmp"],
  },
  versitygw: {
    port: 7070,
    container: {
      args: ["--health=/health", "posix", "/data"],
      env: ["ROOT_ACCESS_KEY_ID", "ROOT_SECRET_ACCESS_KEY"].map((name) => ({ name, value: randomUUID() })),
      readinessProbe: { httpGet: { path: "/health", port: "http" } },
    },
    writes: ["/data", "/tmp"],
  },
  mlflow: {
    port: 5000,
    container: {
      command: ["mlflow", "server"],
      args: ["--host=0.0.0.0", "--port=5000", "--backend-store-uri=sqlite:////data/mlflow.db"],
      env: [{ name: "HOME", value: "/tmp" }],
      readinessProbe: { httpGet: { path: "/health", port: "http" } },
    },
    writes: ["/data", "/tmp"],
  },
  postgres: {
    port: 5432,
    container: {
      env: [
        { name: "POSTGRES_USER", value: "shop" },
        { name: "POSTGRES_DB", value: "orders" },
        { name: "POSTGRES_PASSWORD", value: randomUUID() },
      ],
      readinessProbe: {
        exec: {
          command: [
            "/bin/sh",
            "-c",
            'PGPASSWORD="$POSTGRES_PASSWORD" /usr/lib/postgresql/17/bin/psql -h 127.0.0.1 -U shop -c "CREATE TEMPORARY TABLE t (n int)" orders',
          ],
        },
      },
    },
    writes: ["/run/postgresql", "/tmp", "/var/lib/postgresql/data"],
  },
  valkey: {
    port: 6379,
    container: { readinessProbe: { exec: { command: ["valkey-cli", "set", "key", "value"] } } },
    writes: ["/data"],
  },
};

/** No stack runs these yet, and each takes minutes to build. */
const minutesToBuild: readonly string[] = ["argoCd", "otelcol"];

/** Names of objects are in lower case. */
const appOf = (name: keyof typeof smoke): string => name.toLowerCase();

function objectsOf(name: keyof typeof smoke): ApiObject[] {
  const { port, container, writes } = smoke[name];
  const { reference, user } = madeImages[name];
  const [runAsUser, runAsGroup] = user.split(":").map(Number);
  const [deployment, service] = workload(appOf(name), reference, port, {
    ...container,
    readinessProbe: { ...(container.readinessProbe as object), periodSeconds: 1, timeoutSeconds: 10 },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
      runAsUser,
      runAsGroup,
    },
    volumeMounts: writes.map((mountPath, index) => ({ name: `writes-${index}`, mountPath })),
    volumes: writes.map((_, index) => ({ name: `writes-${index}`, emptyDir: {} })),
  });
  return [deployment!, service!];
}

describe("images made on this machine, running", function () {
  this.timeout(1_800_000); // With a warm cache all of it takes under 60 s.
  const all = Object.keys(smoke) as (keyof typeof smoke)[];
  const names = all.filter((name) => process.env.QUINT_IMAGES === "all" || !minutesToBuild.includes(name));
  const cluster = new RealCluster(
    "images",
    names.map((name) => madeImages[name].reference),
  );

  before(async function () {
    this.timeout(90 * 60_000); // The first run on a machine fetches and builds them.
    if (!RealCluster.able()) this.skip();
    await cluster.start();
    await cluster.deploy(names.flatMap(objectsOf));
  });

  after(async () => {
    await cluster.remove();
  });

  for (const name of all.filter((one) => !names.includes(one))) {
    it.skip(`${name} answers (minutes to build: QUINT_IMAGES=all)`);
  }

  for (const name of names) {
    it(`${name} answers`, async () => {
      await until(`${name} to be ready`, async () => {
        const [pod] = await cluster.pods(appOf(name));
        const { containerStatuses = [] } = (pod?.status ?? {}) as {
          containerStatuses?: { ready: boolean }[];
        };
        const { nodeName } = (pod?.spec ?? {}) as { nodeName?: string };
        return (nodeName === realNodeName && containerStatuses.some(({ ready }) => ready)) || undefined;
      });
    });
  }
});
