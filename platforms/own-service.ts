/** A service of the user's own: an HTTP server with health and metrics on one port, as most of the seeds' services are. */
import {
  architectures,
  images,
  type Settings,
  type WorkloadOverride,
  type WorkloadSize,
} from "../config/index.ts";
import type { Caller, Container, Egress, Port, WorkloadSpec } from "./model/index.ts";
import { sampled } from "./sample.ts";
import { tracingEnvironment } from "./tracing.ts";

export interface OwnServiceArgs
  extends
    Pick<WorkloadSpec, "name" | "component" | "priorityClass">,
    Partial<Pick<WorkloadSpec, "strategy" | "labels" | "nodeSelector" | "prefersArchitecture" | "settings">>,
    Pick<Container, "env" | "envFromConfigs" | "mounts"> {
  readonly port: Port;
  /** Path of the probes. */
  readonly health: string;
  readonly livenessSeconds?: number;
  readonly readinessSeconds?: number;
  /** Seconds that it may take to start. */
  readonly startupSeconds: number;
  readonly size: WorkloadSize;
  /** What the stack says of it. */
  readonly override?: WorkloadOverride | undefined;
  /** Callers at its port, beside the monitoring. */
  readonly callers: readonly DistributedOmit<Caller, "port">[];
  readonly egress?: readonly Egress[];
  /** Left out: it has no metrics. */
  readonly scrapeSeconds?: number;
}

type DistributedOmit<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;

/** The server: its image or, where samples stand in, podinfo; traced, scraped, spread, with a Service of its name. */
export function ownService(settings: Settings, args: OwnServiceArgs): WorkloadSpec {
  const { port, size, override = {} } = args;
  const probe = { path: args.health, port: port.name, timeoutSeconds: 5 };
  const container: Container = {
    // Without sample and image the settings are refused.
    image: override.image ?? images.podinfo.reference,
    env: {
      ...tracingEnvironment(args.name, settings.environment),
      LOG_LEVEL: { dev: "DEBUG", staging: "INFO", production: "WARNING" }[settings.environment],
      ...args.env,
    },
    ...(args.envFromConfigs === undefined ? {} : { envFromConfigs: args.envFromConfigs }),
    ports: [port],
    probes: {
      startup: { ...probe, periodSeconds: 5, failureThreshold: Math.ceil(args.startupSeconds / 5) },
      liveness: { ...probe, periodSeconds: args.livenessSeconds ?? 30 },
      readiness: { ...probe, periodSeconds: args.readinessSeconds ?? 10 },
    },
    mounts: [...(args.mounts ?? []), { kind: "scratch", name: "tmp", path: "/tmp", size: "256Mi" }],
  };
  const isSampled = settings.images.sample && override.image === undefined;
  return {
    name: args.name,
    component: args.component,
    container: isSampled ? sampled(container, port) : container,
    size: override.replicas === undefined ? size : { replicas: override.replicas, resources: size.resources },
    strategy: args.strategy ?? "rolling",
    identity: { name: args.name },
    services: [{ name: args.name, port: port.port, targetPort: port.name, exposure: { type: "ClusterIP" } }],
    callers: [
      ...args.callers.map((caller) => ({ ...caller, port: port.name })),
      ...(args.scrapeSeconds === undefined ? [] : [{ kind: "monitoring", port: port.name } as const]),
    ],
    egress: [{ kind: "telemetry" }, ...(args.egress ?? [])],
    ...(args.scrapeSeconds === undefined
      ? {}
      : { monitor: { port: port.name, path: "/metrics", intervalSeconds: args.scrapeSeconds } }),
    priorityClass: args.priorityClass,
    runAs: { user: 1000, group: 1000 },
    architectures,
    spread: settings.environment === "production" ? "required" : "preferred",
    ...(args.labels === undefined ? {} : { labels: args.labels }),
    ...(args.nodeSelector === undefined ? {} : { nodeSelector: args.nodeSelector }),
    ...(args.settings === undefined ? {} : { settings: args.settings }),
    ...(args.prefersArchitecture === undefined ? {} : { prefersArchitecture: args.prefersArchitecture }),
  };
}
