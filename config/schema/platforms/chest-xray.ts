/** What a stack may say about the chest-xray platform. */
import { z } from "zod";
import { limitedRange } from "../address-ranges.ts";
import type { Frozen } from "../frozen.ts";
import { dnsSubdomain } from "../names.ts";
import { internalCidrs } from "./internal-cidrs.ts";
import { recoverFrom } from "./recover-from.ts";
import { timeZone } from "./time-zone.ts";
import { workloadOverride } from "./workload-override.ts";

/** Its two copies, by which a stack names their workloads. */
export const chestXrayColors = ["blue", "green"] as const;
export type ChestXrayColor = (typeof chestXrayColors)[number];

const percent = z.int().min(0).max(100);

const traffic = z
  .strictObject({
    blue: percent.describe("Share of blue.").meta({ examples: [100] }),
    green: percent.describe("Share of green.").meta({ examples: [0] }),
  })
  .refine(({ blue, green }) => blue + green === 100, "does not add up to 100")
  .default({ blue: 100, green: 0 })
  .describe("Shares of the public host's requests, in percent. A copy that has none is on standby.")
  .meta({ examples: [{ blue: 50, green: 50 }] });

const databaseHost = (which: string) =>
  dnsSubdomain
    .optional()
    .describe(`${which} Left out: the seed's name, e.g. \`prod-postgres-blue.internal\`.`);

const external = z
  .strictObject({
    blue: databaseHost("Host of blue's server."),
    green: databaseHost("Host of green's server."),
    backup: databaseHost("Host of the server that stands in for both."),
    useBackup: z
      .boolean()
      .default(false)
      .describe("Whether both copies use the backup host: the seed's answer to a lost database."),
    cidrs: z
      .array(limitedRange("the pods may call the servers alone").meta({ examples: ["10.0.16.0/24"] }))
      .min(1)
      .describe("Addresses of the servers: the only ones outside that the pods may call.")
      .meta({ examples: [["10.0.16.0/24"]] }),
  })
  .describe(
    "Database servers outside the cluster. Their user stands in the Secret `database-credentials` of each namespace, with the keys `username` and `password`: yours to make.",
  );

const database = z
  .strictObject({
    type: z
      .enum(["managed", "external"])
      .default("managed")
      .describe("`managed`: a PostgreSQL of each copy's own, in its namespace. `external`: servers outside."),
    external: external.optional(),
  })
  .refine(({ type, external }) => (type === "external") === (external !== undefined), {
    message: "does not go together: `external` says where the servers are, where `type` is `external`",
  })
  .prefault({})
  .describe("Where each copy keeps its data.")
  .meta({ examples: [{ type: "managed" }] });

export const chestXray = z
  .strictObject({
    traffic,
    standbyReplicas: z
      .int()
      .min(1)
      .max(10)
      .default(1)
      .describe("Pods of a copy that takes no requests: what a switch back starts from.")
      .meta({ examples: [3] }),
    fullSize: z
      .array(z.enum(chestXrayColors))
      .max(2)
      .refine((colors) => new Set(colors).size === colors.length, "names a copy twice")
      .default([])
      .describe(
        "Copies that keep their full size though they take no requests. `switch-traffic` writes it: the copy that is about to take them grows first, and the one that has handed them over stays until the other has been watched.",
      )
      .meta({ examples: [["blue"]] }),
    database,
    recoverFrom,
    internalCidrs: internalCidrs.describe("Addresses from which each copy's own host may be reached."),
    timeZone: timeZone.describe("Time zone of the deployment windows: weekdays from 9 to 17 o'clock."),
    workloads: z
      .partialRecord(z.enum(chestXrayColors), workloadOverride)
      .default({})
      .describe("Overrides by copy: `blue`, `green`.")
      .meta({ examples: [{ green: { image: "ghcr.io/your-organization/chest-xray-mlops:v2.1.0" } }] }),
  })
  .describe("Chest X-ray MLOps: pneumonia detection, in two copies that traffic is switched between.");

export type ChestXraySettings = Frozen<z.infer<typeof chestXray>>;
