/** What a stack may say of how a deployment is watched, and taken back. */
import { z } from "zod";

export const rollback = z
  .strictObject({
    watchMinutes: z
      .number()
      .min(0)
      .max(120)
      .default(5)
      .describe(
        "How long `deploy` and `switch-traffic` watch health, errors, response times and critical alerts after their last step, in minutes, before they call it done. Below 5 the windows of the metrics are longer than the watch.",
      )
      .meta({ examples: [10] }),
    everySeconds: z.number().min(0.1).max(300).default(15).describe("How often they look, in seconds."),
    prometheus: z
      .string()
      .max(300)
      .regex(/^https?:\/\/[^\s@/?#]+$/, "is not the address of a server without path and credentials")
      .optional()
      .describe(
        "Address of the Prometheus that is asked, as this machine reaches it. Left out: the stack's own, through the Kubernetes API.",
      )
      .meta({ examples: ["https://prometheus.example.com"] }),
  })
  .prefault({})
  .describe("What a deployment is watched for, and taken back by itself.")
  .meta({ examples: [{ watchMinutes: 10 }] });
