/** What a stack may say of databases that are to begin with what an archive holds. */
import { z } from "zod";
import { dnsLabel } from "../names.ts";

const point = z
  .strictObject({
    at: z.iso
      .datetime({
        offset: true,
        error: "is not a time with its zone, in quotes, such as `2026-11-20T10:15:00Z`",
      })
      .refine((at) => !(Date.parse(at) > Date.now()), {
        message: "lies in the future",
        params: { remedy: "a time that has been, e.g. the minute before the loss" },
      })
      .describe("The point in time, in quotes: what was committed before it is there again.")
      .meta({ examples: ["2026-11-20T10:15:00Z"] }),
    latest: z
      .boolean()
      .optional()
      .describe(
        "All that the archive has is wanted: its log is replayed to the end, and `at`, such as the minute of the loss, only names the new archive. A time after the last commit that was archived is never reached otherwise, and the server does not start. Left out: false.",
      ),
    from: dnsLabel
      .optional()
      .describe(
        "Server of the archive to recover from, where it is not the first: each recovery goes on under a name of its own, `<name>-<time>`. `./quint backups` lists them.",
      )
      .meta({ examples: ["postgresql-20261120t101500z"] }),
  })
  .describe("A database server's point in time.");

export const recoverFrom = z
  .record(dnsLabel, point)
  .default({})
  .describe(
    "PostgreSQL servers, by name, that begin with what their archive holds of a point in time. It takes effect where the server is made: docs/backup.md says how. Leave it once it has: the server archives under a name that follows from it.",
  )
  .meta({ examples: [{ postgresql: { at: "2026-11-20T10:15:00Z" } }] });
