/** Availability domains by the names that nodes carry as their zone. */
import { getAvailabilityDomainsOutput } from "@pulumi/oci/identity/getAvailabilityDomains.js";
import type * as pulumi from "@pulumi/pulumi";

/**
 * Full names of availability domains: each tenancy has a prefix of its own before them (`Uocm:EU-FRANKFURT-1-AD-1`).
 *
 * @returns a function from a zone to its full name; the name is an error where the region has no such zone.
 */
export function availabilityDomains(
  tenancy: string,
  opts: pulumi.InvokeOutputOptions,
): (zone: string) => pulumi.Output<string> {
  const all = getAvailabilityDomainsOutput({ compartmentId: tenancy }, opts).apply(
    ({ availabilityDomains: domains }) => domains.map(({ name }) => name),
  );
  return (zone) => all.apply((names) => fullName(zone, names));
}

/** @throws Error that names the zones there are. */
export function fullName(zone: string, names: readonly string[]): string {
  const found = names.find((name) => name === zone || name.endsWith(`:${zone}`));
  if (found !== undefined) return found;
  const present = names.map((name) => name.slice(name.indexOf(":") + 1)).join(", ");
  throw new Error(`there is no availability domain ${zone} in this region, which has ${present}`);
}
