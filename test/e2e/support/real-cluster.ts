/** A cluster with a real node, as tests use it: started in a folder of its own, its Services asked from this machine. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { images } from "../../../config/catalog/images.ts";
import type { ApiClient, ApiObject } from "../../../simulation/api/client.ts";
import { administratorClient } from "../../../simulation/api/credentials.ts";
import { clusterFolder } from "../../../simulation/folder.ts";
import { type SimulatedClusterSpec, startCluster, stopCluster } from "../../../simulation/index.ts";
import { capability } from "../../../simulation/node/index.ts";

/** Asks until the answer will do, for at most `seconds`: many times what it takes, since a busy machine is no failure. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, seconds = 600): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await sleep(200);
  }
  const why = last instanceof Error ? `: ${last.message}` : "";
  throw new Error(`${what}: not within ${seconds} s${why}`, { cause: last });
}

/** How objects are named in paths, by kind. */
const paths: Readonly<Record<string, string>> = {
  Deployment: "apis/apps/v1/deployments",
  DaemonSet: "apis/apps/v1/daemonsets",
  Service: "api/v1/services",
  ServiceAccount: "api/v1/serviceaccounts",
  ConfigMap: "api/v1/configmaps",
  PersistentVolumeClaim: "api/v1/persistentvolumeclaims",
  Rollout: "apis/argoproj.io/v1alpha1/rollouts",
  AnalysisTemplate: "apis/argoproj.io/v1alpha1/analysistemplates",
  AnalysisRun: "apis/argoproj.io/v1alpha1/analysisruns",
};

/** One namespace of a cluster whose real node runs some images. */
export class RealCluster {
  readonly stack = "real";
  readonly root = mkdtempSync(join(tmpdir(), "quint-embedded-"));
  readonly namespace: string;
  readonly spec: SimulatedClusterSpec;
  #client: ApiClient | undefined;

  /** @param real references of the images that run. */
  constructor(namespace: string, real: readonly string[]) {
    this.namespace = namespace;
    this.spec = {
      stack: this.stack,
      realNode: "all",
      images: real,
      nodePools: [
        {
          name: "compute",
          architecture: "amd64",
          count: 1,
          cpu: 4,
          memoryGiB: 16,
          diskGiB: 50,
          maxPods: 110,
          instanceType: "VM.Standard.E5.Flex",
          zones: ["a"],
          labels: { "workload-type": "compute" },
          taints: [],
        },
      ],
      storageClasses: { readWriteOnce: "standard", readWriteMany: "shared" },
      sidecar: {
        image: images.istioProxy.reference,
        requests: { cpu: "10m", memory: "40Mi" },
        limits: { cpu: "1", memory: "256Mi" },
      },
    };
  }

  get folder(): ReturnType<typeof clusterFolder> {
    return clusterFolder(this.root, this.stack);
  }

