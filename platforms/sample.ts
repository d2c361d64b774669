/**
 * The sample application: podinfo in place of an image that the user does not have yet. It serves health, metrics and
 * fault endpoints, so that everything around the application can be tried before the application is written.
 */
import { images, type ImagePin } from "../config/index.ts";
import type { Container, JobSpec, Port } from "./model/index.ts";

const podinfo: ImagePin = images.podinfo;

/** The container with podinfo in it: same name, ports and mounts; command and probe paths are podinfo's. */
export function sampled(container: Container, serving: Port): Container {
  const { liveness, readiness, startup } = container.probes;
  return {
    ...container,
    image: podinfo.reference,
    command: ["./podinfo"],
    args: [`--port=${serving.port}`, "--level=info"],
    probes: {
      ...(startup === undefined ? {} : { startup: { ...startup, path: "/healthz" } }),
      liveness: { ...liveness, path: "/healthz" },
      readiness: { ...readiness, path: "/readyz" },
    },
  };
}

/** The same for work that ends: podinfo says its version, and is done. */
export function sampledJob(container: JobSpec["container"]): JobSpec["container"] {
  return { ...container, image: podinfo.reference, command: ["./podinfo"], args: ["--version"] };
}
