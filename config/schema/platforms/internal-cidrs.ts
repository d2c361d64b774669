/** Addresses that count as inside. */
import { z } from "zod";
import { limitedRange } from "../address-ranges.ts";

/** Left out: the private ranges. */
export const internalCidrs = z
  .array(limitedRange("these addresses are the ones inside").meta({ examples: ["10.0.0.0/8"] }))
  .min(1)
  .max(50)
  .default(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"])
  .meta({ examples: [["10.20.0.0/16"]] });
