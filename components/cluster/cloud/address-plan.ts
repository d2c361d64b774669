/** Which addresses each subnet gets: computed, so that the same settings always give the same network. */

/** A range of IPv4 addresses: the first one as a number, and the length of its prefix. */
interface Range {
  readonly first: number;
  readonly prefix: number;
}

/**
 * The `index`-th block of a size in a range: `nthBlock("10.0.0.0/16", 24, 3)` is `10.0.3.0/24`. A block does not move
 * when others are added.
 *
 * @throws Error where the range has no such block.
 */
export function nthBlock(cidr: string, prefix: number, index: number): string {
  const range = parsed(cidr);
  if (prefix < range.prefix || prefix > 32 || index < 0 || index >= 2 ** (prefix - range.prefix)) {
    throw new Error(`${cidr} has no block ${index} of size /${prefix}`);
  }
  return written({ first: range.first + index * sizeOf(prefix), prefix });
}

/**
 * Blocks of given sizes, one behind the other in the order given, each at a multiple of its own size. New blocks belong
 * at the end of the list: those before them then stay where they are.
 *
 * @param sizes prefix length of each block, by name.
 * @throws Error where they do not fit, naming the first that does not.
 */
export function consecutiveBlocks<Name extends string>(
  cidr: string,
  sizes: Readonly<Record<Name, number>>,
): Readonly<Record<Name, string>> {
  const range = parsed(cidr);
  const end = range.first + sizeOf(range.prefix);
  let next = range.first;
  const blocks = Object.entries<number>(sizes).map(([name, prefix]) => {
    const first = Math.ceil(next / sizeOf(prefix)) * sizeOf(prefix);
    next = first + sizeOf(prefix);
    if (next > end) throw new Error(`${cidr} has no room for "${name}" (/${prefix})`);
    return [name, written({ first, prefix })];
  });
  return Object.fromEntries(blocks) as Record<Name, string>;
}

/** The `index`-th address of a range as a range of its own, e.g. the address of the Service `kubernetes`. */
export function addressAt(cidr: string, index: number): string {
  return nthBlock(cidr, 32, index);
}

function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

function parsed(cidr: string): Range {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  const [a = NaN, b = NaN, c = NaN, d = NaN, prefix = NaN] = (match ?? []).slice(1).map(Number);
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  if (
    match === null ||
    prefix > 32 ||
    [a, b, c, d].some((byte) => byte > 255) ||
    first % sizeOf(prefix) !== 0
  ) {
    throw new Error(`"${cidr}" is not a range of IPv4 addresses in CIDR notation`);
  }
  return { first, prefix };
}

function written({ first, prefix }: Range): string {
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${bytes.join(".")}/${prefix}`;
}
