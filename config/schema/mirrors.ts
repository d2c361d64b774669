/** Private registries that take the place of publishers: of charts (`charts.mirror`) and of images (`images.mirror`). */
import { z } from "zod";
import type { Frozen } from "./frozen.ts";

const hostAndPath = "[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*/?";
const loopback = "(127\\.0\\.0\\.1|localhost|\\[::1\\])(:[0-9]{1,5})?";

export const charts = z
  .strictObject({
    mirror: z
      .string()
      .max(300)
      .regex(
        new RegExp(`^((oci|https)://${hostAndPath}|http://${loopback}(/[a-z0-9._-]+)*/?)$`),
        "is not the address of a Helm repository (`https://…`; `http://` on this machine only) or of an OCI registry (`oci://…`)",
      )
      .optional()
      .describe(
        "Take every chart from here, under its own name, instead of from its publisher. `./quint images` lists what to put there.",
      )
      .meta({ examples: ["oci://registry.example.com/charts"] }),
  })
  .prefault({})
  .describe("Charts of the foundation and of the data services.")
  .meta({ examples: [{ mirror: "oci://registry.example.com/charts" }] });

export const imageMirror = z
  .string()
  .max(300)
  .regex(new RegExp(`^${hostAndPath}$`), "is not a registry, with or without a path")
  .refine(
    (mirror) => /[.:]/.test(mirror.split("/")[0] ?? ""),
    "does not begin with the host name of a registry",
  )
  .optional()
  .describe(
    "Pull every image from here: takes the place of an image's registry, the rest of its path stays. `./quint images` lists what to put there.",
  )
  .meta({ examples: ["registry.example.com/mirror"] });

export type ChartsSettings = Frozen<z.infer<typeof charts>>;
