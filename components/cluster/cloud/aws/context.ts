/** What every part of what Quint makes on AWS needs to know. */
import type { Tags } from "../tags.ts";

export interface AwsContext {
  /** What names begin with, e.g. `quint-production`. The cluster itself is called that. */
  readonly prefix: string;
  readonly region: string;
  readonly account: string;
  /** First part of every ARN: `aws`, and others in China and for governments. */
  readonly partition: string;
  readonly tags: Tags;
}

/** @param tags tags of every resource. */
export function awsContext(
  stack: string,
  { region, account }: { readonly region: string; readonly account: string },
  tags: Tags,
): AwsContext {
  return { prefix: `quint-${stack}`, region, account, partition: partitionOf(region), tags };
}

/** Tags of one resource: what AWS's console shows as its name, and those of all. */
export function named({ prefix, tags }: AwsContext, what: string): Tags {
  return { ...tags, Name: `${prefix}-${what}` };
}

/** ARN of a policy that AWS keeps. */
export function managedPolicy({ partition }: AwsContext, name: string): string {
  return `arn:${partition}:iam::aws:policy/${name}`;
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
