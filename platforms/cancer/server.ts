/** What the four servers have in common: sizes and images by settings, identity, spread, probes. */
import type { ImagePin, WorkloadOverride } from "../../config/index.ts";
import type { Container } from "../model/index.ts";
import type { CancerStack, ServerName } from "./topology.ts";

/** The fields of a workload that differ by name, size and image alone. */
export function server(stack: CancerStack, name: ServerName, component: string, image: ImagePin) {
  const size = stack.settings.sizes.cancer[name];
  const { replicas } = override(stack, name);
  return {
    name,
    component,
    // Fixed replicas leave no room for an autoscaler.
    size: replicas === undefined ? size : { replicas, resources: size.resources },
    identity: { name },
    runAs: image.runAs,
    architectures: image.architectures,
    spread: stack.settings.environment === "production" ? "required" : "preferred",
  } as const;
}

/** The image that the settings name, or the pinned one. */
export function imageOf(stack: CancerStack, name: ServerName, pinned: ImagePin): string {
  return override(stack, name).image ?? pinned.reference;
}

/** Whether the sample application stands in for the server's own image. */
export function isSampled(stack: CancerStack, name: ServerName): boolean {
  return stack.settings.images.sample && override(stack, name).image === undefined;
}

/** Probes of a tool; `host` where it answers only to names that it knows. */
export function probes(path: string, startupSeconds: number, host?: string): Container["probes"] {
  const probe = { path, port: "http", ...(host === undefined ? {} : { host }) };
  return {
    startup: { ...probe, periodSeconds: 5, failureThreshold: startupSeconds / 5 },
    liveness: { ...probe, periodSeconds: 30, timeoutSeconds: 5 },
    readiness: { ...probe, timeoutSeconds: 5 },
  };
}

function override({ cancer }: CancerStack, name: ServerName): WorkloadOverride {
  return cancer.workloads[name] ?? {};
}
