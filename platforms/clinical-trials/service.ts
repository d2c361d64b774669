/** What the services of the clinical-trials platform have in common. */
import { architectures, images, type ClinicalTrialsWorkload, type WorkloadSize } from "../../config/index.ts";
import type { Caller, Container, ServiceSpec, WorkloadSpec } from "../model/index.ts";
import { sampled } from "../sample.ts";
import { tracingEnvironment } from "../tracing.ts";
import { environmentOf, imageOf, isProduction, isSampled, sizesOf, type ClinicalStack } from "./stack.ts";

export const http = { name: "http", port: 8080 } as const;

export type ServiceName = keyof ReturnType<typeof sizesOf>["services"] & ClinicalTrialsWorkload;

export interface ServiceArgs {
  readonly name: ServiceName;
  readonly component: string;
  /** The application that it belongs to. */
  readonly application: string;
  readonly env: NonNullable<Container["env"]>;
  readonly mounts?: Container["mounts"];
  readonly callers: readonly Caller[];
  readonly priorityClass: WorkloadSpec["priorityClass"];
  /** Seconds between two scrapes; left out: not scraped. */
  readonly scrapeSeconds?: number;
}

/** A service of the platform's own, whose image the stack sets; a sample stands in where it may. */
export function service(stack: ClinicalStack, args: ServiceArgs): WorkloadSpec {
  const container: Container = {
    image: imageOf(stack, args.name, images.podinfo),
    env: { ...tracingEnvironment(args.name, stack.settings.environment), ...args.env },
    envFromConfigs: [environmentOf(args.application)],
    ports: [http],
    probes: {
      startup: { path: "/health", port: "http", periodSeconds: 5, failureThreshold: 30 },
      liveness: { path: "/health", port: "http", periodSeconds: 30, timeoutSeconds: 5 },
      readiness: { path: "/ready", port: "http", periodSeconds: 10, timeoutSeconds: 5 },
    },
    mounts: [{ kind: "scratch", name: "tmp", path: "/tmp", size: "256Mi" }, ...(args.mounts ?? [])],
  };
  return {
    ...server(stack, args.name),
    component: args.component,
    container: isSampled(stack, args.name) ? sampled(container, http) : container,
    services: [clusterIp(args.name, http.port)],
    callers: [...args.callers, ...scrapers(args.scrapeSeconds)],
    egress: [{ kind: "telemetry" }],
    ...monitorOf(args.scrapeSeconds),
    priorityClass: args.priorityClass,
    runAs: images.podinfo.runAs,
    architectures,
  };
}

/** What every server has, whoever made its image. */
export function server(stack: ClinicalStack, name: ServiceName) {
  return {
    name,
    size: sizeOf(stack, name),
    strategy: "rolling",
    identity: { name },
    spread: isProduction(stack) ? "required" : "preferred",
  } as const;
}

export function clusterIp(name: string, port: number): ServiceSpec {
  return { name, port, targetPort: "http", exposure: { type: "ClusterIP" } };
}

export function scrapers(seconds: number | undefined): Caller[] {
  return seconds === undefined ? [] : [{ kind: "monitoring", port: "http" }];
}

export function monitorOf(seconds: number | undefined): Pick<WorkloadSpec, "monitor"> {
  return seconds === undefined
    ? {}
    : { monitor: { port: "http", path: "/metrics", intervalSeconds: seconds } };
}

/** Another workload of the platform, that calls this one. */
export function from(...workloads: readonly string[]): Caller[] {
  return workloads.map((workload) => ({ kind: "workload", workload, port: "http" }));
}

/**
 * Two always answer, where three or more run (seed 000, "PodDisruptionBudgets": `minAvailable: 2`). Below three it
 * would block every drain; there one at a time may go.
 */
export function keepTwo({ size }: Pick<WorkloadSpec, "size">): Pick<WorkloadSpec, "disruption"> {
  return (size.autoscaling?.min ?? size.replicas) > 2 ? { disruption: { minAvailable: 2 } } : {};
}

function sizeOf(stack: ClinicalStack, name: ServiceName): WorkloadSize {
  const size = sizesOf(stack).services[name];
  const replicas = stack.clinical.workloads[name]?.replicas;
  return replicas === undefined ? size : { replicas, resources: size.resources };
}
