/** Addresses of an OKE cluster's subnets. They span all availability domains. */
import { consecutiveBlocks } from "../cloud/address-plan.ts";

/** Half of the VCN is pods', since each has an address of its own; a sixteenth is nodes'. New subnets go last. */
export function okeSubnetRanges(cidr: string) {
  const size = Number(cidr.split("/")[1]);
  return consecutiveBlocks(cidr, {
    pods: size + 1,
    nodes: size + 4,
    loadBalancers: Math.min(size + 8, 27),
    fileStorage: 28,
    api: 28,
  });
}

export type SubnetName = keyof ReturnType<typeof okeSubnetRanges>;
