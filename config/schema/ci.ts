/** What CI has to know of a stack that it deploys. */
import { z } from "zod";

/** Labels of runners that GitHub hosts itself: machines somewhere on the internet, with addresses that change. */
const hosted = /^(ubuntu|windows|macos)-/i;

/** Whether a label asks for a runner that GitHub hosts, outside every private network. */
export function isHosted(label: string): boolean {
  return hosted.test(label);
}

export const ci = z
  .strictObject({
    runner: z
      .array(
        z
          .string()
          .max(100)
          .regex(
            /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
            "is not the label of a runner: letters, digits, `.`, `_` and `-`",
          )
          .meta({ examples: ["self-hosted"] }),
      )
      .min(1)
      .max(10)
      .describe(
        "Labels of the runner that deploys the stack: one that has all of them, and a way to the cluster's API server.",
      )
      .meta({ examples: [["self-hosted", "production-network"]] }),
  })
  .optional()
  .describe(
    "Deployment by CI (docs/ci.md). Left out: CI checks and previews the stack on a simulated cluster, and does not deploy it.",
  );
