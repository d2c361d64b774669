/** What is wrong with the second bucket: a copy beside the first one is lost with it. */
import type { Problem } from "../../config/problems.ts";
import { keyOf, notSet } from "../../config/values.ts";
import type { FoundationStack } from "./stack.ts";

interface Place {
  readonly bucket?: string | undefined;
  readonly region: string;
  /** Cloud whose API answers, as far as its address tells. */
  readonly cloud: string;
}

/** Problems of `foundation.offsite`. */
export function offsiteProblems({ cluster, foundation }: FoundationStack): Problem[] {
  const { offsite } = foundation;
  if (offsite === undefined) return [];
  const problem = (path: string[], value: string, reason: string, remedy: string): Problem[] => [
    { key: keyOf(["foundation", "offsite", ...path]), value, reason, remedy },
  ];
  const first = firstPlace(cluster, foundation.backups);
  if (first === "none") {
    return problem(
      [],
      offsite.kind,
      `is a copy of the bucket for backups, and a cluster of type \`${cluster.type}\` brings none`,
      "set `foundation.backups`, too, or leave `offsite` out",
    );
  }
  // What runs on this machine has no region, and copies nothing.
  if (first === undefined) return [];
  const bucket = offsite.kind === "existing" ? offsite.bucket : undefined;
  const cloud = cloudOf(offsite.kind === "existing" ? offsite.endpoint : undefined);
  if (bucket !== undefined && bucket === first.bucket && cloud === first.cloud) {
    return problem(
      ["bucket"],
      bucket,
      "is the bucket for backups itself: who erases one erases both",
      "another bucket, in another region or cloud",
    );
  }
  return cloud === first.cloud && offsite.region === first.region
    ? problem(
        ["region"],
        offsite.region,
        "is the region of the bucket for backups, on the same cloud: both are lost together",
        "another region, or another cloud",
      )
    : [];
}

function firstPlace(
  cluster: FoundationStack["cluster"],
  backups: FoundationStack["foundation"]["backups"],
): Place | "none" | undefined {
  if (backups !== undefined) {
    return { bucket: backups.bucket, region: backups.region, cloud: cloudOf(backups.endpoint) };
  }
  switch (cluster.type) {
    case "oke":
      return { region: cluster.region ?? notSet, cloud: "oraclecloud.com" };
    case "eks":
      return { region: cluster.region ?? notSet, cloud: cloudOf(undefined) };
    case "simulated":
    case "embedded":
      return undefined;
    default:
      return "none";
  }
}

/** The last two names of the API's host: the store's owner. */
function cloudOf(endpoint: string | undefined): string {
  return endpoint === undefined ? "amazonaws.com" : new URL(endpoint).hostname.split(".").slice(-2).join(".");
}
