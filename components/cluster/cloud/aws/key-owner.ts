/** Who administers a key. */
import type { AwsContext } from "./context.ts";
import type { PolicyStatement } from "./policy-document.ts";

/** The account: its own IAM decides who else. Without this statement nobody could ever change the key. */
export function accountOwnsKey({ partition, account }: AwsContext): PolicyStatement {
  return {
    Sid: "Account",
    Effect: "Allow",
    Principal: { AWS: `arn:${partition}:iam::${account}:root` },
    Action: "kms:*",
    Resource: "*",
  };
}
