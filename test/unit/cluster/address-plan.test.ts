/** Subnets are computed: disjoint, inside the network, and the same whatever else there is. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { addressAt, consecutiveBlocks, nthBlock } from "../../../components/cluster/cloud/address-plan.ts";
import { zoneRanges } from "../../../components/cluster/eks/address-plan.ts";
import { okeSubnetRanges } from "../../../components/cluster/oke/address-plan.ts";

/** First and last address of a range, counted. */
function ends(cidr: string): { first: number; last: number } {
  const [address = "", prefix = ""] = cidr.split("/");
  const first = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return { first, last: first + 2 ** (32 - Number(prefix)) - 1 };
}

function assertInside(inner: string, outer: string): void {
  const [a, b] = [ends(inner), ends(outer)];
  assert.ok(a.first >= b.first && a.last <= b.last, `${inner} is not inside ${outer}`);
}

function assertDisjoint(ranges: readonly string[]): void {
  const sorted = ranges.map(ends).sort((a, b) => a.first - b.first);
  for (const [index, { last }] of sorted.entries()) {
    const next = sorted[index + 1];
    assert.ok(next === undefined || last < next.first, `${ranges.join(", ")} overlap`);
  }
}

/** Any network that the settings take: /16 to /20 within 10.0.0.0/8. */
const network = fc
  .integer({ min: 16, max: 20 })
  .chain((prefix) =>
    fc.integer({ min: 0, max: 2 ** (prefix - 8) - 1 }).map((index) => nthBlock("10.0.0.0/8", prefix, index)),
  );
const zoneLetters = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f"), { minLength: 2 });

describe("addresses of subnets", () => {
  it("of an OKE cluster are disjoint and inside the VCN", () => {
    fc.assert(
      fc.property(network, (cidr) => {
        const ranges = Object.values(okeSubnetRanges(cidr));
        assertDisjoint(ranges);
        for (const range of ranges) assertInside(range, cidr);
      }),
    );
  });

  it("of an EKS cluster are disjoint and inside the VPC, whichever zones there are", () => {
    fc.assert(
      fc.property(network, zoneLetters, (cidr, letters) => {
        const ranges = letters.flatMap((letter): string[] =>
          Object.values({ ...zoneRanges(cidr, `eu-central-1${letter}`) }),
        );
        assertDisjoint(ranges);
        for (const range of ranges) assertInside(range, cidr);
      }),
    );
  });

  it("stay where they are when a block is added behind them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 20, max: 30 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 20, max: 30 }),
        (prefixes, another) => {
          const sizes = Object.fromEntries(prefixes.map((prefix, index) => [`block-${index}`, prefix]));
          const before = consecutiveBlocks("10.0.0.0/12", sizes);
          const after = consecutiveBlocks("10.0.0.0/12", { ...sizes, last: another });
          assert.deepEqual({ ...after, last: undefined }, { ...before, last: undefined });
        },
      ),
    );
  });

  it("are these, for the default networks", () => {
    assert.deepEqual(okeSubnetRanges("10.0.0.0/16"), {
      pods: "10.0.0.0/17",
      nodes: "10.0.128.0/20",
      loadBalancers: "10.0.144.0/24",
      fileStorage: "10.0.145.0/28",
      api: "10.0.145.16/28",
    });
    assert.deepEqual(zoneRanges("10.0.0.0/16", "eu-central-1b"), {
      private: "10.0.32.0/19",
      public: "10.0.196.0/22",
      control: "10.0.224.16/28",
    });
    assert.equal(addressAt("10.96.0.0/16", 1), "10.96.0.1/32");
  });

  it("are refused where they do not fit", () => {
    assert.throws(() => nthBlock("10.0.0.0/24", 25, 2), /10\.0\.0\.0\/24 has no block 2 of size \/25/);
    assert.throws(
      () => consecutiveBlocks("10.0.0.0/24", { a: 25, b: 25, c: 28 }),
      /no room for "c" \(\/28\)/,
    );
    assert.throws(() => nthBlock("10.0.0.1/24", 25, 0), /"10\.0\.0\.1\/24" is not a range/);
  });
});
