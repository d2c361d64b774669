/** Networks of clusters that Quint makes itself. */
import { z } from "zod";

/** A range of IPv4 addresses, e.g. `10.0.0.0/16`. */
const anyRange = z
  .string()
  .regex(
    /^((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)\/([12]?\d|3[0-2])$/,
    "is not a range of IPv4 addresses such as `10.0.0.0/16`",
  );

/** First address and prefix length of a range that has the right form. */
function numbersOf(range: string): { first: number; prefix: number } {
  const [address = "", prefix = ""] = range.split("/");
  const first = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return { first, prefix: Number(prefix) };
}

/** A range that begins where it says: `10.0.1.0/16` is written as `10.0.0.0/16`. */
const addressRange = anyRange
  .refine((range) => numbersOf(range).first % 2 ** (32 - numbersOf(range).prefix) === 0, {
    message: "has bits set behind its prefix",
    params: { remedy: "the first address of the range, e.g. `10.0.0.0/16`" },
  })
  .meta({ examples: ["10.0.0.0/16"] });

const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/** A range of private addresses of a size between two prefix lengths. */
function privateRange(largest: number, smallest: number) {
  return addressRange
    .refine((range) => privateRanges.some((outer) => isWithin(range, outer)), {
      message: "is not private: the internet uses these addresses",
      params: { remedy: "a range within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16" },
    })
    .refine((range) => numbersOf(range).prefix >= largest && numbersOf(range).prefix <= smallest, {
      message: `is not between /${largest} and /${smallest}`,
      params: { remedy: `a range such as \`10.0.0.0/${largest}\`` },
    });
}

function isWithin(range: string, outer: string): boolean {
  const inner = numbersOf(range);
  const { first, prefix } = numbersOf(outer);
  return inner.prefix >= prefix && inner.first >= first && inner.first < first + 2 ** (32 - prefix);
}

/** Whether two ranges share an address. */
function overlap(one: string, other: string): boolean {
  return isWithin(one, other) || isWithin(other, one);
}

/**
 * Addresses of a cluster that Quint makes.
 *
 * @param name what its cloud calls the network, e.g. `VCN`.
 * @param share what the addresses are used for.
 * @param services default range of Services.
 */
export function clusterNetwork(name: string, share: string, services: string) {
  return z
    .strictObject({
      cidr: privateRange(16, 20).default("10.0.0.0/16").describe(`Addresses of the ${name}. ${share}`),
      servicesCidr: privateRange(12, 24)
        .default(services)
        .describe("Addresses of Services; they exist inside the cluster only."),
    })
    .check((context) => {
      const { cidr, servicesCidr } = context.value;
      if (!overlap(cidr, servicesCidr)) return;
      const free = [services, "192.168.0.0/16"].find((range) => !overlap(cidr, range)) ?? services;
      context.issues.push({
        code: "custom",
        input: context.value,
        path: ["servicesCidr"],
        message: `(${servicesCidr}) overlaps the addresses of the ${name} (${cidr})`,
        params: { remedy: `a range outside \`cidr\`, e.g. \`servicesCidr: ${free}\`` },
      });
    })
    .prefault({})
    .describe("Addresses of the cluster. They cannot be changed later.")
    .meta({ examples: [{ cidr: "10.0.0.0/16" }] });
}

/** Who reaches the API server, and from where. */
export const apiAccess = z
  .strictObject({
    access: z
      .enum(["private", "public"])
      .default("private")
      .describe(
        "`private`: an address inside the network only; whoever runs Quint and CI must have a way in (VPN, peering, a runner in the network). `public`: reachable from `allowedCidrs`. Choose before the first `up`: changing it may replace the cluster.",
      ),
    allowedCidrs: z
      .array(addressRange)
      .max(20)
      .check((context) => {
        for (const [index, range] of context.value.entries()) {
          if (numbersOf(range).prefix >= 8) continue;
          context.issues.push({
            code: "custom",
            input: context.value,
            path: [index],
            message: "lets a large part of the internet try the API server",
            params: { remedy: "ranges of at most /8: those of your offices, VPN and runners" },
          });
        }
      })
      .default([])
      .describe("Ranges outside the cluster's network that may reach the API server.")
      .meta({ examples: [["203.0.113.0/24"]] }),
  })
  .refine(({ access, allowedCidrs }) => access === "private" || allowedCidrs.length > 0, {
    message: "is empty, and nobody could reach a public API server",
    path: ["allowedCidrs"],
    params: { remedy: "the ranges that may, e.g. `allowedCidrs: [203.0.113.0/24]`, or `access: private`" },
  })
  .prefault({})
  .describe("The way to the API server.")
  .meta({ examples: [{ access: "private", allowedCidrs: [] }] });

/** Backups that come with a cluster. */
export const backups = z
  .strictObject({
    retentionDays: z
      .int()
      .min(1)
      .max(3650)
      .default(30)
      .describe(
        "Days for which the bucket keeps what was overwritten or deleted in it: a backup that somebody deletes can be had back for so long.",
      ),
    keep: z
      .boolean()
      .default(true)
      .describe("Whether the bucket and the key that encrypts it stay when the stack is destroyed."),
  })
  .prefault({})
  .describe("The bucket for backups that comes with the cluster.")
  .meta({ examples: [{ retentionDays: 30 }] });