  get client(): ApiClient {
    const { server } = JSON.parse(readFileSync(this.folder.description, "utf8")) as { server: string };
    return (this.#client ??= administratorClient(this.folder, server));
  }

  /** Whether this machine can; says why not. */
  static able(): boolean {
    const able = capability();
    if (!able.able) process.stderr.write(`    No real node here: ${able.reason}. ${able.remedy}\n`);
    return able.able;
  }

  /** Starts it, or brings it in line. */
  async start(change: Partial<SimulatedClusterSpec> = {}): Promise<void> {
    const spec = { ...this.spec, ...change };
    const said: string[] = [];
    const { realNode } = await startCluster(spec, { root: this.root, report: (line) => said.push(line) });
    if (spec.realNode !== undefined && realNode === undefined)
      throw new Error(`The real node did not start:\n${said.join("\n")}`);
  }

  /** Makes the namespace and what is to be in it. */
  async deploy(objects: readonly ApiObject[]): Promise<void> {
    await this.client.create("/api/v1/namespaces", JSON.stringify({ metadata: { name: this.namespace } }));
    await until("the service account", async () =>
      (await this.list("ServiceAccount")).length > 0 ? true : undefined,
    );
    for (const object of objects) await this.apply(object);
  }

  async apply(object: ApiObject): Promise<void> {
    await this.client.apply(`${this.#path(object.kind)}/${object.metadata.name}`, object);
  }

  async list(kind: string): Promise<ApiObject[]> {
    return await this.client.list(this.#path(kind));
  }

  async pods(app: string): Promise<ApiObject[]> {
    return await this.client.list(`/api/v1/namespaces/${this.namespace}/pods?labelSelector=app%3D${app}`);
  }

  #path(kind: string): string {
    const [, group = "", plural = ""] = /^(.*)\/(.*)$/.exec(paths[kind] ?? "") ?? [];
    return `/${group}/namespaces/${this.namespace}/${plural}`;
  }

  /** Where a LoadBalancer Service answers on this machine. */
  async address(name: string): Promise<string> {
    return await until(`an address of ${name}`, async () => {
      const service = (await this.list("Service")).find(({ metadata }) => metadata.name === name);
      const { loadBalancer, ports } = {
        ...(service?.status as { loadBalancer?: { ingress?: { ip: string }[] } }),
        ...(service?.spec as { ports: { port: number }[] }),
      };
      const ip = loadBalancer?.ingress?.[0]?.ip;
      return ip?.startsWith("127.") ? `http://${ip}:${ports[0]?.port ?? ""}` : undefined;
    });
  }

  /**
   * Asks a Service until a pod answers it. kube-proxy learns a moment after the API server which pods are ready, and
   * resets connections until then; a kept connection would lead to the pod that there was before.
   */
  async ask(
    service: string,
    path: string,
    init: RequestInit = {},
    will = (response: Response): boolean => response.ok,
  ): Promise<Response> {
    return await until(`${service} to answer ${path}`, async () => {
      const response = await fetch(`${await this.address(service)}${path}`, {
        ...init,
        headers: { connection: "close" },
        signal: AbortSignal.timeout(10_000),
      });
      return will(response) ? response : undefined;
    });
  }

  disconnect(): void {
    this.#client?.close();
    this.#client = undefined;
  }

  async remove(): Promise<void> {
    this.disconnect();
    await stopCluster({ root: this.root, stack: this.stack, delete: true });
    rmSync(this.root, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}

/** A pod's template as the rules want it: nobody special, a root that is only read, nothing that it need not have. */
export function podTemplate(
  name: string,
  image: string,
  port: number,
  more: Record<string, unknown> = {},
): { metadata: object; spec: object } {
  const { volumes, serviceAccountName, ...container } = more;
  return {
    metadata: { labels: { app: name } },
    spec: {
      // The simulated nodes' own words: on the real node they do not count.
      nodeSelector: { "workload-type": "compute" },
      terminationGracePeriodSeconds: 2,
      ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        runAsGroup: 1000,
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          name,
          image,
          ports: [{ name: "http", containerPort: port }],
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
          ...container,
        },
      ],
      ...(volumes === undefined ? {} : { volumes }),
    },
  };
}

/** A Service that answers on this machine. */
export function balanced(name: string, port: number): ApiObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: {
      type: "LoadBalancer",
      selector: { app: name },
      ports: [{ name: "http", port, targetPort: "http" }],
    },
  };
}

/** A Deployment of one pod, and its Service. */
export function workload(
  name: string,
  image: string,
  port: number,
  more: Record<string, unknown> = {},
): ApiObject[] {
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name },
      spec: { selector: { matchLabels: { app: name } }, template: podTemplate(name, image, port, more) },
    },
    balanced(name, port),
  ];
}

/** A Prometheus that scrapes each job's one target every second. */
export function prometheus(targets: Readonly<Record<string, string>>): ApiObject[] {
  const configuration = {
    global: { scrape_interval: "1s" },
    scrape_configs: Object.entries(targets).map(([job, target]) => ({
      job_name: job,
      static_configs: [{ targets: [target] }],
    })),
  };
  return [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "scrape" },
      data: { "prometheus.yml": JSON.stringify(configuration) },
    },
    ...workload("prometheus", images.prometheus.reference, 9090, {
      args: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
      readinessProbe: { httpGet: { path: "/-/ready", port: "http" }, periodSeconds: 1, timeoutSeconds: 10 },
      volumeMounts: [
        { name: "scrape", mountPath: "/etc/prometheus" },
        { name: "scratch", mountPath: "/prometheus" },
      ],
      volumes: [
        { name: "scrape", configMap: { name: "scrape" } },
        { name: "scratch", emptyDir: {} },
      ],
    }),
  ];
}
