/** Ranges of addresses that a rule of the network lets through. */
import { z } from "zod";

/**
 * A range of IPv4 addresses of at most a /8, the largest that one owner has.
 *
 * @param why what these addresses are let through for: reads on after "is a large part of the internet, and".
 */
export function limitedRange(why: string) {
  return z
    .cidrv4("is not an address range such as `10.0.0.0/8`")
    .refine((range) => Number(range.split("/")[1]) >= 8, {
      message: `is a large part of the internet, and ${why}`,
      params: { remedy: "ranges of at most /8, each by itself" },
    });
}
