/** Images that Oracle builds for nodes: one for each architecture, version of Kubernetes and build. */
import {
  getNodePoolOptionOutput,
  type GetNodePoolOptionResult,
} from "@pulumi/oci/containerengine/getNodePoolOption.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Architecture } from "../../../config/schema/cluster.ts";

export interface WantedImage {
  readonly architecture: Architecture;
  /** E.g. `1.34.1`. */
  readonly kubernetesVersion: string;
  /** E.g. `2026.05.20-0`; the newest where left out. */
  readonly build?: string | undefined;
}

type Source = Pick<GetNodePoolOptionResult["sources"][number], "imageId" | "sourceName">;

/** `Oracle-Linux-8.10-aarch64-2026.05.20-0-OKE-1.34.1-1190`. Images with drivers for GPUs have another form. */
const imageName =
  /^Oracle-Linux-(?<os>\d+)\.\d+-(?<arm>aarch64-)?(?<build>\d{4}\.\d{2}\.\d{2}-\d+)-OKE-(?<version>\d+\.\d+\.\d+)-(?<number>\d+)$/;

/** Calico is set up for the packet filter of this one: see calico-node.ts. */
const operatingSystem = "8";

/** OCID of the image for nodes of a pool. */
export function nodeImage(
  wanted: WantedImage,
  compartment: string,
  opts: pulumi.InvokeOutputOptions,
): pulumi.Output<string> {
  const options = getNodePoolOptionOutput(
    {
      nodePoolOptionId: "all",
      compartmentId: compartment,
      nodePoolK8sVersion: `v${wanted.kubernetesVersion}`,
      nodePoolOsArch: wanted.architecture === "arm64" ? "AARCH64" : "X86_64",
      nodePoolOsType: `OL${operatingSystem}`,
    },
    opts,
  );
  return options.apply(({ sources }) => chooseImage(sources, wanted));
}

/**
 * The newest image that fits. What the cloud was asked for is checked once more by name: an image of another
 * architecture makes nodes that never start.
 *
 * @throws Error that names what was wanted and which builds there are.
 */
export function chooseImage(sources: readonly Source[], wanted: WantedImage): string {
  const fitting = sources
    .flatMap(({ imageId, sourceName }) => {
      const parts = imageName.exec(sourceName)?.groups;
      const fits =
        parts?.os === operatingSystem &&
        (parts.arm !== undefined) === (wanted.architecture === "arm64") &&
        parts.version === wanted.kubernetesVersion;
      return fits ? [{ imageId, build: parts.build ?? "", number: Number(parts.number) }] : [];
    })
    .sort((a, b) => b.build.localeCompare(a.build) || b.number - a.number);
  const chosen = fitting.find(({ build }) => wanted.build === undefined || wanted.build === build);
  if (chosen !== undefined) return chosen.imageId;
  const builds = [...new Set(fitting.map(({ build }) => build))].join(", ");
  throw new Error(
    `OKE has no ${wanted.architecture} image for Kubernetes ${wanted.kubernetesVersion}` +
      (builds === "" ? "" : ` of build ${wanted.build ?? ""}; it has ${builds}`) +
      ". Set cluster.kubernetesVersion and cluster.nodeImageBuild to what `oci ce node-pool-options get` lists.",
  );
}
