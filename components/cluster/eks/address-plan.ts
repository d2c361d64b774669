/** Addresses of an EKS cluster's subnets: three for each zone, in places that other zones do not move. */
import { nthBlock } from "../cloud/address-plan.ts";

export interface ZoneRanges {
  /** Nodes and pods. */
  readonly private: string;
  /** Load balancers and NAT gateways. */
  readonly public: string;
  /** The control plane's network interfaces. */
  readonly control: string;
}

/** The VPC in eighths: one for each of up to six zones' nodes, one for public subnets, one for the control plane. */
const eighths = { public: 6, control: 7 };

/**
 * Ranges of a zone. Its letter decides its place, so that a zone can be added or left out later.
 *
 * @param zone e.g. `eu-central-1a`, with a letter from a to f.
 */
export function zoneRanges(cidr: string, zone: string): ZoneRanges {
  const eighth = Number(cidr.split("/")[1]) + 3;
  const place = letterOf(zone).charCodeAt(0) - "a".charCodeAt(0);
  return {
    private: nthBlock(cidr, eighth, place),
    public: nthBlock(nthBlock(cidr, eighth, eighths.public), eighth + 3, place),
    control: nthBlock(nthBlock(cidr, eighth, eighths.control), 28, place),
  };
}

/** `a` of `eu-central-1a`. */
export function letterOf(zone: string): string {
  return zone.slice(-1);
}
