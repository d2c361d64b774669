/** Versions of Kubernetes that a cluster may be made with. */
import { z } from "zod";

/** 1.29 is the first that runs native sidecars unasked: the mesh's proxies are such, and jobs would never end otherwise. */
const oldest = 29;

/**
 * A version of Kubernetes in the form that a cloud takes.
 *
 * @param form how the cloud writes versions.
 * @param notOfForm what is said of any other text.
 */
export function kubernetesVersion(form: RegExp, notOfForm: string) {
  return z
    .string()
    .regex(form, notOfForm)
    .refine((version) => minorOf(version) >= oldest, {
      message: `is older than 1.${oldest}, and the mesh's proxies are native sidecars, which that is the first to have`,
      params: { remedy: "a version that the cloud still offers, 1.29 or newer" },
    });
}

/** The minor version; what has none is said to be of another form, and that is enough. */
function minorOf(version: string): number {
  return Number(/^1\.(\d+)/.exec(version)?.[1] ?? Infinity);
}
