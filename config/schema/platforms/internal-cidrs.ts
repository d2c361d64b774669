/** Addresses that count as inside. */
import { z } from "zod";

/** Left out: the private ranges. */
export const internalCidrs = z
  .array(
    z
      .cidrv4("is not an address range such as `10.0.0.0/8`")
      .refine((range) => !range.endsWith("/0"), "is every address there is, and these are the ones inside")
      .meta({ examples: ["10.0.0.0/8"] }),
  )
  .min(1)
  .max(50)
  .default(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"])
  .meta({ examples: [["10.20.0.0/16"]] });
